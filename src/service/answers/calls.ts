import type { sendUnaryData } from "@grpc/grpc-js";
import type { Millis } from "../../core/types.ts";
import { type Failure, isFailure, statusOf } from "./failure.ts";

export interface Deadline {
  getDeadline(): Date | number;
}

/**
 * Time before the client's deadline at which an answer is sent, in ms, or a fifth of the time that is left if that is less.
 * Who has waited too long is only looked for every now and then, which must fit in as well.
 */
const answerTravelMs = 150;

/**
 * How long a call may take: what its client leaves it, and no longer than `mostMs`. The answer should be there before the
 * client gives up: a call that did nothing would be one of which nobody knows what became of it.
 */
export function timeoutOf(call: Deadline, mostMs: Millis): Millis {
  const deadline = Number(call.getDeadline());
  // A deadline is a time of day because gRPC says so; the time that is left is all we take from it.
  const leftMs = deadline - Date.now();
  return deadline === Number.POSITIVE_INFINITY
    ? mostMs
    : Math.max(1, Math.min(mostMs, leftMs - Math.min(leftMs / 5, answerTravelMs)));
}

export function answerTo<Response extends object>(callback: sendUnaryData<Response>): (answer: Response | Failure) => void {
  return (answer) => {
    if (isFailure(answer)) callback(statusOf(answer));
    else callback(null, answer);
  };
}
