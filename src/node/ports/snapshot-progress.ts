import type { Index, NodeId } from "../core/types.ts";

/** How far a snapshot is on its way to a peer, or from one. */
export interface TransferProgress {
  readonly direction: "to" | "from";
  readonly peer: NodeId;
  /** The last entry whose effect is in it. */
  readonly index: Index;
  /** So many bytes of its records have arrived, of so many. After a break they are known only from there on. */
  readonly bytes: number;
  readonly of: number;
}
