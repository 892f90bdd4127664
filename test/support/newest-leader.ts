import type { NodeStatus } from "../../src/server/node/node-status.ts";

/** The one in the highest term of those that say that they lead: one that was cut off may still think so. */
export function newestLeader(statuses: readonly NodeStatus[]): NodeStatus | undefined {
  return statuses.filter(({ role }) => role === "ROLE_LEADER").sort((a, b) => b.term - a.term)[0];
}
