import type { NodeId } from "../../core/types.ts";
import type { PeerRefusal } from "../../node/ports/ports.ts";
import type { Life } from "../base/life.ts";

/** Who says something, on which disk, and whom it takes the other end for. "" where it does not know. */
export interface Greeting {
  readonly incarnationId: string;
  readonly from: NodeId;
  readonly diskId: string;
  readonly toDiskId: string;
}

/** One end of a link: the one that calls. */
export interface Caller {
  readonly life: Life;
  greeting(to: NodeId): Greeting;
  /** Whether this is the first that this node hears of the other's disk on a link. */
  meets(id: NodeId, diskId: string): boolean;
}

/** The other end: it decides whom to let in. */
export interface Door {
  readonly diskId: string;
  /** Why this node wants nothing of the caller; null if it does. */
  refusal(greeting: Greeting): PeerRefusal | null;
  /** Whether the caller takes this node for one with another disk. */
  isTakenForAnother(greeting: Greeting): boolean;
  /** The caller was let in: replies can go back to it, whether or not it could be called. */
  hasLetIn(greeting: Greeting): void;
}
