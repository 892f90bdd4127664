import type { MessageType } from "./messages.ts";
import type { Index, Members, NodeId, ProgressState, Role, Term, TermRun } from "./types.ts";

/** What the core tells its observers. `describe.ts` has a line of text for each. */
export type CoreEvent =
  | { readonly type: "timerExpired"; readonly role: Role; readonly term: Term }
  | { readonly type: "stateChange"; readonly from: Role; readonly to: Role; readonly term: Term; readonly why: string }
  | { readonly type: "termChange"; readonly from: Term; readonly to: Term }
  | { readonly type: "electionStarted"; readonly term: Term; readonly preVote: boolean }
  | { readonly type: "voteGranted"; readonly to: NodeId; readonly term: Term; readonly preVote: boolean }
  | {
      readonly type: "voteRefused";
      readonly to: NodeId;
      readonly term: Term;
      readonly preVote: boolean;
      readonly why: string;
      /** The last entry of the candidate's log, and of this node's. */
      readonly lastLogIndex: Index;
      readonly lastLogTerm: Term;
      readonly ownLastIndex: Index;
      readonly ownLastTerm: Term;
    }
  | { readonly type: "leaderElected"; readonly leader: NodeId; readonly term: Term }
  | { readonly type: "leaderLost"; readonly term: Term }
  /**
   * What node `from` said, or somebody in its name, was not believed. If it is impossible, that was a lie, or a disk was put
   * back to what it was before; else it may be true, and is said again.
   */
  | {
      readonly type: "messageRefused";
      readonly from: NodeId;
      readonly what: MessageType | "snapshot";
      readonly why: string;
      readonly isImpossible: boolean;
    }
  /** This is the last term that there can be: nobody can be elected any more. */
  | { readonly type: "termsExhausted"; readonly term: Term }
  /** `term` is that of the last one, `terms` has those of all. */
  | {
      readonly type: "logAppended";
      readonly first: Index;
      readonly last: Index;
      readonly term: Term;
      readonly terms: readonly TermRun[];
    }
  | { readonly type: "logTruncated"; readonly from: Index; readonly last: Index }
  | { readonly type: "logCommitted"; readonly index: Index; readonly term: Term }
  | { readonly type: "readServed"; readonly count: number; readonly index: Index }
  | { readonly type: "progressChanged"; readonly peer: NodeId; readonly to: ProgressState; readonly nextIndex: Index }
  | { readonly type: "logCompacted"; readonly to: Index }
  | { readonly type: "snapshotOffered"; readonly to: NodeId; readonly nextIndex: Index }
  | { readonly type: "snapshotInstalled"; readonly index: Index; readonly term: Term }
  /** These members are in force from now on: the entry that names them was appended, or those after it were cut off. */
  | { readonly type: "membersChanged"; readonly members: Members; readonly index: Index }
  | { readonly type: "learnerCaughtUp"; readonly learner: NodeId; readonly index: Index }
  /** This follower's log ends before entry `index`, which it had confirmed: its disk was put back to what it was before. */
  | { readonly type: "confirmedLost"; readonly peer: NodeId; readonly index: Index }
  /** It is committed that this node is no longer a member. */
  | { readonly type: "removed"; readonly index: Index }
  | { readonly type: "transferStarted"; readonly to: NodeId }
  | { readonly type: "transferEnded"; readonly to: NodeId; readonly outcome: "done" | "abandoned"; readonly why: string }
  | { readonly type: "diskStalled"; readonly forMs: number }
  | { readonly type: "wokeLate"; readonly lateMs: number };
