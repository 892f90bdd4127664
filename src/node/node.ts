import type { Output, Restored, View } from "../core/api.ts";
import type { Event } from "../core/events.ts";
import type { PeerMessage } from "../core/messages.ts";
import { createRaft } from "../core/raft.ts";
import type { Index, MembersChange, Millis, NodeId } from "../core/types.ts";
import type { Machine } from "../machine/machine.ts";
import { Applier } from "./applier.ts";
import type { Applied } from "./batch.ts";
import { Changes } from "./changes.ts";
import { DigestWatch } from "./digest-watch.ts";
import { LeaderDuties } from "./leader-duties.ts";
import { Leaving } from "./leaving.ts";
import type { NotAMember } from "./not-a-member.ts";
import { type ChangeOutcome, Operations, type TransferOutcome } from "./operations.ts";
import type { NodeOptions } from "./options.ts";
import { PeerBook } from "./peer-book.ts";
import type {
  ChunkReply,
  Clock,
  LogStorage,
  MachineStorage,
  Outcome,
  PeerRefusal,
  SnapshotChunk,
  StateDigest,
  Transport,
  TransportHandler,
} from "./ports.ts";
import { Requests } from "./requests.ts";
import { Snapshots } from "./snapshots.ts";
import { Standing } from "./standing.ts";
import { Stores } from "./stores.ts";
import { Sweeper } from "./sweeper.ts";
import type { TransferProgress } from "./transfer-progress.ts";
import { Turns } from "./turns.ts";
import { type ReadOutcome, Waiting } from "./waiting.ts";

export interface NodePorts {
  readonly log: LogStorage;
  readonly state: MachineStorage;
  readonly machine: Machine;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Takes the turn it is given; left out, as soon as the clock says. */
  readonly nextTurn?: (turn: () => void) => void;
  readonly onEvent: (event: Event, view: View) => void;
  /** Called once: null after `stop`; NotAMember if the cluster goes on without this node; else what failed. */
  readonly onStopped: (why: Error | null) => void;
  /** Called once, the last of all: log and state are closed, whether the node was stopped or has failed. */
  readonly onClosed: () => void;
}

/**
 * The shell around the core: collects news, gives it to the core one turn at a time, and carries out what the
 * core asks for, in the order of the output.
 *
 * It runs, then takes its leave, then closes what it uses:
 * - `leaving`: hands over, then takes no new requests and answers those who wait.
 * - `stopping`: takes no more turns, and waits for the writes under way.
 *
 * A node that fails says so at once, and then closes what it uses, as others may want it.
 */
export class Node implements TransportHandler {
  readonly #ports: NodePorts;
  readonly #turns: Turns;
  readonly #waiting = new Waiting();
  readonly #requests: Requests;
  readonly #operations: Operations;
  readonly #applier: Applier;
  readonly #stores: Stores;
  readonly #snapshots: Snapshots;
  readonly #peers: PeerBook;
  readonly #duties: LeaderDuties;
  readonly #leaving: Leaving;
  readonly #sweeper: Sweeper;
  readonly #digests: DigestWatch;
  readonly #standing = new Standing();
  /** What changes in the machine's records, for those who watch. */
  readonly changes: Changes;
  #phase: "running" | "leaving" | "stopping" | "stopped" = "running";
  #isClosing = false;
  /** Why it takes its leave, if not because it was told to. */
  #reason: NotAMember | null = null;
  readonly #counters = { messagesSent: 0, entriesApplied: 0 };

