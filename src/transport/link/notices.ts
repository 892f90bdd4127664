import type { NodeId } from "../core/types.ts";

/** What an operator may want to read of the links. `why` is a clause, without a full stop. */
export type TransportNotice =
  | { readonly type: "linkConnected"; readonly peer: NodeId; readonly address: string }
  /** Told once, when a link that was connected or never tried fails; the retries are silent. */
  | { readonly type: "linkBroken"; readonly peer: NodeId; readonly address: string; readonly why: string }
  /** A node calls that is not among the members this node knows, and was never removed: it must be newer than they. Told once. */
  | { readonly type: "newcomer"; readonly from: NodeId; readonly origin: string }
  /** A message was refused. At most one such notice a second; the counters count them all. */
  | { readonly type: "refused"; readonly origin: string; readonly why: string };
