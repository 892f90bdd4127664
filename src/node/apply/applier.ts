import { assert, InvariantBroken } from "../../core/assert.ts";
import { decodeMembers } from "../../core/members-codec.ts";
import type { Entry, Index } from "../../core/types.ts";
import type { Machine } from "../../machine/machine.ts";
import type { NodeOptions } from "../ports/options.ts";
import type { Clock, MachineStorage, StatePoint, Timer } from "../ports/ports.ts";
import { type Applied, Batch } from "./batch.ts";
import { RecordCache } from "./record-cache.ts";

/** Puts another state in place of the machine's, and says what point it has come to. */
export type Install = (done: (point: StatePoint) => void) => void;

/** How long entries that nobody waits for may gather, in ms. A batch of many costs hardly more than a batch of one. */
export const gatherMs = 10;

export interface ApplierPorts {
  readonly clock: Clock;
  readonly machine: Machine;
  readonly state: MachineStorage;
  /** A batch is applied and written; in log order. */
  readonly onApplied: (batch: readonly Applied[]) => void;
  /** The storage failed, or the machine threw: the node must stop. */
  readonly onFailed: (error: Error) => void;
}

/**
 * Feeds committed entries to the machine, in order, each exactly once, beside the turn loop.
 * It works in batches: the commands of a batch run one after the other in memory, and all their changes are written
 * with the applied index in one atomic batch. While that is written the next batch gathers; and where nobody waits
 * for the entries, as on most followers, for a while longer.
 */
export class Applier {
  readonly #options: NodeOptions;
  readonly #ports: ApplierPorts;
  #cache: RecordCache;
  #queue: Entry[] = [];
  /** Place in the queue of the first entry that no batch has taken. */
  #next = 0;
  /** Somebody waits for the entries up to here. */
  #awaitedIndex: Index = 0;
  #work: Work = idle;
  #point: StatePoint;
  /** Null until it is stopped. Then called once nothing is under way. */
  #whenIdle: (() => void) | null = null;

  constructor(options: NodeOptions, ports: ApplierPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#cache = new RecordCache(options.recordCacheBytesMax);
    this.#point = ports.state.point;
  }

  /** Up to here the machine's state is written. */
  get appliedIndex(): Index {
    return this.#point.index;
  }

  /** @param isAwaited whether somebody may wait for these entries, or for those before them */
  add(entries: readonly Entry[], isAwaited = true): void {
    if (this.#isStopped) return;
    for (const entry of entries) this.#queue.push(entry);
    if (isAwaited) this.hurry();
    else this.#goOn();
  }

  /** Somebody waits for what has been added so far. */
  hurry(): void {
    this.#awaitedIndex = this.#queue.at(-1)?.index ?? this.#awaitedIndex;
    this.#goOn();
  }

  /**
   * The machine's state is to be replaced by a snapshot. Once the batch under way is written, and with everything that is
   * queued forgotten, `install` is called; it must call back once the state has come to another point, from where this goes
   * on. Entries that are added meanwhile wait.
   */
  pauseFor(install: Install): void {
    if (this.#isStopped) return;
    const work = this.#work;
    const isSecond = work.type === "installing" || (work.type === "applying" && work.install !== null);
    assert(!isSecond, "a second snapshot is to be installed before the first one is");
    this.#clear();
    if (work.type === "applying") work.install = install;
    else this.#install(install);
  }

  /** Takes no further batch; calls back once the one under way, or the snapshot that is being installed, is in place. */
  stop(done: () => void): void {
    this.#clear();
    this.#whenIdle = done;
    if (!this.#isBusy) this.#tellIdle();
  }

  /** The node has failed: not even the batch under way is written, if that has not begun. */
  abandon(): void {
    if (this.#work.type === "applying") this.#work.batch.abandon();
    this.stop(() => undefined);
  }

  get #isStopped(): boolean {
    return this.#whenIdle !== null;
  }

  get #isBusy(): boolean {
    return this.#work.type === "applying" || this.#work.type === "installing";
  }

  /** Forgets what is queued. */
  #clear(): void {
    this.#queue = [];
    this.#next = 0;
    this.#stopGathering();
  }

  #stopGathering(): void {
    if (this.#work.type !== "gathering") return;
    this.#work.timer.cancel();
    this.#work = idle;
  }

  /** Applies what is there, or waits for more of it. */
  #goOn(): void {
    if (this.#isBusy || this.#isStopped) return;
    const first = this.#queue[this.#next];
    if (first === undefined) return;
    const isDue = first.index <= this.#awaitedIndex || this.#queue.length - this.#next >= this.#options.applyEntriesMax;
    if (isDue) this.#applyNext();
    else if (this.#work.type === "idle") this.#work = { type: "gathering", timer: this.#gather() };
  }

  #gather(): Timer {
    return this.#ports.clock.at(this.#ports.clock.now() + gatherMs, () => this.#applyNext());
  }

  #install(install: Install): void {
    this.#work = { type: "installing" };
    install((point) => {
      this.#cache = new RecordCache(this.#options.recordCacheBytesMax);
      this.#point = point;
      // What was added meanwhile may begin before the snapshot's end.
      this.#queue = this.#queue.filter((entry) => entry.index > point.index);
      this.#end(null);
    });
  }

