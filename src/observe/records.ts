/**
 * What is seen of a cluster, as records. A node makes those of its own life, the dashboard's server those of what only it can
 * know. Every field is a number, a text, a flag or a list of numbers, so that a record is the same on the wire, in a file and on the page.
 */

/** Version of all that is declared in this folder. Unknown fields are ignored; another schema is refused with a sentence. */
export const recordsSchema = 1;

export type FieldValue = number | string | boolean | readonly number[];

/** What every record says of itself. */
export interface RecordHead {
  /** The node that saw it; 0: the dashboard's server. */
  readonly node: number;
  /** Names the process of that node: a later one has a higher number. */
  readonly life: number;
  /** Rises by one with each record of a life; a gap says how many were not sent on. */
  readonly number: number;
  /** When it was seen, in ms, with fractions, of the clock that the frame names. */
  readonly at: number;
  /** What one turn of the node took in and gave out has the same number; 0: outside of any turn. */
  readonly turn: number;
}

/** How a message shows itself: what it is, between whom, and its numbers. */
export interface MessageFields {
  /** The core's type of message, or `installSnapshot`, `forward`, `compareState`. */
  readonly message: string;
  readonly from: number;
  readonly to: number;
  readonly term: number;
  /** Number that the sender gave to it, rising on each link, never used twice, also not by a later process; 0: it had none. */
  readonly sequence: number;
  /** The rest of its numbers by their names in `core/messages.ts`; of entries only their count, as `entries`. */
  readonly [field: string]: FieldValue;
}

/** Types of records beside the events of `node/ports/node-events.ts`, which keep their names and scalar fields. */
export interface OwnRecords {
  readonly messageSent: MessageFields;
  readonly messageReceived: MessageFields;
  /** It went no further here. `why`: "fault", "noLink" or "queueFull". */
  readonly messageLost: MessageFields & { readonly why: string };
  /** A store is on disk. */
  readonly stored: { readonly lastIndex: number; readonly entries: number; readonly tookMs: number };
  readonly faultSet: { readonly id: number; readonly what: string };
  readonly faultCleared: { readonly id: number; readonly what: string };
  readonly nodeStarted: { readonly version: string; readonly processId: number };
  /** By the dashboard's server: it hears node `of` from now on, or no more. */
  readonly nodeHeard: { readonly of: number };
  readonly nodeLost: { readonly of: number; readonly why: string };
  /** By the dashboard's server: somebody used a control, and what came of it. */
  readonly control: { readonly what: string; readonly outcome: string; readonly ok: boolean };
}

/** One record: the head, its type, and the fields of that type. */
export type ObservedRecord = RecordHead & { readonly type: string } & Readonly<Record<string, FieldValue>>;
