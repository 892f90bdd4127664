import { InvariantBroken } from "../../core/assert.ts";
import type { Entry } from "../../core/types.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Done, MachineStorage, RecordChange } from "../ports/ports.ts";
import { type Announced, BatchRecords, nameOf, type VisibleChange } from "./batch-records.ts";
import type { RecordCache } from "./record-cache.ts";

/** One entry that is now part of the machine's state, and what its client is told (empty if it was no command). */
export interface Applied {
  readonly entry: Entry;
  readonly result: Uint8Array;
  /** What it changed that the machine's users may see, in the order in which it did. */
  readonly changes: readonly VisibleChange[];
}

export interface BatchPorts {
  readonly machine: Machine;
  readonly state: Pick<MachineStorage, "getMany">;
  readonly cache: RecordCache;
}

/** Most rounds in which a command may name further records; a machine that asks for more is broken. */
const dependentRoundsMax = 16;

/**
 * Entries on their way into the machine: the records that their commands name are fetched in one go, then the commands
 * run one after the other in memory. A command whose records depend on others waits for those to be fetched: what the
 * commands before it have changed is in memory, so the disk has just what they have not touched.
 */
export class Batch {
  readonly #tasks: readonly Task[];
  readonly #ports: BatchPorts;
  readonly #records: BatchRecords;
  readonly #dependentBytesMax: number;
  #dependentBytes = 0;
  #isAbandoned = false;
  /** In log order; fewer than there were entries if the dependent records grew too large. */
  readonly applied: Applied[] = [];

  /** @param dependentBytesMax the batch ends after the command at hand once this many bytes of dependent records were fetched */
  constructor(entries: readonly Entry[], dependentBytesMax: number, ports: BatchPorts) {
    this.#tasks = entries.map((entry) => ({ entry, keys: none, names: [], rounds: 0 }));
    this.#ports = ports;
    this.#records = new BatchRecords(ports.cache, ports.machine);
    this.#dependentBytesMax = dependentBytesMax;
  }

  /** One change for each record, from before the batch to after it. */
  get changes(): RecordChange[] {
    return this.#records.changes();
  }

  /** Calls back once, maybe before it returns; with an error if the machine or the storage is broken. */
  run(done: Done): void {
    guard(done, () => {
      const missing = new Map<string, Uint8Array>();
      for (const task of this.#tasks) if (task.entry.kind === "command") this.#announce(task, missing);
      if (missing.size === 0) this.#goOn(done);
      else this.#fetch(missing, done, () => this.#goOn(done));
    });
  }

  /** The node has failed: nothing more may come of this. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  #announce(task: Task, missing: Map<string, Uint8Array>): void {
    const { machine, cache } = this.#ports;
    task.keys = machine.reads(task.entry, task.entry.data);
    for (const key of task.keys) {
      const name = nameOf(key);
      task.names.push(name);
      if (cache.get(name) === undefined) missing.set(name, key);
    }
  }

  #goOn(done: Done): void {
    while (this.applied.length < this.#tasks.length) {
      const task = this.#tasks[this.applied.length];
      if (task === undefined || (task.rounds === 0 && this.#dependentBytes > this.#dependentBytesMax)) break;
      const { entry } = task;
      if (entry.kind !== "command") {
        this.applied.push({ entry, result: nothing, changes: noChanges });
        continue;
      }
      this.#records.begin(task);
      const missing = this.#missingDependents(task);
      if (missing !== null) return this.#fetchDependents(missing, done);
      const result = this.#ports.machine.apply(entry, entry.data, this.#records);
      this.applied.push({ entry, result, changes: this.#records.visible });
    }
    done(null);
  }

  /** Adds what the command names by other records to what it may touch. Returns those that are not in memory, null if all are. */
  #missingDependents(task: Task): Map<string, Uint8Array> | null {
    const { machine, cache } = this.#ports;
    if (machine.dependentReads === undefined) return null;
    while (task.rounds < dependentRoundsMax) {
      task.rounds += 1;
      const named = machine.dependentReads(task.entry, task.entry.data, this.#records);
      if (named.length === 0) return null;
      const news = newOnes(task, named);
      if (news.size === 0) return null;
      task.keys = [...task.keys, ...news.values()];
      for (const name of news.keys()) {
        task.names.push(name);
        if (cache.get(name) !== undefined) news.delete(name);
      }
      if (news.size > 0) return news;
    }
    throw new InvariantBroken("a command names ever more dependent records");
  }

  #fetchDependents(missing: ReadonlyMap<string, Uint8Array>, done: Done): void {
    this.#fetch(missing, done, () => {
      for (const name of missing.keys()) this.#dependentBytes += this.#ports.cache.get(name)?.length ?? 0;
      this.#goOn(done);
    });
  }

  /** Brings records into the cache. */
  #fetch(missing: ReadonlyMap<string, Uint8Array>, done: Done, then: () => void): void {
    this.#ports.state.getMany([...missing.values()], (error, values) => {
      if (this.#isAbandoned) return;
      if (error !== null) return done(error);
      let place = 0;
      for (const name of missing.keys()) {
        this.#ports.cache.set(name, values[place] ?? null);
        place += 1;
      }
      guard(done, then);
    });
  }
}

interface Task extends Announced {
  readonly entry: Entry;
  keys: readonly Uint8Array[];
  readonly names: string[];
  /** How often it has named dependent records. */
  rounds: number;
}

const none: readonly Uint8Array[] = [];
const nothing = new Uint8Array(0);
const noChanges: readonly VisibleChange[] = [];

function newOnes(task: Task, named: readonly Uint8Array[]): Map<string, Uint8Array> {
  const known = new Set(task.names);
  const news = new Map<string, Uint8Array>();
  for (const key of named) {
    const name = nameOf(key);
    if (!known.has(name)) news.set(name, key);
  }
  return news;
}

function guard(done: Done, work: () => void): void {
  try {
    work();
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}
