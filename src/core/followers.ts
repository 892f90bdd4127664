import { CatchUp } from "./catch-up.ts";
import { isMember } from "./members.ts";
import { Progress } from "./progress.ts";
import type { Leader, RaftState } from "./state.ts";
import type { Member, Members } from "./types.ts";

/** Whom a leader leads: every other member in force, and for a while those that are none any more. */

/** The members have changed: adds those that are new, and starts the departure of those that have left. */
export function followMembers(state: RaftState, leader: Leader, before: Members): void {
  const { members, log, now } = state;
  for (const id of state.others) {
    begin(state, leader, id);
    if (!members.learners.includes(id)) leader.catchUps.delete(id);
    else if (!leader.catchUps.has(id)) leader.catchUps.set(id, new CatchUp(log.lastIndex, now));
  }
  for (const node of before.nodes) {
    if (node.id !== state.id && !isMember(members, node.id)) startDeparture(state, leader, node);
  }
}

/** A node that left is given the log until it knows that it has left: it would never stop asking for votes (rule 27). */
function startDeparture(state: RaftState, leader: Leader, node: Member): void {
  leader.catchUps.delete(node.id);
  begin(state, leader, node.id);
  const until = state.now + state.options.removedTellMs;
  leader.departing.set(node.id, { node, index: state.log.members.latest.index, until, toldAt: null });
}

function begin(state: RaftState, leader: Leader, id: number): void {
  if (!leader.progress.has(id)) leader.progress.set(id, new Progress(id, state.log.lastIndex + 1, state.now, state.options));
}
