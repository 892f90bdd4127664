import type { Entry, Index, NodeId, Term } from "./types.ts";

/** What every message says of itself. */
interface Head {
  readonly from: NodeId;
  readonly to: NodeId;
  /** The sender's term. In a pre-vote request, the term it would campaign in (thesis 9.6). */
  readonly term: Term;
  /** Rises from message to message of a sender that is observed, so that who watches can tell them apart; the core does not look. */
  readonly sequence?: number;
}

/**
 * RequestVote (§5.2, §5.4.1) of a candidate whose log ends with entry `lastLogIndex` of `lastLogTerm`; with `preVote` it only asks, and
 * changes nothing at the voter (thesis 9.6).
 */
export interface VoteRequest extends Head {
  readonly type: "voteRequest";
  readonly preVote: boolean;
  /** The leader has told this candidate to take over, so nobody need be loyal to it (thesis 3.10 and 4.2.3). */
  readonly transfer: boolean;
  readonly lastLogIndex: Index;
  readonly lastLogTerm: Term;
}

/** Whether a vote is `granted`, or with `preVote` would be. A granted reply carries the term it was asked for; a refusal the voter's own. */
export interface VoteReply extends Head {
  readonly type: "voteReply";
  readonly preVote: boolean;
  readonly granted: boolean;
}

/**
 * AppendEntries: `entries` that follow on entry `prevIndex` of `prevTerm`, or a probe with none (§5.3). All up to `commit` is committed.
 */
export interface Append extends Head {
  readonly type: "append";
  readonly prevIndex: Index;
  readonly prevTerm: Term;
  readonly entries: readonly Entry[];
  readonly commit: Index;
}

/** All up to `matchIndex` is equal to the leader's log and on the follower's disk. */
export interface AppendMatch extends Head {
  readonly type: "appendMatch";
  readonly matchIndex: Index;
}

/** The append after `prevIndex` did not fit; the logs may agree at (`hintIndex`, `hintTerm`), not later (§5.3). */
export interface AppendConflict extends Head {
  readonly type: "appendConflict";
  readonly prevIndex: Index;
  readonly hintIndex: Index;
  /** Term of the follower's entry at `hintIndex`; 0 before the first entry. */
  readonly hintTerm: Term;
}

/** Says "I lead" (§5.2) and asks to confirm read round `round` (thesis 6.4). Never waits for entries to be written, at either end. */
export interface Heartbeat extends Head {
  readonly type: "heartbeat";
  /** min(leader's commit, what the follower is known to hold), so it is safe to adopt as it is. */
  readonly commit: Index;
  readonly round: number;
  /** Last index sent to this follower so far: lets both ends notice that appends were lost. */
  readonly lastSent: Index;
  /** All up to here the follower has confirmed to this leader. In one term its log never ends before that, but on a disk that was put back. */
  readonly confirmed: Index;
}

/** The follower still follows, as of read round `round`; `lastSent` is that of the heartbeat. */
export interface HeartbeatReply extends Head {
  readonly type: "heartbeatReply";
  readonly round: number;
  readonly lastSent: Index;
  /** All up to here is known to be equal to the leader's log. Less than `lastSent`: appends were lost. */
  readonly receivedIndex: Index;
  /** The part of that which is on the follower's disk: a lost `appendMatch` is thereby made good. */
  readonly matchIndex: Index;
  /** What the heartbeat says that this follower has confirmed, if its log ends before that; else 0. */
  readonly lacks: Index;
}

/** A follower asks its leader for a read index on behalf of its clients (thesis 6.4). */
export interface ReadIndexRequest extends Head {
  readonly type: "readIndexRequest";
  /** Never used twice by this sender, not even for a retry. */
  readonly id: number;
}

/** The reads that asked under `id` may happen once all up to `index` is applied where they were asked. */
export interface ReadIndexReply extends Head {
  readonly type: "readIndexReply";
  readonly id: number;
  readonly index: Index;
}

/** The leader hands over: campaign at once, without asking first (thesis 3.10). */
export interface TimeoutNow extends Head {
  readonly type: "timeoutNow";
}

export type PeerMessage =
  | VoteRequest
  | VoteReply
  | Append
  | AppendMatch
  | AppendConflict
  | Heartbeat
  | HeartbeatReply
  | ReadIndexRequest
  | ReadIndexReply
  | TimeoutNow;

export type MessageType =
  | "voteRequest"
  | "voteReply"
  | "append"
  | "appendMatch"
  | "appendConflict"
  | "heartbeat"
  | "heartbeatReply"
  | "readIndexRequest"
  | "readIndexReply"
  | "timeoutNow";

/** What goes back where the question came from: on the stream or call of whoever asked. */
export type PeerReply = VoteReply | AppendMatch | AppendConflict | HeartbeatReply | ReadIndexReply;

export type PeerQuestion = Exclude<PeerMessage, PeerReply>;

export function isReply(message: PeerMessage): message is PeerReply {
  return replies[message.type];
}

const replies: { readonly [Type in MessageType]: Type extends PeerReply["type"] ? true : false } = {
  voteRequest: false,
  voteReply: true,
  append: false,
  appendMatch: true,
  appendConflict: true,
  heartbeat: false,
  heartbeatReply: true,
  readIndexRequest: false,
  readIndexReply: true,
  timeoutNow: false,
};

/**
 * What of the sender's state must be on its disk before a message may leave (thesis 3.8).
 * This is the only place that knows: handlers just send.
 * - `nothing`: promises nothing about the sender's disk.
 * - `hardState`: promises that term and vote will be remembered.
 * - `log`: promises also that the log up to `matchIndex` will be.
 */
export type Promised = "nothing" | "hardState" | "log";

export function promiseOf(message: PeerMessage): Promised {
  switch (message.type) {
    case "voteRequest":
    case "voteReply":
      return message.preVote ? "nothing" : "hardState";
    case "appendMatch":
    case "heartbeatReply":
      return "log";
    case "appendConflict":
    // Who leads must remember its term, or it could lead it again with another log. Whoever needs others' votes for that
    // has it on disk by then; a leader that is the only voter has not, and speaks to learners.
    case "append":
    case "heartbeat":
    case "readIndexReply":
    case "timeoutNow":
      return "hardState";
    case "readIndexRequest":
      return "nothing";
    default:
      return message satisfies never;
  }
}
