import Table from "cli-table3";
import type { GetMembersResponse__Output } from "../../generated/balsa/admin/v1/GetMembersResponse.ts";

/** How the members of a cluster are told to people. */

export type MembersView = GetMembersResponse__Output;
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
      member.peerAddress || "unknown",
      member.clientAddress || "unknown",
      roleOf(member, view),
      progress === undefined ? (member.nodeId === view.leaderId ? 0 : "?") : progress.lag,
      snapshotOf(member.nodeId, view) ?? progress?.progress ?? "",
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
  const role = roles[member.role] ?? member.role;
  const plan = member.toBePromoted ? ", to get a vote" : member.toBeRemoved ? ", to be removed" : "";
  return `${member.nodeId === leaderId ? "Leader" : role}${plan}`;
}

function idsOf(members: readonly Member[]): string {
  return members.map((member) => member.nodeId).join(", ");
}
