import type { PeerMessage } from "../../src/core/messages.ts";
import { command } from "./one-node.ts";

const head = { from: 1, to: 2, term: 3 };
const log = { lastLogIndex: 5, lastLogTerm: 2 };

/** One message of each kind, from node 1 to node 2 in term 3. */
export const messages = {
  preVoteRequest: { type: "voteRequest", ...head, term: 4, preVote: true, transfer: false, ...log },
  voteRequest: { type: "voteRequest", ...head, preVote: false, transfer: false, ...log },
  preVote: { type: "voteReply", ...head, term: 4, preVote: true, granted: true },
  vote: { type: "voteReply", ...head, preVote: false, granted: true },
  append: { type: "append", ...head, prevIndex: 4, prevTerm: 2, entries: [command(3, 5, "x=1")], commit: 4 },
  match: { type: "appendMatch", ...head, matchIndex: 5 },
  conflict: { type: "appendConflict", ...head, prevIndex: 4, hintIndex: 2, hintTerm: 1 },
  heartbeat: { type: "heartbeat", ...head, commit: 4, round: 7, lastSent: 5, confirmed: 4 },
  heartbeatReply: { type: "heartbeatReply", ...head, round: 7, lastSent: 5, receivedIndex: 5, matchIndex: 4, lacks: 0 },
  readIndexRequest: { type: "readIndexRequest", ...head, id: 99 },
  readIndexReply: { type: "readIndexReply", ...head, id: 99, index: 4 },
  timeoutNow: { type: "timeoutNow", ...head },
} as const satisfies Record<string, PeerMessage>;
