import type { sendUnaryData } from "@grpc/grpc-js";
import type { Millis } from "../core/types.ts";
import { type Failure, isFailure, statusOf } from "./failure.ts";

export interface Deadline {
  getDeadline(): Date | number;
}

/** How long a call may take: what its client leaves it, and no longer than `mostMs`. */
export function timeoutOf(call: Deadline, mostMs: Millis): Millis {
  const deadline = Number(call.getDeadline());
  // A deadline is a time of day because gRPC says so; the time that is left is all we take from it.
  return deadline === Number.POSITIVE_INFINITY ? mostMs : Math.max(1, Math.min(mostMs, deadline - Date.now()));
}

export function answerTo<Response extends object>(callback: sendUnaryData<Response>): (answer: Response | Failure) => void {
  return (answer) => {
    if (isFailure(answer)) callback(statusOf(answer));
    else callback(null, answer);
  };
}
