import type { PeerMessage } from "../../src/core/messages.ts";
import type { Entry, Members, SnapshotMeta } from "../../src/core/types.ts";
import type { SnapshotChunk } from "../../src/node/ports/ports.ts";
import { incarnationId } from "../incarnations.ts";

/** Messages to send in tests: one of each type, with numbers that differ so that no field can stand in for another. */

export function entriesOf(prevIndex: number, count: number, term = 3, dataBytes = 5): Entry[] {
  return Array.from({ length: count }, (_, at) => ({
    index: prevIndex + 1 + at,
    term,
    kind: at % 2 === 0 ? ("command" as const) : ("noop" as const),
    time: 7 * at,
    data: at % 2 === 0 ? Buffer.alloc(dataBytes, at) : Buffer.alloc(0),
  }));
}

/** Messages that go from a leader or a candidate to a peer, on the sender's own connection. */
export function requestsOf(from: number, to: number, high = 1000): PeerMessage[] {
  const head = { from, to, term: high };
  return [
    { ...head, type: "voteRequest", preVote: false, transfer: false, lastLogIndex: high - 1, lastLogTerm: high - 2 },
    { ...head, type: "voteRequest", preVote: true, transfer: false, lastLogIndex: high - 3, lastLogTerm: high - 4 },
    { ...head, type: "voteRequest", preVote: false, transfer: true, lastLogIndex: high - 5, lastLogTerm: high - 6 },
    { ...head, type: "append", prevIndex: high - 3, prevTerm: high - 4, entries: entriesOf(high - 3, 3, high), commit: high - 5 },
    { ...head, type: "append", prevIndex: high - 6, prevTerm: high - 7, entries: [], commit: high - 8 },
    { ...head, type: "heartbeat", commit: high - 1, round: high - 2, lastSent: high - 3, confirmed: high - 4 },
    { ...head, type: "timeoutNow" },
    { ...head, type: "readIndexRequest", id: high - 1 },
  ];
}

/** Messages that answer them, on the connection that the peer made. */
export function repliesOf(from: number, to: number, high = 1000): PeerMessage[] {
  const head = { from, to, term: high };
  return [
    { ...head, type: "voteReply", preVote: false, granted: true },
    { ...head, type: "voteReply", preVote: true, granted: false },
    { ...head, type: "appendMatch", matchIndex: high - 1 },
    { ...head, type: "appendConflict", prevIndex: high - 1, hintIndex: high - 2, hintTerm: high - 3 },
    {
      ...head,
      type: "heartbeatReply",
      round: high - 1,
      lastSent: high - 2,
      receivedIndex: high - 3,
      matchIndex: high - 4,
      lacks: high - 5,
    },
    { ...head, type: "readIndexReply", id: high - 1, index: high - 2 },
  ];
}

/** Members before a change that is planned. */
export const membersInChange: Members = {
  incarnationId,
  voters: [1, 2, 3],
  outgoing: [],
  learners: [7],
  plan: { promote: [7], remove: [2] },
  nodes: [1, 2, 3, 7].map((id) => ({ id, peerAddress: `peer${id}:7000`, clientAddress: `client${id}:8000`, diskId: `disk-${id}` })),
  lastId: 9,
};

export function metaOf(high = 1000): SnapshotMeta {
  return {
    index: high,
    term: high - 1,
    time: high - 2,
    members: membersInChange,
    membersIndex: high - 3,
    count: high - 4,
    digest: "0123456789abcdef",
    bytes: high - 5,
  };
}

export function chunkOf(changes: Partial<SnapshotChunk> = {}): SnapshotChunk {
  const after = Buffer.from("key");
  return { term: 1000, meta: metaOf(), after, records: Buffer.from("some records"), isLast: false, ...changes };
}
