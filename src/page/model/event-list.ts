import { signal } from "@preact/signals";
import type { ObservedRecord } from "../../observe/records.ts";

export const eventGroups = {
  elections: "Elections",
  log: "Log",
  messages: "Messages",
  members: "Members",
  faults: "Faults and controls",
  nodes: "Nodes",
} as const;

export type EventGroup = keyof typeof eventGroups;

/** Types of each group; what is in none belongs to `nodes`. */
const groupOfType: Readonly<Record<string, EventGroup>> = {
  stateChange: "elections",
  termChange: "elections",
  timerExpired: "elections",
  electionStarted: "elections",
  voteGranted: "elections",
  voteRefused: "elections",
  leaderElected: "elections",
  leaderLost: "elections",
  transferStarted: "elections",
  transferEnded: "elections",
  termsExhausted: "elections",
  logAppended: "log",
  logTruncated: "log",
  logCommitted: "log",
  logCompacted: "log",
  stored: "log",
  readServed: "log",
  progressChanged: "log",
  snapshotOffered: "log",
  snapshotProgress: "log",
  snapshotInstalled: "log",
  messageSent: "messages",
  messageReceived: "messages",
  messageLost: "messages",
  messageRefused: "messages",
  membersChanged: "members",
  learnerCaughtUp: "members",
  removed: "members",
  faultSet: "faults",
  faultCleared: "faults",
  control: "faults",
};

export interface EventRow {
  /** Rises by one with each; never used twice. */
  readonly key: number;
  readonly record: ObservedRecord;
  readonly group: EventGroup;
}

export interface EventFilter {
  readonly groups: ReadonlySet<EventGroup>;
  /** "": all. */
  readonly type: string;
  /** -1: all. */
  readonly node: number;
  readonly text: string;
}

/** Most events that the page keeps. Messages go first: they are many, and counted elsewhere. */
export const eventsMax = 20_000;

/** All that was told, in order. */
export class EventList {
  #rows: EventRow[] = [];
  #lastKey = 0;
  readonly #describe: (record: ObservedRecord) => string;
  readonly #texts = new WeakMap<EventRow, string>();
  /** Rises with every change. */
  readonly version = signal(0);
  /** Rows that had to make room. */
  forgotten = 0;

  constructor(describe: (record: ObservedRecord) => string) {
    this.#describe = describe;
  }

  get rows(): readonly EventRow[] {
    return this.#rows;
  }

  add(records: readonly ObservedRecord[]): void {
    if (records.length === 0) return;
    for (const record of records) {
      this.#lastKey += 1;
      this.#rows.push({ key: this.#lastKey, record, group: groupOfType[record.type] ?? "nodes" });
    }
    if (this.#rows.length > eventsMax) this.#makeRoom();
    this.version.value += 1;
  }

  clear(): void {
    this.#rows = [];
    this.forgotten = 0;
    this.version.value += 1;
  }

  /** What happened, in one sentence. */
  textOf(row: EventRow): string {
    const known = this.#texts.get(row);
    if (known !== undefined) return known;
    const text = this.#describe(row.record);
    this.#texts.set(row, text);
    return text;
  }

  matches(row: EventRow, filter: EventFilter): boolean {
    if (!filter.groups.has(row.group)) return false;
    if (filter.type !== "" && row.record.type !== filter.type) return false;
    if (filter.node !== -1 && row.record.node !== filter.node && row.record.of !== filter.node) return false;
    if (filter.text === "") return true;
    return `${typeTitle(row.record.type)} ${this.textOf(row)}`.toLowerCase().includes(filter.text.toLowerCase());
  }

  #makeRoom(): void {
    // A quarter more than need be, so that it is not done again at once.
    let left = this.#rows.length - eventsMax + Math.floor(eventsMax / 4);
    const goes = (row: EventRow): boolean => {
      if (left === 0 || row.group !== "messages") return false;
      left -= 1;
      return true;
    };
    const kept = this.#rows.filter((row) => !goes(row));
    this.forgotten += this.#rows.length;
    this.#rows = left > 0 ? kept.slice(left) : kept;
    this.forgotten -= this.#rows.length;
  }
}

/** "StateChange" of `stateChange`. */
export function typeTitle(type: string): string {
  return type.charAt(0).toUpperCase() + type.slice(1);
}
