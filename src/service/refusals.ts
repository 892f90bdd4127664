import type { RefusalReason } from "../node/ports.ts";
import type { Reason } from "./errors.ts";

/** What a client is told of a request that the node refused. */
export const refusals: Readonly<Record<RefusalReason | "timeout", Reason>> = {
  notLeader: "NOT_LEADER",
  noLeader: "NO_LEADER",
  overloaded: "OVERLOADED",
  stopping: "STOPPING",
  timeout: "READ_TIMEOUT",
};
