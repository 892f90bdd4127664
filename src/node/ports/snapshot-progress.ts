import type { Index, NodeId } from "../../core/types.ts";

/** How far a snapshot is on its way to a peer, or from one. */
export interface SnapshotProgress {
  readonly direction: "to" | "from";
  readonly peer: NodeId;
  /** The last entry whose effect is in it. */
  readonly index: Index;
  /** Bytes of its records that have arrived, and bytes in all. After a break they are known only from there on. */
  readonly bytes: number;
  readonly of: number;
}