  /** @throws InvariantBroken if what was found on disk cannot be */
  constructor(options: NodeOptions, restored: Restored, ports: NodePorts) {
    const { clock, transport, state, machine, log } = ports;
    this.#ports = ports;
    const onFailed = (error: Error) => this.#fail(error);
    this.#turns = new Turns(createRaft(options.core, restored), {
      clock,
      nextTurn: ports.nextTurn ?? ((turn) => clock.soon(turn)),
      carryOut: (output, before) => this.#carryOut(output, before),
      onBroken: onFailed,
    });
    this.#applier = new Applier(options, { clock, machine, state, onApplied: (batch) => this.#onApplied(batch), onFailed });
    this.changes = new Changes(options, clock, state.point.index);
    const shared = {
      clock,
      state,
      transport,
      onFailed,
      view: () => this.view,
      now: () => clock.now(),
      enqueue: this.#turns.enqueue.bind(this.#turns),
    };
    this.#requests = new Requests(options, { ...shared, waiting: this.#waiting, appliedIndex: () => this.appliedIndex });
    this.#operations = new Operations(options, { ...shared, waiting: this.#waiting });
    this.#stores = new Stores({
      ...shared,
      log,
      pauseFor: (install) => this.#applier.pauseFor(install),
      onInstalled: ({ index }) => this.#onInstalled(index),
    });
    this.#snapshots = new Snapshots(
      options,
      {
        ...shared,
        whenStored: (then) => this.#stores.whenIdle(then),
        maySend: () => !this.#digests.isDoubtful,
        onEvent: (event) => ports.onEvent(event, this.view),
      },
      restored.entries,
    );
    this.#peers = new PeerBook({ self: options.core.id, settled: restored.members.members }, transport);
    this.#duties = new LeaderDuties(options, {
      ...shared,
      housekeeping: machine.housekeeping ?? null,
      submit: (command, timeoutMs, done) => this.submit(command, timeoutMs, done),
      changeMembers: (change, timeoutMs, done) => this.changeMembers(change, timeoutMs, done),
    });
    this.#sweeper = new Sweeper({
      clock,
      isOpen: () => this.#requests.openCount + this.#operations.openCount > 0,
      sweep: (now) => {
        this.#requests.sweep(now);
        this.#requests.routeParked();
        this.#operations.sweep(now);
      },
    });
    this.#digests = new DigestWatch(options, { ...shared, onEvent: (event) => ports.onEvent(event, this.view) });
    this.#leaving = new Leaving(options.leaveMs, {
      clock,
      view: shared.view,
      transfer: (timeoutMs, done) => this.transfer(null, timeoutMs, done),
      openCount: () => this.pendingCount,
    });
  }

  /** Takes the first turn, from which all others follow. */
  start(): void {
    this.#peers.onTurn(this.view);
    this.changes.onLeader(false);
    this.#turns.start();
    this.#digests.start();
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

  /** Snapshots on their way to other nodes, or from one to this. */
  get snapshotProgress(): readonly TransferProgress[] {
    return this.#snapshots.progress;
  }

  /** How much this node has done since its start. */
  get counters() {
    return { ...this.#turns.counters, ...this.#stores.counters, ...this.#digests.counters, ...this.#counters };
  }

  /**
   * Runs a command of the machine wherever the leader is. `done` is called exactly once: `done` when the command is
   * on the disks of a majority and applied; `refused` if it surely did nothing; `unknown` if it may have, or may yet.
   */
  submit(command: Uint8Array, timeoutMs: Millis, done: (outcome: Outcome) => void): void {
    this.#requests.submit(command, timeoutMs, done);
    this.#sweeper.arm();
  }

  /** Calls back once, when this node's state is as new as every write acknowledged before this call. */
  linearize(timeoutMs: Millis, done: (outcome: ReadOutcome) => void): void {
    this.#requests.linearize(timeoutMs, done);
    this.#sweeper.arm();
  }

  /**
   * Changes who takes part in the cluster; only the leader does. `done` is called exactly once, when the change is
   * committed, or refused, or its outcome cannot be known. What the change plans, such as to make a learner a voter
   * once it has caught up, goes on by itself; `view.members` shows it.
   */
  changeMembers(change: MembersChange, timeoutMs: Millis, done: (outcome: ChangeOutcome) => void): void {
    this.#operations.changeMembers(change, timeoutMs, done);
    this.#sweeper.arm();
  }

  /** Hands leadership over, to the best node if `to` is null; only the leader can. `done` is called exactly once. */
  transfer(to: NodeId | null, timeoutMs: Millis, done: (outcome: TransferOutcome) => void): void {
    this.#operations.transfer(to, timeoutMs, done);
    this.#sweeper.arm();
  }

  onMessage(message: PeerMessage): void {
    this.#turns.enqueue({ type: "message", message });
  }

  onForward(command: Uint8Array, done: (outcome: Outcome) => void): void {
    this.#requests.submitForwarded(command, done);
  }

  onChunk(from: NodeId, chunk: SnapshotChunk, done: (reply: ChunkReply) => void): void {
    this.#snapshots.onChunk(from, chunk, done);
  }

  digestAt(index: Index): StateDigest | null {
    return this.#isLive ? this.#digests.digestAt(index) : null;
  }

  /** Also to be called with this node's own disk. */
  onPeerDisk(id: NodeId, diskId: string): void {
    this.#duties.hearDisk(id, diskId);
  }

  /** A node whose disk was replaced must not take part for a moment longer; one that was removed stops in order. */
  onRefused(by: NodeId, reason: PeerRefusal, why: string): void {
    const end = this.#standing.onRefused(by, reason, why, this.view);
    if (end?.reason === "diskReplaced") this.#fail(end);
    else if (end !== null) this.#leave(end);
  }

  /**
   * If this node leads, another one is to take over; calls back once it has, or will not. Until then clients are served
   * here as ever, and better than anywhere else: so this comes before they are sent away, and before `stop`.
   */
  handOver(done: () => void): void {
    this.#leaving.handOver(done);
  }

  /**
   * Hands over its leadership, takes no new requests from then on, answers those who wait, lets the writes under way
   * finish, closes the storage, and calls `onStopped(null)`.
   */
  stop(): void {
    this.#leave(null);
  }

  /** What this node knows has turned out to be wrong: it must say nothing more. */
  fail(error: Error): void {
    this.#fail(error);
  }

  #leave(reason: NotAMember | null): void {
    if (this.#phase !== "running") return;
    this.#phase = "leaving";
    this.#reason = reason;
    this.#leaving.handOver(() => {
      this.#requests.close();
      this.#leaving.drain(() => this.#halt());
    });
  }

  #halt(): void {
    if (this.#phase !== "leaving") return;
    this.#phase = "stopping";
    this.#quiet();
    this.#applier.stop(() => this.#stores.whenWritten(() => this.#close()));
  }

  #carryOut(output: Output, before: View): void {
    const { transport, onEvent } = this.#ports;
    const { view } = this;
    for (const event of output.events) onEvent(event, view);
    this.#peers.onTurn(view);
    this.#counters.messagesSent += output.send.length;
    if (output.send.length > 0) transport.send(output.send);
    const whenInstalled = this.#snapshots.onTurn(output);
    if (output.store !== null) this.#stores.store(output.store, whenInstalled);
    this.#applier.add(output.apply, this.#waiting.isForApplied);
    for (const answer of output.answers) {
      this.#operations.onAnswer(answer);
      this.#requests.onAnswer(answer);
    }
    if (this.#waiting.isForApplied) this.#applier.hurry();
    this.#afterTurn(before, view);
    const end = this.#standing.onTurn(view, output.events);
    if (end !== null) this.#leave(end);
  }

  #afterTurn(before: View, view: View): void {
    if (before.role === "leader" && (view.role !== "leader" || view.term !== before.term)) {
      this.#waiting.onLeadershipLost(view.commitIndex);
    }
    if ((before.leader === null) !== (view.leader === null)) this.changes.onLeader(view.leader !== null);
    this.#duties.onTurn(view);
    this.#requests.routeParked();
  }

  #onApplied(batch: readonly Applied[]): void {
    if (!this.#isLive) return;
    this.#counters.entriesApplied += batch.length;
    this.#digests.onApplied(this.appliedIndex);
    this.changes.add(batch.map(({ entry, changes }) => ({ index: entry.index, changes })));
    this.#waiting.onApplied(batch, this.appliedIndex);
    this.#snapshots.onApplied(batch);
  }

  #onInstalled(index: Index): void {
    if (!this.#isLive) return;
    this.changes.restart(index);
    this.#waiting.onInstalled(index);
    this.#digests.onInstalled();
  }

  get #isLive(): boolean {
    return this.#phase === "running" || this.#phase === "leaving";
  }

  /** A broken invariant, a failed write or a broken machine: this node must say nothing more. */
  #fail(error: Error): void {
    if (this.#phase === "stopped") return;
    const wasLive = this.#isLive;
    this.#phase = "stopped";
    if (wasLive) this.#quiet();
    this.#applier.abandon();
    this.#ports.onStopped(error);
    // The applier is not waited for: an installation whose store has failed never calls back. The store is: with its end the
    // state may be switched, which must not be closed by then.
    this.#stores.whenWritten(() => this.#close());
  }

  /** From here on there is no turn, and nobody is told anything but that nothing more will be known. */
  #quiet(): void {
    this.#turns.stop();
    this.#leaving.cancel();
    this.#sweeper.cancel();
    this.#requests.stop();
    this.#operations.stop();
    this.#snapshots.stop();
    this.#duties.stop();
    this.#digests.stop();
    this.changes.stop();
  }

  #close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const { log, state, onStopped, onClosed } = this.#ports;
    log.close((logError) =>
      state.close((stateError) => {
        const hasFailed = this.#phase === "stopped";
        this.#phase = "stopped";
        if (!hasFailed) onStopped(logError ?? stateError ?? this.#reason);
        onClosed();
      }),
    );
  }
}
