import { setTimeout as pause } from "node:timers/promises";
import type { NodeStatus } from "../../../src/main/node-status.ts";
import type { Leading } from "./strikes.ts";

/** So often the nodes are asked who leads, in ms. */
const everyMs = 150;

/** Asks the nodes all the time who leads, and writes down each change. */
export class LeaderNotes {
  readonly leading: Leading[] = [];
  readonly #statuses: () => Promise<readonly NodeStatus[]>;
  readonly #now: () => number;
  readonly #loop: Promise<void>;
  #stopping = false;

  constructor(ports: { readonly statuses: () => Promise<readonly NodeStatus[]>; readonly now: () => number }) {
    this.#statuses = ports.statuses;
    this.#now = ports.now;
    this.#loop = this.#run();
    // Whoever stops it is told of its failure, and nobody before.
    this.#loop.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#note(await this.#statuses());
      await pause(everyMs);
    }
  }

  #note(statuses: readonly NodeStatus[]): void {
    const found = leadingOf(statuses);
    const last = this.leading.at(-1);
    if (last?.leaderId === found.leaderId && (found.leaderId === null || last.term === found.term)) return;
    this.leading.push({ at: this.#now(), ...found });
  }
}

/** The leader of the highest term that any node says to be; one that was cut off may still think that it leads. */
function leadingOf(statuses: readonly NodeStatus[]): Omit<Leading, "at"> {
  const term = Math.max(0, ...statuses.map((status) => status.term));
  const leader = statuses.find((status) => status.role === "ROLE_LEADER" && status.term === term);
  return { leaderId: leader?.nodeId ?? null, term };
}
