import type { MessageType } from "./messages.ts";
import type { Index, Members, Millis, NodeId, ProgressState, Role, Term, TermRun } from "./types.ts";

/** What the core tells its observers. `describe.ts` has a line of text for each, docs/records.md a row. */
export type CoreEvent =
  /** It has heard nothing for too long, in this `role` and `term`. */
  | { readonly type: "timerExpired"; readonly role: Role; readonly term: Term }
  /** It had the role `from` and has the role `to` now, in `term`, and `why`. */
  | { readonly type: "stateChange"; readonly from: Role; readonly to: Role; readonly term: Term; readonly why: string }
  /** It was in the term `from` and is in the term `to` now. */
  | { readonly type: "termChange"; readonly from: Term; readonly to: Term }
  /** It asks for votes in `term`; with `preVote` it only asks whether it would get them. */
  | { readonly type: "electionStarted"; readonly term: Term; readonly preVote: boolean }
  /** It gives node `to` its vote in `term`; with `preVote` it only says that it would. */
  | { readonly type: "voteGranted"; readonly to: NodeId; readonly term: Term; readonly preVote: boolean }
  /** It gives node `to` no vote in `term`, and `why`; with `preVote` it was only asked whether it would. */
  | {
      readonly type: "voteRefused";
      readonly to: NodeId;
      readonly term: Term;
      readonly preVote: boolean;
      readonly why: string;
      /** Last entry of the candidate's log. */
      readonly lastLogIndex: Index;
      /** Its term. */
      readonly lastLogTerm: Term;
      /** Last entry of this node's own log. */
      readonly ownLastIndex: Index;
      /** Its term. */
      readonly ownLastTerm: Term;
    }
  /** Node `leader` leads in `term`: this node has won the election, or has heard from who did. */
  | { readonly type: "leaderElected"; readonly leader: NodeId; readonly term: Term }
  /** This node knows of no leader any more, in `term`. */
  | { readonly type: "leaderLost"; readonly term: Term }
  /**
   * `what` node `from` said, or somebody in its name, was not believed, and `why`. If it `isImpossible`, that was a lie, or a disk
   * was put back to what it was before; else it may be true, and is said again.
   */
  | {
      readonly type: "messageRefused";
      readonly from: NodeId;
      readonly what: MessageType | "snapshot";
      readonly why: string;
      readonly isImpossible: boolean;
    }
  /** `term` is the last one that there can be: nobody can be elected any more. */
  | { readonly type: "termsExhausted"; readonly term: Term }
  /** The entries from `first` to `last` are in its log now, the last one of `term`. */
  | {
      readonly type: "logAppended";
      readonly first: Index;
      readonly last: Index;
      readonly term: Term;
      /** Those of all. */
      readonly terms: readonly TermRun[];
    }
  /** The entries from `from` to `last` are cut off its log: another leader has others there. */
  | { readonly type: "logTruncated"; readonly from: Index; readonly last: Index }
  /** All up to `index`, an entry of `term`, is committed. */
  | { readonly type: "logCommitted"; readonly index: Index; readonly term: Term }
  /** A majority has confirmed this leader to `count` reads, which see all up to `index`. */
  | { readonly type: "readServed"; readonly count: number; readonly index: Index }
  /** This leader goes on with node `peer` in the way `to`, from entry `nextIndex` on. */
  | { readonly type: "progressChanged"; readonly peer: NodeId; readonly to: ProgressState; readonly nextIndex: Index }
  /** Entries up to `to` are dropped from its log: the state has them. */
  | { readonly type: "logCompacted"; readonly to: Index }
  /** Node `to` needs entry `nextIndex`, which this leader's log has no more, and gets a snapshot. */
  | { readonly type: "snapshotOffered"; readonly to: NodeId; readonly nextIndex: Index }
  /** Its state is that of a snapshot now, which ends with entry `index` of `term`. */
  | { readonly type: "snapshotInstalled"; readonly index: Index; readonly term: Term }
  /** These `members` are in force: entry `index`, which names them, was appended, or those after it were cut off. */
  | { readonly type: "membersChanged"; readonly members: Members; readonly index: Index }
  /** Node `learner` has confirmed all up to `index`, and may become a voter. */
  | { readonly type: "learnerCaughtUp"; readonly learner: NodeId; readonly index: Index }
  /** The log of follower `peer` ends before entry `index`, which it had confirmed: its disk was put back to what it was before. */
  | { readonly type: "confirmedLost"; readonly peer: NodeId; readonly index: Index }
  /** By entry `index`, which is committed, this node is no longer a member. */
  | { readonly type: "removed"; readonly index: Index }
  /** This leader hands over to node `to`. */
  | { readonly type: "transferStarted"; readonly to: NodeId }
  /** The transfer to node `to` has ended: its `outcome`, and `why`. */
  | { readonly type: "transferEnded"; readonly to: NodeId; readonly outcome: "done" | "abandoned"; readonly why: string }
  /** A write to its disk has been under way `forMs` by now, which is too long. */
  | { readonly type: "diskStalled"; readonly forMs: Millis }
  /** The process did not run when it was to be woken, but `lateMs` later. */
  | { readonly type: "wokeLate"; readonly lateMs: Millis };
