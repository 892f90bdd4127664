import type { Index, Members, NodeId, ProgressState, Role, Term } from "./types.ts";

/** What an observer sees. `describe.ts` has a line of text for each. */
export type Event =
  | { readonly type: "timerExpired"; readonly role: Role; readonly term: Term }
  | { readonly type: "stateChange"; readonly from: Role; readonly to: Role; readonly term: Term; readonly why: string }
  | { readonly type: "termChange"; readonly from: Term; readonly to: Term }
  | { readonly type: "electionStarted"; readonly term: Term; readonly preVote: boolean }
  | { readonly type: "voteGranted"; readonly to: NodeId; readonly term: Term; readonly preVote: boolean }
  | { readonly type: "voteRefused"; readonly to: NodeId; readonly term: Term; readonly preVote: boolean; readonly why: string }
  | { readonly type: "leaderElected"; readonly leader: NodeId; readonly term: Term }
  | { readonly type: "leaderLost"; readonly term: Term }
  | { readonly type: "logAppended"; readonly first: Index; readonly last: Index; readonly term: Term }
  | { readonly type: "logTruncated"; readonly from: Index; readonly last: Index }
  | { readonly type: "logCommitted"; readonly index: Index; readonly term: Term }
  | { readonly type: "readServed"; readonly count: number; readonly index: Index }
  | { readonly type: "progressChanged"; readonly peer: NodeId; readonly to: ProgressState; readonly nextIndex: Index }
  | { readonly type: "logCompacted"; readonly to: Index }
  | { readonly type: "snapshotOffered"; readonly to: NodeId; readonly nextIndex: Index }
  /** So many bytes of a snapshot's records have arrived at a peer, or from one. */
  | {
      readonly type: "snapshotProgress";
      readonly direction: "to" | "from";
      readonly peer: NodeId;
      readonly bytes: number;
      readonly of: number;
    }
  | { readonly type: "snapshotInstalled"; readonly index: Index; readonly term: Term }
  /** These members are in force from now on: the entry that names them was appended, or those after it were cut off. */
  | { readonly type: "membersChanged"; readonly members: Members; readonly index: Index }
  | { readonly type: "learnerCaughtUp"; readonly learner: NodeId; readonly index: Index }
  /** It is committed that this node is no longer a member. */
  | { readonly type: "removed"; readonly index: Index }
  | { readonly type: "transferStarted"; readonly to: NodeId }
  | { readonly type: "transferEnded"; readonly to: NodeId; readonly outcome: "done" | "abandoned"; readonly why: string }
  /** Every record on this node's disk was read again, and is sound. */
  | { readonly type: "scrubbed"; readonly bytes: number; readonly forMs: number }
  /** Not every record could be read again this time. What was read is sound. */
  | { readonly type: "scrubCutShort"; readonly why: string }
  /** What is on this node's disk is not what was written; the node stops. */
  | { readonly type: "damageFound"; readonly what: string }
  /** At the same applied index these nodes have another state than this one. */
  | { readonly type: "stateDiffers"; readonly index: Index; readonly nodes: readonly NodeId[] }
  | { readonly type: "diskStalled"; readonly forMs: number }
  | { readonly type: "wokeLate"; readonly lateMs: number };