  #applyNext(): void {
    this.#stopGathering();
    const entries = this.#nextEntries();
    const first = entries[0]?.index ?? 0;
    if (first !== this.#point.index + 1) {
      return this.#fail(new InvariantBroken(`entry ${first} is to be applied after entry ${this.#point.index}`));
    }
    this.#cache.trim();
    const { machine, state } = this.#ports;
    const batch = new Batch(entries, this.#options.applyBytesMax, { machine, state, cache: this.#cache });
    const work: Applying = { type: "applying", batch, install: null };
    this.#work = work;
    batch.run((error) => {
      if (error === null) this.#write(work);
      else this.#fail(error);
    });
  }

  #write(work: Applying): void {
    const { applied, changes } = work.batch;
    const point = pointAfter(this.#point, applied);
    this.#ports.state.write(changes, point, (error) => {
      if (error !== null) return this.#fail(error);
      this.#point = point;
      // With a snapshot to install, the queue was emptied, and what is in it came later.
      if (work.install === null) this.#forget(applied.length);
      this.#ports.onApplied(applied);
      this.#end(work.install);
    });
  }

  /** @param install what comes next, whatever is queued; null: nothing does */
  #end(install: Install | null): void {
    this.#work = idle;
    if (this.#isStopped) this.#tellIdle();
    else if (install !== null) this.#install(install);
    else this.#goOn();
  }

  /** The entries of the next batch; they stay in the queue until they are applied. */
  #nextEntries(): Entry[] {
    const { applyEntriesMax, applyBytesMax, compareEntries } = this.#options;
    // All nodes end a batch there, and so have a state at the same index to compare.
    const beforeCheckpoint = compareEntries - (this.#point.index % compareEntries);
    const entriesMax = Math.min(applyEntriesMax, beforeCheckpoint);
    let end = this.#next;
    let bytes = 0;
    while (end < this.#queue.length && end - this.#next < entriesMax) {
      bytes += this.#queue[end]?.data.length ?? 0;
      if (bytes > applyBytesMax && end > this.#next) break;
      end += 1;
    }
    return this.#queue.slice(this.#next, end);
  }

  /** The first entries of the queue are applied. */
  #forget(count: number): void {
    this.#next += count;
    // Under steady load the queue is never empty, and must not hold on to all that ever went through it.
    if (this.#next * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#next);
    this.#next = 0;
  }

  /** The state on disk may now lag behind the one in memory: nothing more may be applied or answered. */
  #fail(error: Error): void {
    this.#whenIdle ??= nobody;
    this.#ports.onFailed(error);
    this.#tellIdle();
  }

  #tellIdle(): void {
    const tell = this.#whenIdle;
    this.#whenIdle = nobody;
    tell?.();
  }
}

type Work =
  | { readonly type: "idle" }
  /** Entries that nobody waits for gather. */
  | { readonly type: "gathering"; readonly timer: Timer }
  | Applying
  /** A snapshot takes the place of the state. */
  | { readonly type: "installing" };

/** A batch runs, or is being written. */
interface Applying {
  readonly type: "applying";
  readonly batch: Batch;
  /** The snapshot that is installed after it. */
  install: Install | null;
}

const idle: Work = { type: "idle" };

function nobody(): void {}

/** How far the state has come once these entries are applied. */
function pointAfter(before: StatePoint, applied: readonly Applied[]): StatePoint {
  const last = applied.at(-1)?.entry;
  if (last === undefined) return before;
  let { members, membersIndex } = before;
  for (const { entry } of applied) {
    if (entry.kind !== "members") continue;
    members = decodeMembers(entry.data);
    membersIndex = entry.index;
  }
  return { index: last.index, term: last.term, time: last.time, members, membersIndex };
}
