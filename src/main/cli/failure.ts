import { status } from "@grpc/grpc-js";
import { BalsaError } from "../../client/balsa-error.ts";
import { exitCodes } from "../exit-codes.ts";
import { UsageError } from "./values.ts";

export interface Failure {
  readonly code: number;
  readonly complaint: string;
}

/** With these, the request itself was not at fault: the same may work later. */
const passing: readonly status[] = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED];

/** How a command ends that met this error, and what it says. @throws the error itself if it is none of ours */
export function failureOf(error: unknown, json: boolean): Failure {
  if (error instanceof UsageError) return { code: exitCodes.usage, complaint: error.message };
  if (!(error instanceof BalsaError)) throw error;
  const { reason, mayHaveHappened, message } = error;
  const code = mayHaveHappened || passing.includes(error.code) ? exitCodes.unreachable : exitCodes.failed;
  if (json) return { code, complaint: JSON.stringify({ error: { reason, mayHaveHappened, message } }) };
  const advice = mayHaveHappened ? " It may have taken effect, or may yet: look before you try again." : "";
  return { code, complaint: `${message} (${reason})${advice}` };
}
