import type { Store, View } from "../core/api.ts";
import { describeMessage, describeSpoken, describeStore } from "../core/describe.ts";
import type { Event } from "../core/events.ts";
import type { PeerMessage } from "../core/messages.ts";
import type { NodeId } from "../core/types.ts";

/** What can be noted, by kind. */
interface Noted {
  /** Taken in by the node. */
  readonly message: PeerMessage;
  /** Sent by the node, and lost. */
  readonly lost: PeerMessage;
  readonly event: { readonly event: Event; readonly view: View };
  readonly stored: Store;
  readonly text: string;
}

interface Line {
  readonly at: number;
  readonly node: NodeId;
  readonly kind: keyof Noted;
  readonly what: Noted[keyof Noted];
}

/** Describing costs far more than noting, so a line becomes text only if somebody wants to read it. */
const keptMax = 400;

/**
 * What happened in a run, in order: the last lines, for the report of a failure; all lines as text, if somebody
 * listens; and a fingerprint of everything, by which two runs can be compared.
 */
export class Trace {
  readonly #now: () => number;
  readonly #listener: ((line: string) => void) | null;
  readonly #kept: Line[] = [];
  #count = 0;
  #fingerprint = 0x811c9dc5;

  constructor(now: () => number, listener: ((line: string) => void) | null) {
    this.#now = now;
    this.#listener = listener;
  }

  /** `node` is 0 for the world itself. */
  note<K extends keyof Noted>(kind: K, node: NodeId, what: Noted[K]): void {
    const at = this.#now();
    const line: Line = { at, node, kind, what };
    this.#kept[this.#count % keptMax] = line;
    this.#count += 1;
    this.#mix((at * 1024) | 0);
    this.#mix((node << 8) ^ kind.charCodeAt(0));
    this.#listener?.(describeLine(line));
  }

  /** How many lines were noted. */
  get count(): number {
    return this.#count;
  }

  /** Equal runs have equal ones; different runs hardly ever. */
  get fingerprint(): string {
    return (this.#fingerprint >>> 0).toString(16).padStart(8, "0");
  }

  last(count: number): string[] {
    const kept = Math.min(this.#count, keptMax, count);
    const lines: string[] = [];
    for (let place = this.#count - kept; place < this.#count; place += 1) {
      const line = this.#kept[place % keptMax];
      if (line !== undefined) lines.push(describeLine(line));
    }
    return lines;
  }

  #mix(value: number): void {
    this.#fingerprint = Math.imul(this.#fingerprint ^ value, 0x01000193);
    this.#fingerprint ^= this.#fingerprint >>> 15;
  }
}

function describeLine(line: Line): string {
  return `${line.at.toFixed(3).padStart(11)} ${describeWhat(line)}`;
}

function describeWhat({ kind, node, what }: Line): string {
  const from = node === 0 ? "world" : `n${node}`;
  if (typeof what === "string") return `${from} ${what}`;
  if ("event" in what) return describeSpoken(what.event, what.view);
  if ("hardState" in what) return `${from} on disk: ${describeStore(what)}`;
  return `${kind === "lost" ? "lost " : ""}${describeMessage(what)}`;
}
