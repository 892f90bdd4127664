import { BackOff } from "../../client/connection/back-off.ts";
import type { LogEntry } from "../../observe/live.ts";
import type { DashboardLimits } from "../base/limits.ts";
import type { MetNode, NodeBatch, NodeFeed, OpenFeed } from "./node-feed.ts";

export interface NodeWatchPorts {
  readonly open: OpenFeed;
  /** False: this is not the node to follow here. It is looked at again later, when another may be there. */
  readonly onMet: (watch: NodeWatch, met: MetNode) => boolean;
  readonly onBatch: (watch: NodeWatch, batch: NodeBatch) => void;
  /** It does not answer, has stopped, or says nothing more. Told once until it is heard again. */
  readonly onLost: (watch: NodeWatch, why: string) => void;
}

/**
 * Listens to whoever is at one address, whatever becomes of it: it is asked again and again, with growing pauses. A node that
 * was stopped in its tracks keeps its connections and says nothing, so silence counts as a loss too.
 */
export class NodeWatch {
  readonly address: string;
  readonly #limits: Pick<DashboardLimits, "silenceMs" | "retryMinMs" | "retryMaxMs">;
  readonly #ports: NodeWatchPorts;
  readonly #backOff: BackOff;
  #feed: NodeFeed | null = null;
  #met: MetNode | null = null;
  #isHeard = false;
  #lossReason: string | null = null;
  #isClosed = false;
  /** Of the next try, or of silence. */
  #timer: NodeJS.Timeout | undefined;

  constructor(address: string, limits: DashboardLimits, ports: NodeWatchPorts) {
    this.address = address;
    this.#limits = limits;
    this.#ports = ports;
    this.#backOff = new BackOff({ minMs: limits.retryMinMs, maxMs: limits.retryMaxMs });
    this.#open();
  }

  /** Who was last met here. */
  get met(): MetNode | null {
    return this.#met;
  }

  /** Why nobody is heard here, since that was told; else null. */
  get lossReason(): string | null {
    return this.#lossReason;
  }

  /** Whether it tells what it does now. */
  get isHeard(): boolean {
    return this.#isHeard;
  }

  entries(first: number, last: number): Promise<readonly LogEntry[]> {
    if (this.#feed === null || !this.#isHeard) return Promise.reject(new Error("This node is not heard now."));
    return this.#feed.entries(first, last);
  }

  close(): void {
    this.#isClosed = true;
    this.#isHeard = false;
    clearTimeout(this.#timer);
    this.#feed?.close();
    this.#feed = null;
  }

  #open(): void {
    let isOver = false;
    const ifCurrent =
      <T>(act: (value: T) => void) =>
      (value: T): void => {
        if (!isOver && !this.#isClosed) act(value);
      };
    this.#expectWord();
    this.#feed = this.#ports.open(this.address, {
      onMet: ifCurrent((met) => this.#onMet(met)),
      onBatch: ifCurrent((batch) => this.#onBatch(batch)),
      onEnd: ifCurrent((why) => {
        isOver = true;
        this.#onEnd(why);
      }),
    });
  }

  #onMet(met: MetNode): void {
    const before = this.#met;
    this.#met = met;
    this.#expectWord();
    if (this.#ports.onMet(this, met)) return;
    this.#met = before;
    this.#feed?.close();
    this.#feed = null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), this.#limits.retryMaxMs);
  }

  #onBatch(batch: NodeBatch): void {
    this.#isHeard = true;
    this.#lossReason = null;
    this.#backOff.reset();
    this.#expectWord();
    this.#ports.onBatch(this, batch);
  }

  #onEnd(why: string): void {
    this.#feed = null;
    this.#lose(why);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), this.#backOff.nextMs());
  }

  /** The connection of a silent node stays: one that was only paused goes on with it, and what it tells then is complete. */
  #expectWord(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#lose(`it has said nothing for ${this.#limits.silenceMs / 1000} s`);
      this.#timer = setTimeout(() => this.#giveUp(), 10 * this.#limits.silenceMs);
    }, this.#limits.silenceMs);
  }

  /** Its machine may be gone, and then nobody tells that the connection is. */
  #giveUp(): void {
    this.#feed?.close();
    this.#open();
  }

  #lose(why: string): void {
    this.#isHeard = false;
    if (this.#lossReason !== null) return;
    this.#lossReason = why;
    this.#ports.onLost(this, why);
  }
}
