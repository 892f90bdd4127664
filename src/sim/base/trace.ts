import type { Store, View } from "../../core/api.ts";
import { describeMessage, describeStore } from "../../core/describe.ts";
import type { PeerMessage } from "../../core/messages.ts";
import type { NodeId } from "../../core/types.ts";
import { describeSpoken, type NodeEvent } from "../../node/ports/node-events.ts";

/**
 * What a line is about: a message that the node takes in, or one that it sent and that was lost; a write that is now
 * on its disk; an event of the core; or what the world itself has to say.
 */
type Kind = "message" | "lost" | "stored" | "event" | "text";

interface Line {
  at: number;
  /** 0 for the world itself. */
  node: NodeId;
  kind: Kind;
  what: PeerMessage | Store | string;
  /** Null but for an event. */
  event: NodeEvent | null;
  view: View | null;
}

/** Number of last lines that are kept. Describing costs far more than noting, so a line becomes text only if it is read. */
const keptMax = 400;

/**
 * What happened in a run, in order: the last lines, for the report of a failure; all lines as text, if somebody
 * listens; and a fingerprint of everything, by which two runs can be compared.
 */
export class Trace {
  readonly #now: () => number;
  readonly #listener: ((line: string) => void) | null;
  /** A ring. */
  readonly #kept: Line[] = [];
  #count = 0;
  #fingerprint = 0x811c9dc5;

  constructor(now: () => number, listener: ((line: string) => void) | null) {
    this.#now = now;
    this.#listener = listener;
  }

  note(kind: "message" | "lost", node: NodeId, what: PeerMessage): void;
  note(kind: "stored", node: NodeId, what: Store): void;
  note(kind: "text", node: NodeId, what: string): void;
  note(kind: Kind, node: NodeId, what: PeerMessage | Store | string): void {
    this.#note(kind, node, what, null, null);
  }

  noteEvent(event: NodeEvent, view: View): void {
    this.#note("event", view.id, "", event, view);
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
    const lines: string[] = [];
    for (let place = Math.max(0, this.#count - Math.min(count, keptMax)); place < this.#count; place += 1) {
      const line = this.#kept[place % keptMax];
      if (line !== undefined) lines.push(describeLine(line));
    }
    return lines;
  }

  #note(kind: Kind, node: NodeId, what: PeerMessage | Store | string, event: NodeEvent | null, view: View | null): void {
    const at = this.#now();
    // The oldest line is written over, so that noting makes no objects.
    const place = this.#count % keptMax;
    const line = this.#kept[place] ?? { at, node, kind, what, event, view };
    line.at = at;
    line.node = node;
    line.kind = kind;
    line.what = what;
    line.event = event;
    line.view = view;
    this.#kept[place] = line;
    this.#count += 1;
    this.#mix((at * 1024) | 0);
    this.#mix((node << 8) ^ kind.charCodeAt(0));
    this.#listener?.(describeLine(line));
  }

  #mix(value: number): void {
    this.#fingerprint = Math.imul(this.#fingerprint ^ value, 0x01000193);
    this.#fingerprint ^= this.#fingerprint >>> 15;
  }
}

function describeLine(line: Line): string {
  return `${line.at.toFixed(3).padStart(11)} ${describeWhat(line)}`;
}

function describeWhat({ kind, node, what, event, view }: Line): string {
  if (event !== null && view !== null) return describeSpoken(event, view);
  const from = node === 0 ? "world" : `n${node}`;
  if (typeof what === "string") return `${from} ${what}`;
  if ("hardState" in what) return `${from} on disk: ${describeStore(what)}`;
  return `${kind === "lost" ? "lost " : ""}${describeMessage(what)}`;
}
