import type { Input, Output, Raft, Restored, View } from "../core/api.ts";
import type { Event } from "../core/events.ts";
import type { PeerMessage } from "../core/messages.ts";
import { createRaft } from "../core/raft.ts";
import type { Index, Millis, NodeId } from "../core/types.ts";
import type { Machine } from "../machine/machine.ts";
import { Applier } from "./applier.ts";
import type { Applied } from "./batch.ts";
import type { NodeOptions } from "./options.ts";
import type {
  ChunkReply,
  Clock,
  LogStorage,
  MachineStorage,
  Outcome,
  SnapshotChunk,
  Timer,
  Transport,
  TransportHandler,
} from "./ports.ts";
import { Requests } from "./requests.ts";
import { type ReadOutcome, Waiting } from "./waiting.ts";

export interface NodePorts {
  readonly log: LogStorage;
  readonly state: MachineStorage;
  readonly machine: Machine;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly onEvent: (event: Event, view: View) => void;
  /** Called once: null after `stop`, else what failed. Nothing is acknowledged any more. */
  readonly onStopped: (why: Error | null) => void;
}

/** How often requests that have waited too long are looked for, in ms. */
const sweepMs = 50;

/**
 * The shell around the core: collects news, gives it to the core one turn at a time, and carries out what the
 * core asks for, in the order of the output. All that arrives between two turns is taken in by one step, so a
 * busy node works in batches by itself.
 */
export class Node implements TransportHandler {
  readonly #ports: NodePorts;
  readonly #raft: Raft;
  readonly #waiting = new Waiting();
  readonly #requests: Requests;
  readonly #applier: Applier;
  #view: View;
  #news: Input[] = [];
  #turnIsDue = false;
  #timer: Timer | null = null;
  #timerAt: Millis = Number.POSITIVE_INFINITY;
  #sweepTimer: Timer | null = null;
  #storing = false;
  #phase: "running" | "stopping" | "stopped" = "running";
  #whenStored: (() => void) | null = null;
  readonly counters = { turns: 0, inputs: 0, messagesSent: 0, stores: 0, entriesStored: 0, entriesApplied: 0 };

