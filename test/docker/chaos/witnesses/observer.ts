import { setTimeout as pause } from "node:timers/promises";
import type { ChaosCluster } from "../types.ts";
import { Leaders } from "./leaders.ts";
import { Lives } from "./lives.ts";

/** So often the nodes are asked, in ms. */
const everyMs = 150;

/** Asks the nodes all the time how they are: who leads, and whether they are still the same processes. */
export class Observer {
  readonly leaders = new Leaders();
  readonly lives = new Lives();
  readonly #cluster: ChaosCluster;
  readonly #now: () => number;
  readonly #loop: Promise<void>;
  #isStopping = false;

  constructor(ports: { readonly cluster: ChaosCluster; readonly now: () => number }) {
    this.#cluster = ports.cluster;
    this.#now = ports.now;
    this.#loop = this.#run();
    // Whoever stops it is told of its failure, and nobody before.
    this.#loop.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const from = this.#now();
      const answers = await this.#cluster.answers();
      const to = this.#now();
      for (const answer of answers) this.lives.note(answer, { from, to });
      this.leaders.note(answers, to);
      await pause(everyMs);
    }
  }
}
