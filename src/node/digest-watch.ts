import type { View } from "../core/api.ts";
import type { Event } from "../core/events.ts";
import { isQuorum } from "../core/quorum.ts";
import type { Index, Millis, NodeId } from "../core/types.ts";
import type { Clock, MachineStorage, StateDigest, Timer, Transport } from "./ports.ts";
import { StateDiffers } from "./state-differs.ts";

export interface DigestWatchOptions {
  /** How often a node compares its state with that of the others, in ms. */
  readonly compareMs: Millis;
  /** Every node remembers the digest of its state each so many entries. */
  readonly compareEntries: number;
}

export interface DigestWatchPorts {
  readonly clock: Clock;
  readonly state: Pick<MachineStorage, "summary">;
  readonly transport: Pick<Transport, "askDigest">;
  readonly view: () => View;
  readonly onEvent: (event: Event) => void;
  /** A majority agrees on another state than this node's: it must stop. */
  readonly onFailed: (error: Error) => void;
}

/** So many digests are remembered: a node may be asked for one by another that is that far behind. */
const checkpointsMax = 256;

/** What the others say of their state at one index. */
interface Round {
  readonly own: StateDigest;
  readonly answers: Map<NodeId, StateDigest>;
}

/**
 * Compares this node's state with that of the others at one and the same applied index. All ends of batches at multiples
 * of `compareEntries` are remembered; in between, nodes have the same index only where little is written.
 *
 * Each node asks the others and judges only itself: if a majority of the voters agrees on something else than it has,
 * it stops. So it does not matter who leads; and if there is no such majority nobody knows who is right, and nobody stops.
 */
export class DigestWatch {
  readonly #options: DigestWatchOptions;
  readonly #ports: DigestWatchPorts;
  readonly #checkpoints: StateDigest[] = [];
  readonly counters = { compared: 0, differed: 0, comparedIndex: 0 };
  #timer: Timer | null = null;
  #round: Round | null = null;
  /** The last index that was asked for, and where the state was then. */
  #askedIndex: Index = 0;
  #isStopped = false;

  constructor(options: DigestWatchOptions, ports: DigestWatchPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  start(): void {
    if (this.#isStopped) return;
    const { clock } = this.#ports;
    this.#timer = clock.at(clock.now() + this.#options.compareMs, () => {
      this.#end();
      this.#ask();
      this.start();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#round = null;
  }

  /** A batch is written. */
  onApplied(appliedIndex: Index): void {
    if (appliedIndex % this.#options.compareEntries !== 0) return;
    this.#checkpoints.push(this.#ports.state.summary());
    if (this.#checkpoints.length > checkpointsMax) this.#checkpoints.shift();
  }

  /** What this node's state was at that index; null if that is not remembered. */
  digestAt(index: Index): StateDigest | null {
    const now = this.#ports.state.summary();
    if (now.appliedIndex === index) return now;
    return this.#checkpoints.find(({ appliedIndex }) => appliedIndex === index) ?? null;
  }

  #ask(): void {
    const { view, transport, state } = this.#ports;
    const newest = this.#checkpoints.at(-1);
    const own = newest !== undefined && newest.appliedIndex > this.#askedIndex ? newest : state.summary();
    const { id, members } = view();
    const others = members.nodes.filter((node) => node.id !== id);
    if (own.appliedIndex === 0 || others.length === 0) return;
    this.#askedIndex = own.appliedIndex;
    const round: Round = { own, answers: new Map() };
    this.#round = round;
    for (const other of others) {
      transport.askDigest(other.id, own.appliedIndex, (found) => {
        if (found === null || this.#round !== round || found.appliedIndex !== own.appliedIndex) return;
        round.answers.set(other.id, found);
        this.#judge(round);
      });
    }
  }

  /** Whether a majority has something else than this node, and all of them the same. */
  #judge({ own, answers }: Round): void {
    for (const other of answers.values()) {
      if (isSame(other, own)) continue;
      const agrees = (id: NodeId) => {
        const found = answers.get(id);
        return found !== undefined && isSame(found, other);
      };
      if (!isQuorum(this.#ports.view().members, agrees)) continue;
      this.#end();
      const nodes = [...answers.keys()].filter(agrees).sort((a, b) => a - b);
      return this.#ports.onFailed(new StateDiffers(own, other, nodes));
    }
  }

  /** Those who have not answered by now will not. */
  #end(): void {
    const round = this.#round;
    this.#round = null;
    if (round === null || round.answers.size === 0) return;
    const { own, answers } = round;
    this.counters.compared += 1;
    this.counters.comparedIndex = own.appliedIndex;
    const nodes = [...answers].filter(([, found]) => !isSame(found, own)).map(([id]) => id);
    if (nodes.length === 0) return;
    this.counters.differed += 1;
    this.#ports.onEvent({ type: "stateDiffers", index: own.appliedIndex, nodes });
  }
}

function isSame(one: StateDigest, other: StateDigest): boolean {
  return one.records === other.records && one.digest === other.digest;
}
