import { signal } from "@preact/signals";
import type { ObservedRecord } from "../../observe/records.ts";

/** Time between two sentences to whoever listens instead of looking, in ms. */
const spacingMs = 2_000;
/** Sentences that wait; the oldest are left out, for what was true then may be so no more. */
const waitingMax = 3;

const spoken = new Set(["leaderLost", "nodeLost", "nodeHeard", "membersChanged", "stateDiffers", "damageFound"]);

/** What is read out: one sentence at a time. */
export class News {
  readonly sentence = signal("");
  readonly #describe: (record: ObservedRecord) => string;
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #leader = "";

  constructor(describe: (record: ObservedRecord) => string) {
    this.#describe = describe;
  }

  hear(records: readonly ObservedRecord[]): void {
    for (const record of records) {
      if (record.type === "leaderElected") this.#elected(record);
      else if (spoken.has(record.type)) this.say(this.#describe(record));
    }
  }

  say(sentence: string): void {
    if (this.#waiting.at(-1) === sentence || this.sentence.value === sentence) return;
    this.#waiting = [...this.#waiting, sentence].slice(-waitingMax);
    if (this.#timer === null) this.#next();
  }

  /** Each node that learns of a leader says so; once is enough. */
  #elected(record: ObservedRecord): void {
    const leader = `${record.leader} ${record.term}`;
    if (leader === this.#leader) return;
    this.#leader = leader;
    this.say(`Node ${record.leader} leads term ${record.term}.`);
  }

  #next(): void {
    const sentence = this.#waiting.shift();
    if (sentence === undefined) {
      this.#timer = null;
      return;
    }
    this.sentence.value = sentence;
    this.#timer = setTimeout(() => this.#next(), spacingMs);
  }
}
