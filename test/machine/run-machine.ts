import { createHash } from "node:crypto";
import { encodeRequest, type KvCommand } from "../../src/machine/kv-codec.ts";
import { decodeRecord, keyOfRecord, type Value } from "../../src/machine/kv-records.ts";
import { decodeResult, type KvResult } from "../../src/machine/kv-results.ts";
import type { Machine, Records } from "../../src/machine/machine.ts";

/**
 * Runs a machine as a node does: fetches the records of a batch of commands first, lets each command see
 * the changes of those before it, and writes what was changed at the end of the batch.
 */
export class MachineRun {
  readonly #machine: Machine;
  readonly #disk = new Map<string, Uint8Array>();
  /** Index of the last command. */
  index = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  batch(commands: readonly Uint8Array[]): Uint8Array[] {
    const fetched = new Map<string, Uint8Array | undefined>();
    for (const command of commands) {
      for (const key of this.#machine.reads(command)) fetched.set(hex(key), this.#disk.get(hex(key)));
    }
    const results = commands.map((command) =>
      this.#machine.apply({ index: ++this.index, time: 0 }, command, new FetchedRecords(fetched)),
    );
    for (const [key, value] of fetched) {
      if (value === undefined) this.#disk.delete(key);
      else this.#disk.set(key, value);
    }
    return results;
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

  constructor(fetched: Map<string, Uint8Array | undefined>) {
    this.#fetched = fetched;
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
    if (!this.#fetched.has(hex(key))) throw new Error(`reads() did not name ${hex(key)}`);
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
