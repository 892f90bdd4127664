import Table from "cli-table3";
import type { SessionInfo } from "../../client/values/cluster.ts";
import { oneLine } from "../../terminal/printable.ts";
import { duration } from "../basics/status.ts";

/** How sessions are told to people. */

export type SessionView = SessionInfo;

const head = ["Session", "Client", "Address", "Open for", "Expires in", "Time-out", "Keys"];

/** One row a session. */
export function sessionsTable(sessions: readonly SessionView[], { keys }: { readonly keys: boolean }): string {
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const session of sessions) {
    table.push([
      session.sessionId,
      oneLine(session.name) || "unknown",
      oneLine(session.address) || "unknown",
      session.address === "" ? "unknown" : duration(session.openForMs),
      duration(session.expiresInMs),
      duration(session.timeoutMs),
      keys ? session.attachedKeys.map(oneLine).join("\n") : session.attachedCount,
    ]);
  }
  return table.toString();
}