  /** @throws InvariantBroken if what was found on disk cannot be */
  constructor(options: NodeOptions, restored: Restored, ports: NodePorts) {
    this.#ports = ports;
    this.#raft = createRaft(options.core, restored);
    this.#view = this.#raft.view;
    this.#applier = new Applier(options, {
      clock: ports.clock,
      machine: ports.machine,
      state: ports.state,
      onApplied: (batch) => this.#onApplied(batch),
      onFailed: (error) => this.#fail(error),
    });
    this.#requests = new Requests(options, {
      transport: ports.transport,
      waiting: this.#waiting,
      now: () => ports.clock.now(),
      leader: () => this.#view.leader,
      appliedIndex: () => this.#applier.appliedIndex,
      enqueue: (input) => this.#enqueue(input),
    });
  }

  /** Takes the first turn, from which all others follow. */
  start(): void {
    this.#scheduleTurn();
  }

  /** The core's state after the last turn. */
  get view(): View {
    return this.#view;
  }

  /** Up to here the machine's state on this node is written. */
  get appliedIndex(): Index {
    return this.#applier.appliedIndex;
  }

  /** Commands and reads that wait for their outcome. */
  get pendingCount(): number {
    return this.#requests.openCount;
  }

  /**
   * Runs a command of the machine wherever the leader is. `done` is called exactly once: `done` when the command is
   * on the disks of a majority and applied; `refused` if it surely did nothing; `unknown` if it may have, or may yet.
   */
  submit(command: Uint8Array, timeoutMs: Millis, done: (outcome: Outcome) => void): void {
    this.#requests.submit(command, timeoutMs, done);
    this.#armSweep();
  }

  /** Calls back once, when this node's state is as new as every write acknowledged before this call. */
  linearize(timeoutMs: Millis, done: (outcome: ReadOutcome) => void): void {
    this.#requests.linearize(timeoutMs, done);
    this.#armSweep();
  }

  onMessage(message: PeerMessage): void {
    this.#enqueue({ type: "message", message });
  }

  onForward(command: Uint8Array, done: (outcome: Outcome) => void): void {
    this.#requests.submitForwarded(command, done);
  }

  onChunk(_from: NodeId, _chunk: SnapshotChunk, done: (reply: ChunkReply) => void): void {
    this.#ports.clock.soon(() => done({ type: "refused", why: "This node takes no snapshots" }));
  }

  onPeerDisk(): void {}

  onRefused(): void {}

  /** Answers what waits, lets the writes under way finish, closes the storage, and calls `onStopped(null)`. */
  stop(): void {
    if (this.#phase !== "running") return;
    this.#phase = "stopping";
    this.#quiet();
    this.#applier.stop(() => this.#afterStore(() => this.#close()));
  }

  #enqueue(input: Input): void {
    if (this.#phase !== "running") return;
    this.#news.push(input);
    this.#scheduleTurn();
  }

  #scheduleTurn(): void {
    if (this.#turnIsDue) return;
    this.#turnIsDue = true;
    this.#ports.clock.soon(() => this.#turn());
  }

  #turn(): void {
    this.#turnIsDue = false;
    if (this.#phase !== "running") return;
    const news = this.#news;
    this.#news = [];
    this.counters.turns += 1;
    this.counters.inputs += news.length;
    const before = this.#view;
    try {
      const output = this.#raft.step(this.#ports.clock.now(), news);
      this.#view = this.#raft.view;
      this.#carryOut(output, before);
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #carryOut(output: Output, before: View): void {
    const { transport, onEvent } = this.#ports;
    for (const event of output.events) onEvent(event, this.#view);
    this.counters.messagesSent += output.send.length;
    if (output.send.length > 0) transport.send(output.send);
    if (output.store !== null) this.#store(output.store);
    this.#applier.add(output.apply, this.#waiting.isForApplied);
    for (const answer of output.answers) this.#requests.onAnswer(answer);
    if (this.#waiting.isForApplied) this.#applier.hurry();
    if (before.role === "leader" && (this.#view.role !== "leader" || this.#view.term !== before.term)) {
      this.#waiting.onLeadershipLost(this.#view.commitIndex);
    }
    this.#requests.routeParked();
    this.#wakeBy(output.wakeAt);
  }

  #store(store: NonNullable<Output["store"]>): void {
    this.#storing = true;
    this.counters.stores += 1;
    this.counters.entriesStored += store.entries.length;
    this.#ports.log.store(store, (error) => {
      this.#storing = false;
      // A write whose outcome is unknown is never tried again: what the disk then holds is unknown too.
      if (error !== null) this.#fail(error);
      else this.#enqueue({ type: "stored", lastIndex: store.lastIndex, lastTerm: store.lastTerm });
      this.#whenStored?.();
    });
  }

  #onApplied(batch: readonly Applied[]): void {
    if (this.#phase !== "running") return;
    this.counters.entriesApplied += batch.length;
    this.#waiting.onApplied(batch, this.#applier.appliedIndex);
  }

  /** One timer is enough: it is moved only if the core wants to be woken earlier. */
  #wakeBy(at: Millis): void {
    if (this.#timer !== null && this.#timerAt <= at) return;
    this.#timer?.cancel();
    this.#timerAt = at;
    this.#timer = this.#ports.clock.at(at, () => {
      this.#timer = null;
      // Not at once: news that came while the timer was late must be read first.
      this.#scheduleTurn();
    });
  }

  #armSweep(): void {
    const { clock } = this.#ports;
    if (this.#sweepTimer !== null || this.#requests.openCount === 0 || this.#phase !== "running") return;
    this.#sweepTimer = clock.at(clock.now() + sweepMs, () => {
      this.#sweepTimer = null;
      this.#requests.sweep(clock.now());
      this.#requests.routeParked();
      this.#armSweep();
    });
  }

  /** A broken invariant, a failed write or a broken machine: this node must say nothing more. */
  #fail(error: Error): void {
    if (this.#phase === "stopped") return;
    const wasRunning = this.#phase === "running";
    this.#phase = "stopped";
    if (wasRunning) this.#quiet();
    this.#applier.abandon();
    this.#ports.onStopped(error);
  }

  #quiet(): void {
    this.#timer?.cancel();
    this.#sweepTimer?.cancel();
    this.#news = [];
    this.#requests.stop();
  }

  #afterStore(then: () => void): void {
    if (this.#storing) this.#whenStored = then;
    else then();
  }

  #close(): void {
    if (this.#phase !== "stopping") return;
    const { log, state, onStopped } = this.#ports;
    log.close((logError) =>
      state.close((stateError) => {
        if (this.#phase !== "stopping") return;
        this.#phase = "stopped";
        onStopped(logError ?? stateError);
      }),
    );
  }
}
