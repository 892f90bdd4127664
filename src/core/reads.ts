import type { HeartbeatReply, ReadIndexReply, ReadIndexRequest } from "./messages.ts";
import { isQuorum } from "./quorum.ts";
import type { FollowerReads, Leader, RaftState, Reader, RoleState } from "./state.ts";
import type { Ticket } from "./types.ts";

/**
 * Linearizable reads by ReadIndex (thesis 6.4). The leader fixes its commit index, then has a quorum confirm
 * that it still leads; whoever has applied all up to that index may then read. Any number of reads share a round.
 */

/** A client of this node wants to read. */
export function onRead(state: RaftState, ticket: Ticket): void {
  const { role } = state;
  if (role.role === "leader") {
    waitForRound(state, role, { type: "local", ticket });
  } else if (role.role === "follower" && role.leader !== null) {
    if (pendingAtFollower(role.reads) >= state.options.pendingReadsMax) refuseRead(state, ticket, "overloaded");
    else role.reads.waiting.push(ticket);
  } else {
    refuseRead(state, ticket, "noLeader");
  }
}

/** A follower asks on behalf of its clients. It asks again, under a new id, if this stays without an answer. */
export function onReadIndexRequest(state: RaftState, message: ReadIndexRequest): void {
  if (state.role.role === "leader") waitForRound(state, state.role, { type: "remote", from: message.from, id: message.id });
}

export function onReadIndexReply(state: RaftState, message: ReadIndexReply): void {
  const { role } = state;
  if (role.role !== "follower" || role.leader !== message.from || role.reads.asked?.id !== message.id) return;
  for (const ticket of role.reads.asked.tickets) state.answer({ type: "readable", ticket, index: message.index });
  role.reads.asked = null;
}

/** A follower says it still follows. Only an answer to this round, or a later one, confirms what waits for this round. */
export function onRoundConfirmed(leader: Leader, message: HeartbeatReply): void {
  const { round } = leader.reads;
  if (round !== null && message.round >= round.number) round.acks.add(message.from);
}

/** Consequence: ends the round that a quorum has confirmed, and begins the next one if reads wait. */
export function advanceRounds(state: RaftState, leader: Leader, broadcastHeartbeat: () => void): void {
  finishRound(state, leader);
  // A new leader does not know what its predecessors committed until its own no-op is (§8).
  if (leader.reads.round !== null || leader.reads.waiting.length === 0 || state.commitIndex < leader.termStart) return;
  leader.reads.lastRound += 1;
  // The index is fixed before anyone is asked: a later one could cover less than what was acknowledged meanwhile.
  leader.reads.round = {
    number: leader.reads.lastRound,
    index: state.commitIndex,
    readers: leader.reads.waiting,
    acks: new Set([state.id]),
  };
  leader.reads.waiting = [];
  broadcastHeartbeat();
  finishRound(state, leader);
}

/** Consequence: a follower asks its leader once for all reads that wait, and again if no answer comes. */
export function askLeader(state: RaftState): void {
  const { role } = state;
  if (role.role !== "follower" || role.leader === null) return;
  const { reads } = role;
  if (reads.asked !== null && state.now < reads.asked.askedAt + readRetryMs(state)) return;
  const tickets = reads.asked === null ? reads.waiting : [...reads.asked.tickets, ...reads.waiting];
  if (tickets.length === 0) return;
  reads.waiting = [];
  reads.asked = { id: state.nextReadId(), tickets, askedAt: state.now };
  state.send({ type: "readIndexRequest", from: state.id, to: role.leader, term: state.term, id: reads.asked.id });
}

/** How long a follower waits for its leader's answer before it asks again. */
export function readRetryMs(state: RaftState): number {
  return state.options.electionTimeoutMinMs;
}

/** A role has ended: nobody is left to confirm the reads that waited on it. They did nothing and may be tried again. */
export function refuseReads(state: RaftState, ended: RoleState): void {
  if (ended.role === "leader") {
    for (const reader of [...(ended.reads.round?.readers ?? []), ...ended.reads.waiting]) {
      if (reader.type === "local") refuseRead(state, reader.ticket, "noLeader");
    }
  } else if (ended.role === "follower") {
    for (const ticket of [...(ended.reads.asked?.tickets ?? []), ...ended.reads.waiting]) refuseRead(state, ticket, "noLeader");
  }
}

function waitForRound(state: RaftState, leader: Leader, reader: Reader): void {
  const pending = leader.reads.waiting.length + (leader.reads.round?.readers.length ?? 0);
  if (pending < state.options.pendingReadsMax) leader.reads.waiting.push(reader);
  else if (reader.type === "local") refuseRead(state, reader.ticket, "overloaded");
}

function finishRound(state: RaftState, leader: Leader): void {
  const { round } = leader.reads;
  if (round === null || !isQuorum(state.members, (voter) => round.acks.has(voter))) return;
  for (const reader of round.readers) {
    if (reader.type === "local") {
      state.answer({ type: "readable", ticket: reader.ticket, index: round.index });
    } else {
      state.send({ type: "readIndexReply", from: state.id, to: reader.from, term: state.term, id: reader.id, index: round.index });
    }
  }
  state.event({ type: "readServed", count: round.readers.length, index: round.index });
  leader.reads.round = null;
}

function pendingAtFollower(reads: FollowerReads): number {
  return reads.waiting.length + (reads.asked?.tickets.length ?? 0);
}

function refuseRead(state: RaftState, ticket: Ticket, reason: "noLeader" | "overloaded"): void {
  state.answer({ type: "refused", ticket, reason, leader: state.leader });
}
