import { createHash } from "node:crypto";
import { encodeRequest, type KvCommand } from "../../src/machine/kv-codec.ts";
import { decodeRecord, keyOfRecord, type Value } from "../../src/machine/kv-records.ts";
import { decodeResult, type KvResult } from "../../src/machine/kv-results.ts";
import type { At, Machine, Records } from "../../src/machine/machine.ts";

/**
 * Runs a machine as a node does: fetches the records of a batch of commands first, lets each command see
 * the changes of those before it, and writes what was changed at the end of the batch.
 */
export class MachineRun {
  readonly #machine: Machine;
  readonly #disk = new Map<string, Uint8Array>();
  /** Index of the last command. */
  index = 0;
  /** What the log's clock says at the next command. */
  time = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  batch(commands: readonly Uint8Array[]): Uint8Array[] {
    return this.batchAt(commands.map((command) => ({ time: this.time, command })));
  }

  /** Commands that were given at different times. */
  batchAt(commands: readonly { readonly time: number; readonly command: Uint8Array }[]): Uint8Array[] {
    const fetched = new Map<string, Uint8Array | undefined>();
    const tasks = commands.map(({ time, command }) => {
      this.index += 1;
      this.time = time;
      const at: At = { index: this.index, time };
      const named = new Set(this.#machine.reads(at, command).map(hex));
      for (const name of named) fetched.set(name, this.#disk.get(name));
      return { at, command, named };
    });
    const results = tasks.map(({ at, command, named }) => {
      const records = new FetchedRecords(fetched, named);
      while (this.#nameDependents(at, command, records, named, fetched));
      return this.#machine.apply(at, command, records);
    });
    for (const [key, value] of fetched) {
      if (value === undefined) this.#disk.delete(key);
      else this.#disk.set(key, value);
    }
    return results;
  }

  /** Whether the command named anything new. */
  #nameDependents(
    at: At,
    command: Uint8Array,
    records: Records,
    named: Set<string>,
    fetched: Map<string, Uint8Array | undefined>,
  ): boolean {
    const before = named.size;
    for (const key of this.#machine.dependentReads?.(at, command, records) ?? []) {
      named.add(hex(key));
      if (!fetched.has(hex(key))) fetched.set(hex(key), this.#disk.get(hex(key)));
    }
    return named.size > before;
  }

  /** One request of its own batch. */
  run(...commands: KvCommand[]): KvResult {
    const [result] = this.batch([encodeRequest(commands)]);
    return decodeResult(result ?? new Uint8Array());
  }

  get(key: string): { revision: number; value: Value } | undefined {
    for (const [recordKey, record] of this.#disk) {
      if (keyOfRecord(Buffer.from(recordKey, "hex")) === key) return decodeRecord(record);
    }
    return undefined;
  }

  /** All records in key order. */
  records(): [key: Buffer, value: Uint8Array][] {
    return [...this.#disk].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [Buffer.from(key, "hex"), value]);
  }

  /** Another machine that has nothing but these records, as one that was installed from a snapshot. */
  restored(): MachineRun {
    const copy = new MachineRun(this.#machine);
    copy.index = this.index;
    copy.time = this.time;
    for (const [key, value] of this.#disk) copy.#disk.set(key, Uint8Array.from(value));
    return copy;
  }

  get size(): number {
    return this.#disk.size;
  }

  /** Equal for equal records, in whatever order they came about. */
  hash(): string {
    const hash = createHash("sha256");
    for (const [key, record] of [...this.#disk].sort()) hash.update(`${key}=${hex(record)};`);
    return hash.digest("hex");
  }
}

class FetchedRecords implements Records {
  readonly #fetched: Map<string, Uint8Array | undefined>;
  readonly #named: ReadonlySet<string>;

  constructor(fetched: Map<string, Uint8Array | undefined>, named: ReadonlySet<string>) {
    this.#fetched = fetched;
    this.#named = named;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#mustBeNamed(key);
    return this.#fetched.get(hex(key));
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#mustBeNamed(key);
    this.#fetched.set(hex(key), Uint8Array.from(value));
  }

  delete(key: Uint8Array): void {
    this.#mustBeNamed(key);
    if (this.#fetched.get(hex(key)) === undefined) throw new Error("deletes a record that is not there");
    this.#fetched.set(hex(key), undefined);
  }

  #mustBeNamed(key: Uint8Array): void {
    if (!this.#named.has(hex(key))) throw new Error(`the command did not name ${hex(key)}`);
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
