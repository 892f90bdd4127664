import type { Index, Millis, NodeId, Term } from "../core/types.ts";

/**
 * What is seen of a cluster, as records. A node makes those of its own life, the dashboard's server those of what only it can
 * know. Every field is a number, a text, a flag or a list of numbers, so that a record is the same on the wire, in a file and on the page.
 * docs/records.md lists them all.
 */

/** Version of all that is declared in this folder. Unknown fields are ignored; another schema is refused with a sentence. */
export const recordsSchema = 1;

export type FieldValue = number | string | boolean | readonly number[];

export type Bytes = number;
/** From 0 to 1. */
export type Share = number;

/** What every record says of itself. */
export interface RecordHead {
  /** The node that saw it; 0: the dashboard's server. */
  readonly node: NodeId;
  /** Names the process of that node: a later one has a higher number. */
  readonly life: number;
  /** Rises by one with each record of a life; a gap says how many were not sent on. */
  readonly number: number;
  /** When it was seen, with fractions, by the clock that the frame names. */
  readonly at: Millis;
  /** What one turn of the node took in and gave out has the same number; 0: outside of any turn. */
  readonly turn: number;
}

/** What a record says besides if it stands for several that came with every write and followed on each other, such as `logCommitted`. */
export interface MergedFields {
  /** How many they are. Its head is that of the last. */
  readonly merged: number;
}

/** How a message shows itself: what it is, `from` whom, `to` whom, in which `term` of the sender, and its numbers. */
export interface MessageFields {
  /** The core's type of message, or the name of a call among nodes or of its answer. */
  readonly message: string;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly term: Term;
  /** Number that the sender gave to it, rising on each link, never used twice, also not by a later process; 0: it had none. */
  readonly sequence: number;
  /** The rest of its numbers by their names in `core/messages.ts`; of entries only their count, as `entries`. */
  readonly [field: string]: FieldValue;
}

/** Calls among nodes, and their answers, which show themselves as messages too: what they say beside what every message does. */
export interface CallMessages {
  /** A command of a client, for the leader, and the `bytes` of it. */
  readonly forward: { readonly bytes: Bytes };
  /** What became of it: its `outcome`, and its `index` in the log; 0: none. */
  readonly forwardReply: { readonly outcome: string; readonly index: Index };
  /** A piece of the snapshot that ends with entry `index`, and the `bytes` of records in it; `isLast`: there is no other piece. */
  readonly installSnapshot: { readonly index: Index; readonly bytes: Bytes; readonly isLast: boolean };
  /** What became of it: the `outcome`. */
  readonly installSnapshotReply: { readonly outcome: string };
  /** Asks for the digest of the state after entry `index`. */
  readonly compareState: { readonly index: Index };
  /** Whether the digest `isKnown`. */
  readonly compareStateReply: { readonly isKnown: boolean };
}

/** Types of records beside the events of `node/ports/node-events.ts`, which keep their names and their fields, but for `PlainFields`. */
export interface OwnRecords {
  /** By the sender: the message leaves this node. */
  readonly messageSent: MessageFields;
  /** By the receiver: the message is here, and news for the node's next turn. */
  readonly messageReceived: MessageFields;
  /** It went no further here. `why`: "fault", "noLink" or "queueFull". */
  readonly messageLost: MessageFields & { readonly why: string };
  /** A store is on disk, after `tookMs`: `entries` of them, after which the log ends with `lastIndex`. */
  readonly stored: { readonly lastIndex: Index; readonly entries: number; readonly tookMs: Millis };
  /** The node has a fault on purpose from now on: its `id`, and `what` it is in words. */
  readonly faultSet: { readonly id: number; readonly what: string };
  /** That fault, by its `id`, has ended: `what` it was in words. */
  readonly faultCleared: { readonly id: number; readonly what: string };
  /** The life has begun, as a process of this `version` with this `processId`. */
  readonly nodeStarted: { readonly version: string; readonly processId: number };
  /** By the dashboard's server: it hears node `of` from now on. */
  readonly nodeHeard: { readonly of: NodeId };
  /** By the dashboard's server: it does not hear node `of` any more, and `why`. */
  readonly nodeLost: { readonly of: NodeId; readonly why: string };
  /** By the dashboard's server: somebody used a control. `what` was asked, its `outcome` in a sentence, and whether it is `ok`. */
  readonly control: { readonly what: string; readonly outcome: string; readonly ok: boolean };
}

/** What stands in a record for those fields of an event that are no plain values. */
export interface PlainFields {
  /** From the entry in `runFirsts` on each entry is of the term at the same place in `runTerms`. */
  readonly terms: { readonly runFirsts: readonly Index[]; readonly runTerms: readonly Term[] };
  /**
   * Those who vote (`voters`); in joint consensus, those of the configuration that ends (`outgoing`); those who only learn (`learners`); and
   * whether a change is planned (`hasPlan`): who is to vote then (`promote`), and who is to leave (`remove`).
   */
  readonly members: {
    readonly voters: readonly NodeId[];
    readonly outgoing: readonly NodeId[];
    readonly learners: readonly NodeId[];
    readonly hasPlan: boolean;
    readonly promote: readonly NodeId[];
    readonly remove: readonly NodeId[];
  };
}

/** One record: the head, its type, and the fields of that type. */
export type ObservedRecord = RecordHead & { readonly type: string } & Readonly<Record<string, FieldValue>>;
