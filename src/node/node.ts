import type { Output, Restored, Store, View } from "../core/api.ts";
import type { Event } from "../core/events.ts";
import type { PeerMessage } from "../core/messages.ts";
import { createRaft } from "../core/raft.ts";
import type { Index, MembersChange, Millis, NodeId } from "../core/types.ts";
import type { Machine } from "../machine/machine.ts";
import { Applier } from "./applier.ts";
import type { Applied } from "./batch.ts";
import { Changes } from "./changes.ts";
import { Leaving } from "./leaving.ts";
import { type ChangeOutcome, Operations, type TransferOutcome } from "./operations.ts";
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
import { Turns } from "./turns.ts";
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
 * core asks for, in the order of the output.
 *
 * It runs, then takes its leave, then closes what it uses:
 * - `leaving`: takes no new requests, hands over, and answers those who wait.
 * - `stopping`: takes no more turns, and waits for the writes under way.
 */
export class Node implements TransportHandler {
  readonly #ports: NodePorts;
  readonly #turns: Turns;
  readonly #waiting = new Waiting();
  readonly #requests: Requests;
  readonly #operations: Operations;
  readonly #applier: Applier;
  readonly #leaving: Leaving;
  /** What changes in the machine's records, for those who watch. */
  readonly changes: Changes;
  #sweepTimer: Timer | null = null;
  #storing = false;
  #phase: "running" | "leaving" | "stopping" | "stopped" = "running";
  #whenStored: (() => void) | null = null;
  readonly #counters = { messagesSent: 0, stores: 0, entriesStored: 0, entriesApplied: 0 };

