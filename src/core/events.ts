import type { Index, NodeId, Role, Term } from "./types.ts";

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
  | { readonly type: "progressChanged"; readonly peer: NodeId; readonly to: "probe" | "replicate"; readonly nextIndex: Index }
  | { readonly type: "diskStalled"; readonly forMs: number }
  | { readonly type: "wokeLate"; readonly lateMs: number };
