import { ReadRefused } from "../../node/ports/read-refused.ts";
import { type Failure, failure } from "./failure.ts";
import type { ServicePorts } from "./ports.ts";
import { refusals } from "./refusals.ts";

/** What a client is told of records that could not be read. If they are damaged, so is the node. */
export function readFailure(error: Error, { onStateDamaged }: Pick<ServicePorts, "onStateDamaged">): Failure {
  if (error instanceof ReadRefused) return failure(refusals[error.reason]);
  onStateDamaged(error);
  return failure("STATE_DAMAGED");
}