  /** @throws InvariantBroken if what was found on disk cannot be */
  constructor(options: NodeOptions, restored: Restored, ports: NodePorts) {
    const { clock, transport, state, machine } = ports;
    this.#ports = ports;
    const onFailed = (error: Error) => this.#fail(error);
    const carryOut = (output: Output, before: View) => this.#carryOut(output, before);
    this.#turns = new Turns(createRaft(options.core, restored), { clock, carryOut, onBroken: onFailed });
    this.#applier = new Applier(options, { clock, machine, state, onApplied: (batch) => this.#onApplied(batch), onFailed });
    this.changes = new Changes(options, clock, state.point.index);
    const shared = { now: () => clock.now(), enqueue: this.#turns.enqueue.bind(this.#turns) };
    this.#requests = new Requests(options, {
      ...shared,
      transport,
      waiting: this.#waiting,
      leader: () => this.view.leader,
      isTransferring: () => this.view.transferTo !== null,
      appliedIndex: () => this.appliedIndex,
    });
    this.#operations = new Operations(options, {
      ...shared,
      view: () => this.view,
      nextTicket: () => this.#waiting.nextTicket(),
      awaitApplied: (index, term, settle) => this.#waiting.awaitApplied(index, term, settle),
    });
    this.#leaving = new Leaving(options.leaveMs, {
      clock,
      canTransfer: () => this.view.role === "leader" && this.view.members.voters.some((id) => id !== this.view.id),
      transfer: (timeoutMs, done) => this.transfer(null, timeoutMs, done),
      openCount: () => this.pendingCount,
    });
  }

  /** Takes the first turn, from which all others follow. */
  start(): void {
    this.changes.onLeader(false);
    this.#turns.start();
  }

  /** The core's state after the last turn. */
  get view(): View {
    return this.#turns.view;
  }

  /** Up to here the machine's state on this node is written. */
  get appliedIndex(): Index {
    return this.#applier.appliedIndex;
  }

  /** Commands and reads that wait for their outcome. */
  get pendingCount(): number {
    return this.#requests.openCount;
  }

  /** How much this node has done since its start. */
  get counters() {
    return { ...this.#turns.counters, ...this.#counters };
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

  /**
   * Changes who takes part in the cluster; only the leader does. `done` is called exactly once, when the change is
   * committed, or refused, or its outcome cannot be known. What the change plans, such as to make a learner a voter
   * once it has caught up, goes on by itself; `view.members` shows it.
   */
  changeMembers(change: MembersChange, timeoutMs: Millis, done: (outcome: ChangeOutcome) => void): void {
    this.#operations.changeMembers(change, timeoutMs, done);
    this.#armSweep();
  }

  /** Hands leadership over, to the best node if `to` is null; only the leader can. `done` is called exactly once. */
  transfer(to: NodeId | null, timeoutMs: Millis, done: (outcome: TransferOutcome) => void): void {
    this.#operations.transfer(to, timeoutMs, done);
    this.#armSweep();
  }

  onMessage(message: PeerMessage): void {
    this.#turns.enqueue({ type: "message", message });
  }

  onForward(command: Uint8Array, done: (outcome: Outcome) => void): void {
    this.#requests.submitForwarded(command, done);
  }

  onChunk(_from: NodeId, _chunk: SnapshotChunk, done: (reply: ChunkReply) => void): void {
    this.#ports.clock.soon(() => done({ type: "refused", why: "This node takes no snapshots" }));
  }

  onPeerDisk(): void {}

  onRefused(): void {}

  /**
   * Takes no new requests, hands over its leadership, answers those who wait, lets the writes under way finish, closes
   * the storage, and calls `onStopped(null)`.
   */
  stop(): void {
    if (this.#phase !== "running") return;
    this.#phase = "leaving";
    this.#requests.close();
    this.#leaving.begin(() => this.#halt());
  }

  #halt(): void {
    if (this.#phase !== "leaving") return;
    this.#phase = "stopping";
    this.#quiet();
    this.#applier.stop(() => this.#afterStore(() => this.#close()));
  }

  #carryOut(output: Output, before: View): void {
    const { transport, onEvent } = this.#ports;
    const { view } = this;
    for (const event of output.events) onEvent(event, view);
    this.#counters.messagesSent += output.send.length;
    if (output.send.length > 0) transport.send(output.send);
    if (output.store !== null) this.#store(output.store);
    this.#applier.add(output.apply, this.#waiting.isForApplied);
    for (const answer of output.answers) {
      this.#operations.onAnswer(answer);
      this.#requests.onAnswer(answer);
    }
    if (this.#waiting.isForApplied) this.#applier.hurry();
    if (before.role === "leader" && (view.role !== "leader" || view.term !== before.term)) {
      this.#waiting.onLeadershipLost(view.commitIndex);
    }
    if ((before.leader === null) !== (view.leader === null)) this.changes.onLeader(view.leader !== null);
    this.#requests.routeParked();
  }

  #store(store: Store): void {
    this.#storing = true;
    this.#counters.stores += 1;
    this.#counters.entriesStored += store.entries.length;
    this.#ports.log.store(store, (error) => {
      this.#storing = false;
      // A write whose outcome is unknown is never tried again: what the disk then holds is unknown too.
      if (error !== null) this.#fail(error);
      else this.#turns.enqueue({ type: "stored", lastIndex: store.lastIndex, lastTerm: store.lastTerm });
      this.#whenStored?.();
    });
  }

  #onApplied(batch: readonly Applied[]): void {
    if (this.#phase === "stopping" || this.#phase === "stopped") return;
    this.#counters.entriesApplied += batch.length;
    this.changes.add(batch.map(({ entry, changes }) => ({ index: entry.index, changes })));
    this.#waiting.onApplied(batch, this.#applier.appliedIndex);
  }

  #armSweep(): void {
    const { clock } = this.#ports;
    const isOpen = this.#requests.openCount + this.#operations.openCount > 0;
    if (this.#sweepTimer !== null || !isOpen) return;
    this.#sweepTimer = clock.at(clock.now() + sweepMs, () => {
      this.#sweepTimer = null;
      this.#requests.sweep(clock.now());
      this.#requests.routeParked();
      this.#operations.sweep(clock.now());
      this.#armSweep();
    });
  }

  /** A broken invariant, a failed write or a broken machine: this node must say nothing more. */
  #fail(error: Error): void {
    if (this.#phase === "stopped") return;
    const wasLive = this.#phase !== "stopping";
    this.#phase = "stopped";
    if (wasLive) this.#quiet();
    this.#applier.abandon();
    this.#ports.onStopped(error);
  }

  /** From here on there is no turn, and nobody is told anything but that nothing more will be known. */
  #quiet(): void {
    this.#turns.stop();
    this.#leaving.cancel();
    this.#sweepTimer?.cancel();
    this.#requests.stop();
    this.#operations.stop();
    this.changes.stop();
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
