import { BalsaError } from "../../client/values/balsa-error.ts";
import type { GrpcStatus } from "../../grpc/grpc-statuses.ts";
import { exitCodes } from "../../terminal/exit-codes.ts";
import { json as jsonText, oneLine } from "../../terminal/printable.ts";
import { StillUnderWay } from "../../terminal/still-under-way.ts";
import { UsageError } from "../../terminal/usage-error.ts";

export interface Failure {
  readonly code: number;
  readonly complaint: string;
}

/** With these, the request itself was not at fault: the same may work later. */
const passing: readonly GrpcStatus[] = ["UNAVAILABLE", "DEADLINE_EXCEEDED"];

/**
 * How a command ends that met this error, and what it says.
 * @param whereTo what to do where no node is reached
 * @throws the error itself if it is none of ours
 */
export function failureOf(error: unknown, json: boolean, whereTo = ""): Failure {
  if (error instanceof UsageError) return { code: exitCodes.usage, complaint: error.message };
  if (error instanceof StillUnderWay) return { code: exitCodes.unreachable, complaint: stillUnderWay(error, json) };
  if (!(error instanceof BalsaError)) throw error;
  const { code: word, grpcStatus, mayHaveHappened, retry, message } = error;
  const code = mayHaveHappened || passing.includes(grpcStatus) ? exitCodes.unreachable : exitCodes.failed;
  if (json) return { code, complaint: jsonText({ error: { code: word, mayHaveHappened, retry, message } }) };
  const unreached = word === "UNREACHABLE" ? whereTo : "";
  const advice = mayHaveHappened ? " It may have taken effect, or may yet: look before you try again." : unreached;
  return { code, complaint: `${oneLine(message)} (${word})${advice}` };
}

/** Part of it has happened, and the rest may yet. */
function stillUnderWay({ message }: StillUnderWay, json: boolean): string {
  return json ? jsonText({ error: { code: "STILL_UNDER_WAY", mayHaveHappened: true, retry: "backOff", message } }) : message;
}
