import { setTimeout as pause } from "node:timers/promises";
import { BalsaClient } from "../../src/client/client.ts";

export interface HonestOptions {
  readonly endpoints: readonly string[];
  readonly prefer: "leader" | "any";
  readonly name: string;
}

/** It is in no hurry, in ms. */
const restMs = 10;
const requestTimeoutMs = 5_000;
/** Nobody who means well may be left without an answer for longer, in ms. An election takes a small part of it. */
const patienceMs = 60_000;

/** A client that means well: it writes key after key, and reads each of them back at once. */
export class HonestClient {
  readonly name: string;
  readonly #client: BalsaClient;
  /** Writes that were acknowledged: each key is written once. */
  readonly written = new Map<string, string>();
  /** Pairs of a write and a read that were both answered. */
  served = 0;
  /** The longest time from the first attempt to the answer, in ms. */
  longestMs = 0;
  #isOver = false;
  readonly #work: Promise<void>;
  /** Why it has given up; null while all is well. */
  failure: Error | null = null;

  constructor({ endpoints, prefer, name }: HonestOptions) {
    this.name = name;
    this.#client = new BalsaClient({ endpoints, prefer, name, requestTimeoutMs, sessionTimeoutMs: 60_000 });
    this.#work = this.#goOn().catch((error: Error) => {
      this.failure = error;
    });
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#work;
  }

  /** What of all that it was told is written is not there. */
  async missing(): Promise<string[]> {
    const found = new Map<string, string>();
    for await (const { key, value } of this.#client.scan({ prefix: `${this.name}/` })) found.set(key, String(value));
    return [...this.written].filter(([key, value]) => found.get(key) !== value).map(([key]) => key);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** A value that makes long answers for those who ask for it and do not read. */
  async setLong(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#untilServed(() => this.#client.set(key, "x".repeat(50_000)));
  }

  async #goOn(): Promise<void> {
    for (let i = 1; !this.#isOver; i += 1) {
      const [key, value] = [`${this.name}/${i}`, String(i)];
      await this.#untilServed(() => this.#client.set(key, value));
      this.written.set(key, value);
      const found = await this.#untilServed(() => this.#client.get(key));
      if (String(found?.value) !== value) throw new Error(`${key} was written as ${value}, and then read as ${found?.value}.`);
      this.served += 1;
      await pause(restMs);
    }
  }

  /** Tries again whatever failed, for so long. */
  async #untilServed<T>(call: () => Promise<T>): Promise<T> {
    const since = performance.now();
    for (;;) {
      try {
        const answer = await call();
        this.longestMs = Math.max(this.longestMs, performance.now() - since);
        return answer;
      } catch (error) {
        if (performance.now() - since > patienceMs)
          throw new Error(`${this.name} was not served for ${patienceMs} ms.`, { cause: error });
        await pause(restMs);
      }
    }
  }
}
