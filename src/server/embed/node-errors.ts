import { BalsaError } from "../../client/values/balsa-error.ts";
import { errorKinds, type NodeErrorCode } from "../../grpc/error-kinds.ts";
import type { RefusalReason, UnknownReason } from "../../node/ports/ports.ts";
import { refusals, unknowns } from "../../service/answers/refusals.ts";

/** Errors of a node inside a program: what its clients would be told, in the same words. */

/** It had no effect, and never will. */
export function refusedError(reason: RefusalReason | "timeout"): BalsaError {
  return nodeError(refusals[reason]);
}

/** It may have taken effect, or may yet. */
export function unknownError(reason: UnknownReason): BalsaError {
  return nodeError(unknowns[reason]);
}

function nodeError(code: NodeErrorCode): BalsaError {
  const { meaning, ...kind } = errorKinds[code];
  return new BalsaError(code, meaning, kind);
}
