import type { KvCommand } from "../../machine/kv-codec.ts";
import { decodeRecord } from "../../machine/kv-records.ts";
import { decodeResult } from "../../machine/kv-results.ts";
import type { Random } from "../base/random.ts";
import type { Op, Outcome } from "../checks/history.ts";

/** What one client call is about: the commands of a write in order, or the keys of a read. */
export type Request =
  | { readonly type: "write"; readonly parts: readonly Part[] }
  /** A write of a key that may be attached to the session. Not judged with the history of the other keys. */
  | { readonly type: "lock"; readonly parts: readonly Part[] }
  | { readonly type: "read"; readonly keys: readonly string[] }
  /** Of all keys at once. */
  | { readonly type: "scan" };

/** One command, and what it means to the judge of histories. */
export interface Part {
  readonly key: string;
  readonly op: Op;
  readonly command: TextCommand;
}

type TextCommand =
  | Exclude<KvCommand, { type: "set" }>
  | { readonly type: "set"; readonly key: string; readonly value: string; readonly attached?: boolean };

export interface RequestMix {
  readonly keys: readonly string[];
  /** Most bytes by which a value is made longer than its name. */
  readonly paddingMax: number;
}

/** What clients ask for: unique values, so that each can be traced to its write; and what they have learnt of the keys. */
export class RequestMaker {
  readonly #mix: RequestMix;
  readonly #random: Random;
  /** Begins the name of each value; makers whose values may meet have different ones. */
  readonly #prefix: string;
  /** What was last seen at each key, by any client: what a comparison expects. */
  readonly #seen = new Map<string, { readonly value: string; readonly revision: number }>();
  #values = 0;

  constructor(mix: RequestMix, random: Random, prefix = "v") {
    this.#mix = mix;
    this.#random = random;
    this.#prefix = prefix;
  }

  get keys(): readonly string[] {
    return this.#mix.keys;
  }

  next(inSession: boolean): Request {
    const { keys } = this.#mix;
    if (inSession && this.#random.chance(0.15)) return this.#lock();
    const dice = this.#random.next();
    if (dice < 0.4) return { type: "read", keys: [this.#random.pick(keys)] };
    if (dice < 0.44) return { type: "scan" };
    if (dice < 0.52) {
      const several = this.#random.shuffled(keys).slice(0, this.#random.between(2, 4));
      return { type: "write", parts: several.map((key) => this.#part(key)) };
    }
    return { type: "write", parts: [this.#part(this.#random.pick(keys))] };
  }

  #lock(): Request {
    const key = `lock-${this.#random.below(3)}`;
    const dice = this.#random.next();
    if (dice < 0.2) return { type: "lock", parts: [{ key, op: { type: "delete" }, command: { type: "delete", key } }] };
    const { value } = this.#newValue();
    const attached = dice < 0.8;
    const command: TextCommand =
      dice < 0.5
        ? { type: "compareAndSet", key, expected: { type: "absent" }, newValue: value, attached }
        : { type: "set", key, value, attached };
    return { type: "lock", parts: [{ key, op: { type: "set", value }, command }] };
  }

  set(key: string): Request {
    return { type: "write", parts: [this.#set(key)] };
  }

  /** What was seen is of another time, and means nothing any more. */
  forget(): void {
    this.#seen.clear();
  }

  saw(key: string, value: string | null, revision: number): void {
    if (value === null) this.#seen.delete(key);
    else this.#seen.set(key, { value, revision });
  }

  #part(key: string): Part {
    const dice = this.#random.next();
    if (dice < 0.5) return this.#set(key);
    if (dice < 0.65) return { key, op: { type: "delete" }, command: { type: "delete", key } };
    return this.#compareAndSet(key);
  }

  #set(key: string): Part {
    const { name, value } = this.#newValue();
    return { key, op: { type: "set", value: name }, command: { type: "set", key, value } };
  }

  #compareAndSet(key: string): Part {
    const { name, value } = this.#random.chance(0.85) ? this.#newValue() : { name: null, value: null };
    const seen = this.#seen.get(key);
    const op: Op = { type: "cas", expected: seen === undefined ? null : nameOf(seen.value), value: name };
    if (seen === undefined)
      return { key, op, command: { type: "compareAndSet", key, expected: { type: "absent" }, newValue: value } };
    // Values are unique, so a revision stands for the value it came with.
    const byRevision = seen.revision > 0 && this.#random.chance(0.4);
    const expected = byRevision
      ? ({ type: "revision", revision: seen.revision } as const)
      : ({ type: "value", value: seen.value } as const);
    return { key, op, command: { type: "compareAndSet", key, expected, newValue: value } };
  }

  #newValue(): { name: string; value: string } {
    this.#values += 1;
    const name = `${this.#prefix}${this.#values}`;
    const padding = this.#random.below(this.#mix.paddingMax + 1);
    return { name, value: padding === 0 ? name : `${name}~${"x".repeat(padding)}` };
  }
}

/** The part of a value that tells it from all others. */
export function nameOf(value: string): string {
  const end = value.indexOf("~");
  return end === -1 ? value : value.slice(0, end);
}

/** What the state said of one key. */
export function readOutcome(record: Uint8Array | undefined): { outcome: Outcome; value: string | null; revision: number } {
  if (record === undefined) return { outcome: { type: "read", value: null }, value: null, revision: 0 };
  const { revision, value } = decodeRecord(record);
  const text = textOf(value);
  return { outcome: { type: "read", value: nameOf(text) }, value: text, revision };
}

/** What the machine's result means for each part of a write. */
export function writeOutcomes(parts: readonly { readonly op: Op }[], result: Uint8Array): { op: Op; outcome: Outcome }[] {
  const decoded = decodeResult(result);
  if (decoded.type === "refused") throw new Error(`The machine does not know its own commands: ${decoded.why}`);
  return parts.map(({ op }, place) => {
    const told = decoded.results[place];
    if (told === undefined) throw new Error(`The result says nothing of command ${place + 1} of ${parts.length}.`);
    if (decoded.type === "applied") {
      return { op, outcome: op.type === "cas" ? { type: "swapped" } : { type: "written", existed: told.existed } };
    }
    if (op.type !== "cas") return { op, outcome: { type: "refused" } };
    if (!told.succeeded) {
      const current = told.current?.value ?? null;
      return { op, outcome: { type: "conflict", found: current === null ? null : nameOf(textOf(current)) } };
    }
    // This comparison held, but another one of the batch did not: it has only looked.
    return { op: { type: "read" }, outcome: { type: "read", value: op.expected } };
  });
}

function textOf(value: string | Uint8Array): string {
  return typeof value === "string" ? value : Buffer.from(value).toString("latin1");
}
