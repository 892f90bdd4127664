import { decodeMembers } from "../core/members-codec.ts";
import type { Entry, Index } from "../core/types.ts";
import type { Machine } from "../machine/machine.ts";
import { type Announced, BatchRecords, nameOf } from "./batch-records.ts";
import type { NodeOptions } from "./options.ts";
import type { Clock, MachineStorage, RecordChange, StatePoint, Timer } from "./ports.ts";
import { RecordCache } from "./record-cache.ts";

/** One entry that is now part of the machine's state, and what its client is told (empty for a no-op). */
export interface Applied {
  readonly entry: Entry;
  readonly result: Uint8Array;
}

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
 * It works in batches: the records that a batch names are fetched in one go, its commands run one after the
 * other in memory, and all their changes are written with the applied index in one atomic batch. While that is
 * written the next batch gathers; and where nobody waits for the entries, as on most followers, for a while longer.
 */
export class Applier {
  readonly #options: NodeOptions;
  readonly #ports: ApplierPorts;
  readonly #cache: RecordCache;
  #queue: Entry[] = [];
  /** Place in the queue of the first entry that no batch has taken. */
  #next = 0;
  /** Somebody waits for the entries up to here. */
  #awaitedIndex: Index = 0;
  #timer: Timer | null = null;
  #busy = false;
  #stopped = false;
  #abandoned = false;
  #point: StatePoint;
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
    if (this.#stopped) return;
    for (const entry of entries) this.#queue.push(entry);
    if (isAwaited) this.hurry();
    else this.#goOn();
  }

  /** Somebody waits for what has been added so far. */
  hurry(): void {
    this.#awaitedIndex = this.#queue.at(-1)?.index ?? this.#awaitedIndex;
    this.#goOn();
  }

  /** Takes no further batch; calls back once the one under way is written. */
  stop(done: () => void): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#queue = [];
    this.#next = 0;
    if (this.#busy) this.#whenIdle = done;
    else done();
  }

  /** The node has failed: not even the batch under way is written, if that has not begun. */
  abandon(): void {
    this.#abandoned = true;
    this.stop(() => undefined);
  }

  /** Applies what is there, or waits for more of it. */
  #goOn(): void {
    const first = this.#queue[this.#next];
    if (this.#busy || first === undefined) return;
    const isDue = first.index <= this.#awaitedIndex || this.#queue.length - this.#next >= this.#options.applyEntriesMax;
    if (isDue) this.#applyNext();
    else this.#timer ??= this.#ports.clock.at(this.#ports.clock.now() + gatherMs, () => this.#applyNext());
  }

  #applyNext(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const batch = this.#takeBatch();
    const last = batch.at(-1);
    if (last === undefined) return;
    this.#busy = true;
    this.#cache.trim();
    this.#fetch(batch, () => {
      const { applied, changes } = this.#run(batch);
      const point = pointAfter(this.#point, batch);
      this.#ports.state.write(changes, point, (error) => {
        if (error !== null) return this.#fail(error);
        this.#point = point;
        this.#busy = false;
        this.#ports.onApplied(applied);
        this.#goOn();
        if (!this.#busy) this.#whenIdle?.();
      });
    });
  }

  #takeBatch(): Task[] {
    const { applyEntriesMax, applyBytesMax } = this.#options;
    const first = this.#next;
    let bytes = 0;
    while (this.#next < this.#queue.length && this.#next - first < applyEntriesMax) {
      bytes += this.#queue[this.#next]?.data.length ?? 0;
      if (bytes > applyBytesMax && this.#next > first) break;
      this.#next += 1;
    }
    const batch = this.#queue.slice(first, this.#next).map((entry) => ({ entry, keys: [], names: [] }));
    if (this.#next === this.#queue.length) {
      this.#queue = [];
      this.#next = 0;
    }
    return batch;
  }

  /** Brings every record that the batch may touch into the cache. */
  #fetch(batch: Task[], then: () => void): void {
    const missing = new Map<string, Uint8Array>();
    this.#guard(() => {
      for (const task of batch) {
        if (task.entry.kind !== "command") continue;
        task.keys = this.#ports.machine.reads(task.entry.data);
        for (const key of task.keys) {
          const name = nameOf(key);
          task.names.push(name);
          if (this.#cache.get(name) === undefined) missing.set(name, key);
        }
      }
      if (missing.size === 0) return then();
      this.#ports.state.getMany([...missing.values()], (error, values) => {
        if (this.#abandoned) return;
        if (error !== null) return this.#fail(error);
        let place = 0;
        for (const name of missing.keys()) {
          this.#cache.set(name, values[place] ?? null);
          place += 1;
        }
        this.#guard(then);
      });
    });
  }

  /** Runs the commands one after the other on the records in memory. */
  #run(batch: readonly Task[]): { applied: Applied[]; changes: RecordChange[] } {
    const records = new BatchRecords(this.#cache);
    const applied = batch.map((task) => {
      const { entry } = task;
      if (entry.kind !== "command") return { entry, result: nothing };
      records.begin(task);
      return { entry, result: this.#ports.machine.apply(entry.index, entry.data, records) };
    });
    return { applied, changes: records.changes() };
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** The state on disk may now lag behind the one in memory: nothing more may be applied or answered. */
  #fail(error: Error): void {
    this.#stopped = true;
    this.#ports.onFailed(error);
    this.#whenIdle?.();
  }
}

/** An entry on its way into the machine. */
interface Task extends Announced {
  readonly entry: Entry;
  keys: readonly Uint8Array[];
  readonly names: string[];
}

/** How far the state has come once the batch is written. */
function pointAfter(before: StatePoint, batch: readonly Task[]): StatePoint {
  let { members, membersIndex, ...last } = before;
  for (const { entry } of batch) {
    last = { index: entry.index, term: entry.term, time: entry.time };
    if (entry.kind !== "members") continue;
    members = decodeMembers(entry.data);
    membersIndex = entry.index;
  }
  return { ...last, members, membersIndex };
}

const nothing = new Uint8Array(0);
