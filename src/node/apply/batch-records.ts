import { InvariantBroken } from "../../core/assert.ts";
import type { Machine, Records } from "../../machine/machine.ts";
import type { RecordChange } from "../ports/ports.ts";
import type { RecordCache } from "./record-cache.ts";

/** The records that a command has said it may touch: their keys, and the names they go by in memory. */
export interface Announced {
  readonly keys: readonly Uint8Array[];
  readonly names: readonly string[];
}

/** One record that a command changed, which users may see. A value of null: it was deleted. */
export interface VisibleChange {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
}

/** The records as the batch has them so far. Changes go to the cache at once, and are collected for the one write. */
export class BatchRecords implements Records {
  readonly #cache: RecordCache;
  readonly #machine: Pick<Machine, "isVisible">;
  readonly #changed = new Map<string, { key: Uint8Array; before: Uint8Array | null | undefined }>();
  #announced: Announced = { keys: [], names: [] };
  /** Place of the key that was used last. */
  #place = 0;
  #visible: VisibleChange[] = [];

  constructor(cache: RecordCache, machine: Pick<Machine, "isVisible">) {
    this.#cache = cache;
    this.#machine = machine;
  }

  /** The next command runs, and may touch these. */
  begin(announced: Announced): void {
    this.#announced = announced;
    this.#place = 0;
    this.#visible = [];
  }

  /** What the command has changed that users may see. */
  get visible(): readonly VisibleChange[] {
    return this.#visible;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#cache.get(this.#nameOf(key)) ?? undefined;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#change(key, value);
  }

  delete(key: Uint8Array): void {
    this.#change(key, null);
  }

  /** One change for each record, from before the batch to after it. */
  changes(): RecordChange[] {
    const changes: RecordChange[] = [];
    for (const [name, { key, before }] of this.#changed) {
      const value = this.#cache.get(name) ?? null;
      if (value !== null || before) changes.push({ key, value, before: before ?? undefined });
    }
    return changes;
  }

  #change(key: Uint8Array, value: Uint8Array | null): void {
    const name = this.#nameOf(key);
    if (!this.#changed.has(name)) this.#changed.set(name, { key, before: this.#cache.get(name) });
    this.#cache.set(name, value);
    if (this.#machine.isVisible?.(key) ?? true) this.#visible.push({ key, value });
  }

  /** A machine mostly comes back to the key that it used last, or goes on to the next: so the search begins there. */
  #nameOf(key: Uint8Array): string {
    const { keys, names } = this.#announced;
    for (let tried = 0; tried < keys.length; tried += 1) {
      const place = (this.#place + tried) % keys.length;
      if (!areEqual(keys[place], key)) continue;
      this.#place = place;
      return names[place] ?? nameOf(key);
    }
    throw new InvariantBroken("a command touched a record that it had not announced in reads()");
  }
}

/** A record's key as a string that a Map can find: one character a byte. */
export function nameOf(key: Uint8Array): string {
  const bytes = key instanceof Buffer ? key : Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  return bytes.toString("latin1");
}

/** Keys that differ mostly differ at their ends. */
function areEqual(a: Uint8Array | undefined, b: Uint8Array): boolean {
  if (a?.length !== b.length) return false;
  for (let place = b.length - 1; place >= 0; place -= 1) if (a[place] !== b[place]) return false;
  return true;
}
