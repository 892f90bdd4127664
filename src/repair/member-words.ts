import Table from "cli-table3";
import type { ClusterMembers } from "../client/values/cluster.ts";
import { oneLine } from "../terminal/printable.ts";

/** How the members of a cluster are told to people. */

export type MembersView = ClusterMembers;
type Member = MembersView["members"][number];

const head = ["Node", "Peer address", "Client address", "Role", "Lag", "Progress"];

const roles: Readonly<Record<string, string>> = {
  MEMBER_ROLE_VOTER: "Voter",
  MEMBER_ROLE_LEARNER: "Learner",
  MEMBER_ROLE_LEAVING: "Leaving",
};

/** One row a member; how far each has come is known to the leader only. */
export function membersTable(view: MembersView): string {
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const member of view.members) {
    const progress = view.progress.find((peer) => peer.nodeId === member.nodeId);
    table.push([
      member.nodeId,
      oneLine(member.peerAddress) || "unknown",
      oneLine(member.clientAddress) || "unknown",
      roleOf(member, view),
      progress === undefined ? (member.nodeId === view.leaderId ? 0 : "?") : progress.lag,
      snapshotOf(member.nodeId, view) ?? oneLine(progress?.progress ?? ""),
    ]);
  }
  const summary = view.settled ? "No change is under way." : progressLine(view);
  return `${table.toString()}\n${summary}`;
}

/** What the change under way waits for, as a sentence. */
export function progressLine(view: MembersView): string {
  const leaving = view.members.filter((member) => member.role === "MEMBER_ROLE_LEAVING");
  const waiting = view.members.filter((member) => member.toBePromoted);
  if (leaving.length > 0) return `Waiting for both majorities to agree that node ${idsOf(leaving)} leaves.`;
  if (waiting.length === 0) return "Waiting for a majority to agree.";
  return waiting.map((member) => `Waiting for node ${member.nodeId} to catch up: ${howFar(member, view)}.`).join(" ");
}

/** What is known of a change when the time for it is up. @param view null if no node answers */
export function underWay(view: MembersView | null, withinMs: number): string {
  const begun = `The change has begun and goes on by itself, but was not over within ${withinMs} ms.`;
  if (view === null) return `${begun} No node says how far it is.`;
  const cancel = view.members.some((member) => member.toBePromoted) ? "; balsa member cancel gives it up" : "";
  return `${begun} ${progressLine(view)} balsa member list tells how far it is${cancel}.`;
}

function howFar(member: Member, view: MembersView): string {
  if (member.diskId === "") return "it has not joined yet";
  const snapshot = snapshotOf(member.nodeId, view);
  if (snapshot !== null) return snapshot;
  const lag = view.progress.find((peer) => peer.nodeId === member.nodeId)?.lag;
  return lag === undefined ? "not heard of" : `${lag} entries behind`;
}

function snapshotOf(nodeId: number, view: MembersView): string | null {
  const sent = view.snapshots.find((snapshot) => snapshot.toNodeId === nodeId);
  if (sent === undefined) return null;
  const percent = sent.totalBytes === 0 ? 100 : Math.min(100, Math.floor((100 * sent.sentBytes) / sent.totalBytes));
  return `snapshot ${percent} %`;
}

function roleOf(member: Member, { leaderId }: MembersView): string {
  const role = roles[member.role] ?? oneLine(member.role);
  const plan = member.toBePromoted ? ", to get a vote" : member.toBeRemoved ? ", to be removed" : "";
  return `${member.nodeId === leaderId ? "Leader" : role}${plan}`;
}

function idsOf(members: readonly Member[]): string {
  return members.map((member) => member.nodeId).join(", ");
}
