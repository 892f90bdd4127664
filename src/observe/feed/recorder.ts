import type { PeerMessage } from "../../core/messages.ts";
import type { Millis, NodeId } from "../../core/types.ts";
import type { FieldValue, MessageFields, ObservedRecord } from "../records.ts";
import type { FieldValues } from "../wire/event-fields.ts";
import { messageTable, type SeenMessage } from "../wire/record-table.ts";

/** What befell a message here. */
export type SeenHow = "messageSent" | "messageReceived" | "messageLost";

/** Why a message went no further here. */
export type LostWhy = "fault" | "noLink" | "queueFull";

/** What a record of a message says beside the message. */
export interface SeenHead {
  readonly how: SeenHow;
  /** Of a lost one. */
  readonly why: LostWhy | null;
  readonly number: number;
  readonly at: Millis;
  readonly turn: number;
}

type Way = Pick<MessageFields, "from" | "to" | "term" | "sequence">;

export interface RecorderOptions {
  readonly node: NodeId;
  readonly life: number;
  readonly recordsMax: number;
}

const hows: readonly SeenHow[] = ["messageSent", "messageReceived", "messageLost"];
const whys: readonly (LostWhy | null)[] = [null, "fault", "noLink", "queueFull"];
const names = Object.keys(messageTable) as readonly SeenMessage[];
const codes = Object.fromEntries(names.map((name, code) => [name, code])) as Readonly<Record<SeenMessage, number>>;
const fieldsOfCode = names.map((name) => Object.entries(messageTable[name]));

/** Columns: number, at, turn, how, why, message, from, to, term, sequence; and from here on what the message says. */
const said = 10;
const width = said + Math.max(...fieldsOfCode.map(({ length }) => length));
/** Different texts that messages say, such as outcomes: a few words of the code. */
const textsMax = 256;

/**
 * The flight recorder: the newest messages of a node, whether anybody was told of them or not. Once something rare has happened, what
 * came before it can still be told. Only numbers in columns that are there from the beginning, as a busy node notes thousands in a
 * second, and an object for each would cost more than all else.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #columns: Float64Array;
  readonly #texts: string[] = [];
  #next = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#columns = new Float64Array(width * options.recordsMax);
  }

  get size(): number {
    return this.#options.recordsMax;
  }

  /** Returns its place here, until others have come round to it. */
  addMessage(head: SeenHead, message: PeerMessage): number {
    const place = this.#begin(head, codes[message.type]);
    this.#writeWay(place, message.from, message.to, message.term, message.sequence ?? 0);
    writeMessage(this.#columns, place * width + said, message);
    return place;
  }

  /** The same of a message that is none of the core. */
  addOther(head: SeenHead, message: SeenMessage, way: Way, fields: FieldValues): number {
    const place = this.#begin(head, codes[message]);
    this.#writeWay(place, way.from, way.to, way.term, way.sequence);
    for (const [column, [name]] of (fieldsOfCode[codes[message]] ?? []).entries()) {
      const value = fields[name];
      this.#columns[place * width + said + column] = typeof value === "string" ? this.#codeOf(value) : Number(value ?? 0);
    }
    return place;
  }

  numberAt(place: number): number {
    return this.#columns[place * width] ?? 0;
  }

  recordAt(place: number): ObservedRecord {
    const from = place * width;
    const [number, at, turn, how = 0, why = 0, code = 0, ...rest] = this.#columns.subarray(from, from + said);
    const { node, life } = this.#options;
    const [sender, to, term, sequence] = rest;
    const fields: Record<string, FieldValue> = {};
    for (const [column, [name, kind]] of (fieldsOfCode[code] ?? []).entries()) {
      const value = this.#columns[from + said + column] ?? 0;
      fields[name] = kind === "flag" ? value === 1 : kind === "text" ? (this.#texts[value] ?? "") : value;
    }
    const lost = whys[why] === null ? {} : { why: whys[why] };
    const head = { node, life, number, at, turn, type: hows[how], message: names[code], from: sender, to, term, sequence };
    return { ...head, ...fields, ...lost } as ObservedRecord;
  }

  /** The places of those seen at `at` or later that are still here, the oldest first. */
  placesSince(at: Millis): number[] {
    const places: number[] = [];
    const { size } = this;
    for (let back = 1; back <= size; back += 1) {
      const place = (this.#next - back + size) % size;
      if (this.numberAt(place) === 0 || (this.#columns[place * width + 1] ?? 0) < at) break;
      places.push(place);
    }
    return places.reverse();
  }

  /** Column by column, without an object on the way: this is done for each message of a busy node. */
  #begin(head: SeenHead, code: number): number {
    const place = this.#next;
    this.#next = (place + 1) % this.size;
    const columns = this.#columns;
    const column = place * width;
    columns[column] = head.number;
    columns[column + 1] = head.at;
    columns[column + 2] = head.turn;
    columns[column + 3] = hows.indexOf(head.how);
    columns[column + 4] = whys.indexOf(head.why);
    columns[column + 5] = code;
    return place;
  }

  #writeWay(place: number, from: number, to: number, term: number, sequence: number): void {
    const columns = this.#columns;
    const column = place * width + 6;
    columns[column] = from;
    columns[column + 1] = to;
    columns[column + 2] = term;
    columns[column + 3] = sequence;
  }

  #codeOf(text: string): number {
    const known = this.#texts.indexOf(text);
    if (known >= 0 || this.#texts.length >= textsMax) return known;
    return this.#texts.push(text) - 1;
  }
}

/** In the order of `messageTable`. */
function writeMessage(columns: Float64Array, at: number, message: PeerMessage): void {
  switch (message.type) {
    case "voteRequest":
      columns[at] = Number(message.preVote);
      columns[at + 1] = Number(message.transfer);
      columns[at + 2] = message.lastLogIndex;
      columns[at + 3] = message.lastLogTerm;
      break;
    case "voteReply":
      columns[at] = Number(message.preVote);
      columns[at + 1] = Number(message.granted);
      break;
    case "append":
      columns[at] = message.prevIndex;
      columns[at + 1] = message.prevTerm;
      columns[at + 2] = message.entries.length;
      columns[at + 3] = message.commit;
      break;
    case "appendMatch":
      columns[at] = message.matchIndex;
      break;
    case "appendConflict":
      columns[at] = message.prevIndex;
      columns[at + 1] = message.hintIndex;
      columns[at + 2] = message.hintTerm;
      break;
    case "heartbeat":
      columns[at] = message.commit;
      columns[at + 1] = message.round;
      columns[at + 2] = message.lastSent;
      columns[at + 3] = message.confirmed;
      break;
    case "heartbeatReply":
      columns[at] = message.round;
      columns[at + 1] = message.lastSent;
      columns[at + 2] = message.receivedIndex;
      columns[at + 3] = message.matchIndex;
      columns[at + 4] = message.lacks;
      break;
    case "readIndexRequest":
      columns[at] = message.id;
      break;
    case "readIndexReply":
      columns[at] = message.id;
      columns[at + 1] = message.index;
      break;
    case "timeoutNow":
      break;
    default:
      message satisfies never;
  }
}
