import type { View } from "../../core/api.ts";
import { isQuorum } from "../../core/quorum.ts";
import type { Index, NodeId } from "../../core/types.ts";
import { counter, gauge, zerosOf } from "../../declared/figures.ts";
import type { NodeEvent } from "../ports/node-events.ts";
import type { NodeOptions } from "../ports/options.ts";
import type { PeerCall } from "../ports/peer-calls.ts";
import type { Clock, MachineStorage, StateDigest, Timer, Transport } from "../ports/ports.ts";
import { StateDiffers } from "../ports/state-differs.ts";

/** What the other node's state was at this applied index; null if it is not there yet, or does not remember. */
export const compareState: PeerCall<Index, StateDigest | null> = { name: "compareState", unsent: null, broken: null };

export const digestFigures = {
  compared: counter("comparisons", "Times that the digest of the state was compared with that of other nodes."),
  differed: counter("comparisons", "Comparisons in which another node had another digest."),
  comparedIndex: gauge("index", "The applied index of the last comparison."),
};

export type DigestWatchOptions = Pick<NodeOptions, "compareMs" | "compareEntries">;

export interface DigestWatchPorts {
  readonly clock: Clock;
  readonly state: Pick<MachineStorage, "summary">;
  readonly transport: Pick<Transport, "ask">;
  readonly view: () => View;
  readonly onEvent: (event: NodeEvent) => void;
  /** A majority agrees on another state than this node's: it must stop. */
  readonly onFailed: (error: Error) => void;
}

/** Number of digests that are remembered: a node may be asked for one by another that is that far behind. */
const checkpointsMax = 256;

/** What the nodes say of their states at one index. */
interface Round {
  readonly own: StateDigest;
  /** This node's is among them. */
  readonly found: Map<NodeId, StateDigest>;
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
  #checkpoints: StateDigest[] = [];
  readonly counters = zerosOf(digestFigures);
  #timer: Timer | null = null;
  /** The round that is under way. */
  #round: Round | "none" | "stopped" = "none";
  /** The newest checkpoint as of the last round. Under load the newest of now is one that the others have not come to. */
  #due: StateDigest | null = null;
  /** The last checkpoint that was asked for. */
  #askedIndex: Index = 0;
  #isDoubtful = false;

  constructor(options: DigestWatchOptions, ports: DigestWatchPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /**
   * Whether somebody has another state than this node, and no majority was since seen to have the same as it has. It may then
   * be this node that is wrong, and must not make others so.
   */
  get isDoubtful(): boolean {
    return this.#isDoubtful;
  }

  start(): void {
    if (this.#round === "stopped") return;
    const { clock } = this.#ports;
    this.#timer = clock.at(clock.now() + this.#options.compareMs, () => {
      this.#end();
      this.#ask();
      this.start();
    });
  }

  stop(): void {
    this.#round = "stopped";
    this.#timer?.cancel();
  }

  /** A batch is written. */
  onApplied(appliedIndex: Index): void {
    if (appliedIndex % this.#options.compareEntries !== 0) return;
    this.#checkpoints.push(this.#ports.state.summary());
    if (this.#checkpoints.length > checkpointsMax) this.#checkpoints.shift();
  }

  /** Another state is in this one's place: what this one was says nothing of it. */
  onInstalled(): void {
    this.#checkpoints = [];
    this.#due = null;
    if (this.#round !== "stopped") this.#round = "none";
    this.#isDoubtful = false;
  }

  /** What this node's state was at that index; null if that is not remembered. */
  digestAt(index: Index): StateDigest | null {
    const now = this.#ports.state.summary();
    if (now.appliedIndex === index) return now;
    return this.#checkpoints.find(({ appliedIndex }) => appliedIndex === index) ?? null;
  }

  #ask(): void {
    // Whoever was told of the last round may have stopped the node.
    if (this.#round === "stopped") return;
    const { view, transport, state } = this.#ports;
    const { id, members } = view();
    const own = this.#nextCheckpoint() ?? state.summary();
    const others = members.nodes.filter((node) => node.id !== id);
    if (own.appliedIndex === 0) return;
    const round: Round = { own, found: new Map([[id, own]]) };
    this.#round = round;
    // A sole voter is a majority by itself.
    this.#judge(round);
    for (const other of others) {
      transport.ask(other.id, compareState, own.appliedIndex, (found) => {
        if (this.#round !== round || found?.appliedIndex !== own.appliedIndex) return;
        round.found.set(other.id, found);
        this.#judge(round);
      });
    }
  }

  /** Each is asked for once, a round after it was the newest. */
  #nextCheckpoint(): StateDigest | null {
    const due = this.#due;
    this.#due = this.#checkpoints.at(-1) ?? null;
    if (due === null || due.appliedIndex <= this.#askedIndex) return null;
    this.#askedIndex = due.appliedIndex;
    return due;
  }

  /** Whether a majority has what this node has, or something else and all of them the same. */
  #judge({ own, found }: Round): void {
    const { members } = this.#ports.view();
    const nodesWith = (digest: StateDigest) => [...found].filter(([, other]) => isSame(other, digest)).map(([id]) => id);
    const isMajority = (nodes: readonly NodeId[]) => isQuorum(members, (id) => nodes.includes(id));
    if (isMajority(nodesWith(own))) {
      this.#isDoubtful = false;
      return;
    }
    for (const other of found.values()) {
      if (isSame(other, own)) continue;
      this.#isDoubtful = true;
      const nodes = nodesWith(other).sort((a, b) => a - b);
      if (!isMajority(nodes)) continue;
      this.#end();
      return this.#ports.onFailed(new StateDiffers(own, other, nodes));
    }
  }

  /** Those who have not answered by now will not. */
  #end(): void {
    if (this.#round === "none" || this.#round === "stopped") return;
    const { own, found } = this.#round;
    this.#round = "none";
    if (found.size === 1) return;
    this.counters.compared += 1;
    this.counters.comparedIndex = own.appliedIndex;
    const nodes = [...found].filter(([, other]) => !isSame(other, own)).map(([id]) => id);
    if (nodes.length === 0) return;
    this.counters.differed += 1;
    this.#ports.onEvent({ type: "stateDiffers", index: own.appliedIndex, nodes });
  }
}

function isSame(one: StateDigest, other: StateDigest): boolean {
  return one.records === other.records && one.digest === other.digest;
}
