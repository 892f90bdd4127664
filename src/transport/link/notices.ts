import type { NodeId } from "../../core/types.ts";

/** What an operator may want to read of the links. `why` is a clause, without a full stop. */
export type TransportNotice =
  | { readonly type: "linkConnected"; readonly peer: NodeId; readonly address: string }
  /** Told once, when a link that was connected or never tried fails; the retries are silent. */
  | { readonly type: "linkBroken"; readonly peer: NodeId; readonly address: string; readonly why: string }
  /** A node calls that is not among the members this node knows, and was never removed: it must be newer than they. Told once. */
  | { readonly type: "newcomer"; readonly from: NodeId; readonly origin: string }
  /** A message came from another cluster, or another life of this one. Told again every now and then, for as long as they come. */
  | { readonly type: "otherCluster"; readonly origin: string; readonly why: string }
  /** The other way round: a peer of this node's list or log refuses it as one of another cluster. */
  | { readonly type: "refusedAsOther"; readonly peer: NodeId; readonly address: string; readonly why: string }
  /** A message was refused. At most one such notice a second; the counters count them all. */
  | { readonly type: "refused"; readonly origin: string; readonly why: string };
