import type { Millis } from "../../core/types.ts";
import type { Flow } from "../live.ts";
import type { ObservedRecord } from "../records.ts";
import type { RecordKind } from "../wire/record-table.ts";
import { type FlowCounts, flowsSince } from "./flow-counts.ts";
import type { FeedOptions } from "./options.ts";
import { mergedOf, Ranges } from "./ranges.ts";
import type { Recorder } from "./recorder.ts";
import { Sampling } from "./sampling.ts";

export interface SubscriptionOptions extends FeedOptions {
  /** Most single messages in a second that are told outside of moments. */
  readonly messagesPerSecond: number;
}

export interface SubscriptionPorts {
  readonly recorder: Recorder;
  readonly flows: FlowCounts;
  /** Something is to be told: at once if it is rare, else with the rest. */
  readonly onDue: (isUrgent: boolean) => void;
  /** This number of records will never be told. */
  readonly onDropped: (count: number) => void;
}

/** Records and counts that go to an observer together. */
export interface Told {
  readonly records: readonly ObservedRecord[];
  readonly flows: readonly Flow[];
  readonly dropped: number;
  readonly leftOut: number;
}

/**
 * What one observer is told, and when: each record at most once. What it does not take waits here, up to a limit; the node never
 * waits for it.
 */
export class Subscription {
  readonly #options: SubscriptionOptions;
  readonly #ports: SubscriptionPorts;
  readonly #sampling: Sampling;
  readonly #ranges: Ranges;
  #waiting: ObservedRecord[] = [];
  /** Single messages among them. */
  #waitingMessages = 0;
  /** By its place in the recorder, the number of the message that was told or waits. */
  readonly #known: Float64Array;
  /** Until then messages are told unsampled, and ranges singly. */
  #momentUntil: Millis = Number.NEGATIVE_INFINITY;
  #rangesDueAt: Millis = 0;
  #sampleDueAt: Millis = 0;
  #flowsTold: readonly Flow[];
  #dropped = 0;
  #leftOut = 0;

  constructor(options: SubscriptionOptions, ports: SubscriptionPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#sampling = new Sampling(options);
    this.#ranges = new Ranges(options);
    this.#known = new Float64Array(ports.recorder.size);
    this.#flowsTold = ports.flows.all();
  }

  /** Whether records wait to be taken. */
  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** What is told before all else. */
  begin(record: ObservedRecord): void {
    this.#waiting.push(record);
  }

  onRecord(record: ObservedRecord, { rate, isMoment }: RecordKind): void {
    if (rate === "index") return this.#onIndex(record);
    // In order: what is in the ranges came before.
    this.#tellRanges();
    this.#tell(record);
    if (isMoment) this.#openMoment(record.at);
    this.#ports.onDue(true);
  }

  /** @param place of the message in the recorder */
  onMessage(place: number, sequence: number, at: Millis): void {
    if (at < this.#momentUntil || this.#sampling.takes(sequence, at)) this.#tellMessage(place);
    else this.#leftOut += 1;
  }

  /** Time goes on. Called at least as often as ranges are told. */
  onTime(now: Millis): void {
    const { rangesMs, sampleMs } = this.#options;
    if (now >= this.#rangesDueAt) {
      this.#rangesDueAt = now + rangesMs;
      this.#tellRanges();
    }
    if (now < this.#sampleDueAt) return;
    this.#sampleDueAt = now + sampleMs;
    this.#ports.onDue(false);
  }

  /** The next records that fit into `bytesMax`, one at least if there is one, and all counts up to now. */
  take(bytesMax: number): Told {
    let count = 0;
    for (let bytes = 0; count < this.#waiting.length; count += 1) {
      const record = this.#waiting[count];
      bytes += record === undefined ? 0 : recordBytes(record);
      if (bytes > bytesMax && count > 0) break;
    }
    const records = this.#waiting.slice(0, count);
    for (const record of records) if (isMessage(record)) this.#waitingMessages -= 1;
    this.#waiting = this.#waiting.slice(count);
    const now = this.#ports.flows.all();
    const flows = flowsSince(this.#flowsTold, now);
    this.#flowsTold = now;
    const told = { records, flows, dropped: this.#dropped, leftOut: this.#leftOut };
    this.#dropped = 0;
    this.#leftOut = 0;
    return told;
  }

  #onIndex(record: ObservedRecord): void {
    if (record.at < this.#momentUntil) return this.#tell(record);
    this.#drop(this.#ranges.add(record));
  }

  #tellRanges(): void {
    for (const record of this.#ranges.take()) this.#tell(record);
  }

  /** What lies before this moment is told now, what comes after it as it comes. */
  #openMoment(at: Millis): void {
    const { beforeMs, afterMs } = this.#options;
    // Within a moment all is told already.
    const hasBegun = at < this.#momentUntil;
    this.#momentUntil = at + afterMs;
    if (hasBegun) return;
    const { recorder } = this.#ports;
    for (const place of recorder.placesSince(at - beforeMs)) {
      if (this.#known[place] === recorder.numberAt(place)) continue;
      this.#tellMessage(place);
      this.#leftOut = Math.max(0, this.#leftOut - 1);
    }
  }

  #tellMessage(place: number): void {
    const { recorder } = this.#ports;
    this.#known[place] = recorder.numberAt(place);
    this.#tell(recorder.recordAt(place));
  }

  #tell(record: ObservedRecord): void {
    const { waitingRecordsMax } = this.#options;
    if (this.#waiting.length >= waitingRecordsMax && !this.#makesRoomFor(record)) return this.#drop(mergedOf(record));
    this.#waiting.push(record);
    if (isMessage(record)) this.#waitingMessages += 1;
  }

  /** Single messages go first: they are counted, and the rest is rare. */
  #makesRoomFor(record: ObservedRecord): boolean {
    if (isMessage(record) || this.#waitingMessages === 0) return false;
    this.#waiting = this.#waiting.filter((waiting) => !isMessage(waiting));
    this.#drop(this.#waitingMessages);
    this.#waitingMessages = 0;
    return true;
  }

  #drop(count: number): void {
    if (count === 0) return;
    this.#dropped += count;
    this.#ports.onDropped(count);
  }
}

function isMessage(record: ObservedRecord): boolean {
  return "sequence" in record;
}

/** About what it takes on the wire: its head, and of each field its name, its value and their marks. */
export function recordBytes(record: ObservedRecord): number {
  let bytes = 40;
  for (const name in record) {
    const value = record[name];
    bytes += name.length + 14;
    if (typeof value === "string") bytes += 3 * value.length;
    else if (typeof value === "object") bytes += 9 * value.length;
  }
  return bytes;
}
