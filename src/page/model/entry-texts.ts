import { signal } from "@preact/signals";
import type { LogEntry } from "../../observe/live.ts";
import type { Source } from "../source/source.ts";

/** Entries that are asked for at once: the one that is wanted and its neighbours. */
const chunk = 32;
/** Time before a chunk in which an entry is missing is asked for again, in ms. */
const againMs = 400;
/** Chunks that are remembered. */
const chunksMax = 256;

/** What entries say. They are asked for when somebody looks at them, and remembered. */
export class EntryTexts {
  readonly #source: Source;
  readonly #chunks = new Map<string, readonly LogEntry[]>();
  /** Chunks that are on their way. */
  readonly #asked = new Set<string>();
  readonly #askedAt = new Map<string, number>();
  /** Rises when an answer has come. */
  readonly version = signal(0);

  constructor(source: Source) {
    this.#source = source;
  }

  /**
   * The entry of that node, if it is known; else it is asked for. `term` is the one that the entry has by the node's own word: where
   * another one is remembered, the log was cut off since, and it is asked for again.
   */
  entry(node: number, index: number, term: number | null): LogEntry | null {
    const first = Math.floor(index / chunk) * chunk + 1 - (index % chunk === 0 ? chunk : 0);
    const key = `${node} ${first}`;
    const known = this.#chunks.get(key);
    const found = known?.find((entry) => entry.index === index) ?? null;
    if (found !== null && (term === null || found.term === term)) return found;
    const isDue = performance.now() - (this.#askedAt.get(key) ?? Number.NEGATIVE_INFINITY) > againMs;
    if (!this.#asked.has(key) && isDue) void this.#ask(key, node, first);
    return null;
  }

  clear(): void {
    this.#chunks.clear();
    this.#askedAt.clear();
  }

  async #ask(key: string, node: number, first: number): Promise<void> {
    this.#askedAt.set(key, performance.now());
    this.#asked.add(key);
    const entries = await this.#source.entries(node, first, first + chunk - 1);
    this.#asked.delete(key);
    // What is looked at now is forgotten last.
    this.#chunks.delete(key);
    this.#chunks.set(key, entries);
    if (this.#chunks.size > chunksMax) this.#forget(this.#chunks.keys().next().value ?? "");
    this.version.value += 1;
  }

  #forget(key: string): void {
    this.#chunks.delete(key);
    this.#askedAt.delete(key);
  }
}
