import type { Output, Restored, View } from "../core/api.ts";
import { assert } from "../core/assert.ts";
import type { PeerMessage } from "../core/messages.ts";
import type { Entry, Index, MembersChange, Millis, NodeId, TermRun } from "../core/types.ts";
import { type FiguresOf, zerosOf } from "../declared/figures.ts";
import type { Applied } from "./apply/batch.ts";
import { assemble, type NodeParts, type NodePorts } from "./assemble.ts";
import { compareState } from "./duties/digest-watch.ts";
import { doneFigures, type nodeFigures } from "./figures.ts";
import type { NotAMember } from "./ports/not-a-member.ts";
import type { NodeOptions } from "./ports/options.ts";
import { CallTakers, type PeerCall } from "./ports/peer-calls.ts";
import type { Outcome, PeerRefusal, TransportHandler } from "./ports/ports.ts";
import type { SnapshotProgress } from "./ports/snapshot-progress.ts";
import type { ChangeOutcome, TransferOutcome } from "./requests/operations.ts";
import type { ReadOutcome } from "./requests/request.ts";
import { forward } from "./requests/requests.ts";
import type { StageSample } from "./requests/stages.ts";
import { installSnapshot } from "./snapshots/snapshot-stream.ts";
import type { ChangeFeed } from "./watch/change-feed.ts";

/**
 * The shell around the core: collects news, gives it to the core one turn at a time, and carries out what the
 * core asks for, in the order of the output.
 *
 * It runs, then drains, then closes what it uses:
 * - `leaving`: hands over, then takes no new requests and answers those who wait.
 * - `stopping`: takes no more turns, and waits for the writes under way.
 *
 * A node that fails says so at once, and then closes what it uses, as others may want it.
 */
export class Node implements TransportHandler {
  readonly #ports: NodePorts;
  readonly #parts: NodeParts;
  /** What other nodes ask. */
  readonly #answers = new CallTakers()
    .on(forward, (command, done) => this.#parts.requests.submitForwarded(command, done))
    .on(installSnapshot, (chunk, done, from) => this.#parts.snapshots.onChunk(from, chunk, done))
    .on(compareState, (index, done) => done(this.#isLive ? this.#parts.digests.digestAt(index) : null));
  /** What changes in the machine's records, for those who watch. */
  readonly changes: ChangeFeed;
  #phase: "running" | "leaving" | "stopping" | "stopped" = "running";
  #isClosing = false;
  /** Why it stops, if not because it was told to. */
  #reason: NotAMember | null = null;
  readonly #counters = zerosOf(doneFigures);

  /** @throws InvariantBroken if what was found on disk cannot be */
  constructor(options: NodeOptions, restored: Restored, ports: NodePorts) {
    this.#ports = ports;
    this.#parts = assemble(options, restored, ports, {
      carryOut: (output, before, at) => this.#carryOut(output, before, at),
      onApplied: (batch) => this.#onApplied(batch),
      onInstalled: (name, index) => this.#onInstalled(name, index),
      onFailed: (error) => this.#fail(error),
      submit: (command, timeoutMs, done) => this.submit(command, timeoutMs, done),
      changeMembers: (change, timeoutMs, done) => this.changeMembers(change, timeoutMs, done),
      transfer: (to, timeoutMs, done) => this.transfer(to, timeoutMs, done),
    });
    this.changes = this.#parts.changes;
  }

  /** Takes the first turn, from which all others follow. */
  start(): void {
    this.#parts.peers.onTurn(this.view);
    this.changes.onLeader(false);
    this.#parts.turns.start();
    this.#parts.digests.start();
  }

  /** The core's state after the last turn. */
  get view(): View {
    return this.#parts.turns.view;
  }

  /** Up to here the machine's state on this node is written. */
  get appliedIndex(): Index {
    return this.#parts.applier.appliedIndex;
  }

  /** Commands and reads that wait for their outcome. */
  get pendingCount(): number {
    return this.#parts.requests.openCount;
  }

  /** Snapshots on their way to other nodes, or from one to this. */
  get snapshotProgress(): readonly SnapshotProgress[] {
    return this.#parts.snapshots.progress;
  }

  /** Where the time of writes and of linearizable reads went, for whoever observes this node: the figures of `stageFigures`. */
  get stages(): readonly StageSample[] {
    return this.#parts.stages.samples;
  }

  /** Number of the turn that is being taken, or was taken last. */
  get turn(): number {
    return this.#parts.turns.counters.turns;
  }

  /** News that waits for the next turn. */
  get newsCount(): number {
    return this.#parts.turns.newsCount;
  }

  /** The newest runs of terms in the log, as of the last turn. */
  termRuns(max: number): readonly TermRun[] {
    return this.#parts.turns.termRuns(max);
  }

  /** The entries from `first` to `last` that the log still has, as of the last turn. */
  entries(first: Index, last: Index): readonly Entry[] {
    return this.#parts.turns.entries(first, last);
  }

  /** How much this node has done since its start, and has to do now. */
  get figures(): FiguresOf<typeof nodeFigures> {
    const { term, firstIndex, lastIndex, commitIndex } = this.view;
    return {
      ...{ term, firstIndex, lastIndex, commitIndex, appliedIndex: this.appliedIndex },
      ...{ requestsWaiting: this.pendingCount, watchers: this.changes.watcherCount },
      ...this.#parts.turns.counters,
      ...this.#parts.stores.counters,
      ...this.#counters,
      ...this.#parts.refusals.counters,
      ...this.#parts.digests.counters,
      ...this.#parts.stages.figures,
    };
  }

  /**
   * Runs a command of the machine wherever the leader is. `done` is called exactly once: `done` when the command is
   * on the disks of a majority and applied; `refused` if it had no effect; `unknown` if it may have, or may yet.
   */
  submit(command: Uint8Array, timeoutMs: Millis, done: (outcome: Outcome) => void): void {
    this.#parts.requests.submit(command, timeoutMs, done);
    this.#parts.sweeper.arm();
  }

  /** Calls back once, when this node's state is as new as every write acknowledged before this call. */
  linearize(timeoutMs: Millis, done: (outcome: ReadOutcome) => void): void {
    this.#parts.requests.linearize(timeoutMs, done);
    this.#parts.sweeper.arm();
  }

  /**
   * Changes who takes part in the cluster; only the leader does. `done` is called exactly once, when the change is
   * committed, or refused, or its outcome cannot be known. What the change plans, such as to make a learner a voter
   * once it has caught up, goes on by itself; `view.members` shows it.
   */
  changeMembers(change: MembersChange, timeoutMs: Millis, done: (outcome: ChangeOutcome) => void): void {
    this.#parts.operations.changeMembers(change, timeoutMs, done);
    this.#parts.sweeper.arm();
  }

  /** Hands leadership over, to the best node if `to` is null; only the leader can. `done` is called exactly once. */
  transfer(to: NodeId | null, timeoutMs: Millis, done: (outcome: TransferOutcome) => void): void {
    this.#parts.operations.transfer(to, timeoutMs, done);
    this.#parts.sweeper.arm();
  }

  onMessage(message: PeerMessage): void {
    this.#parts.turns.enqueue({ type: "message", message });
  }

  onAsk<Question, Answer>(
    from: NodeId,
    call: PeerCall<Question, Answer>,
    question: Question,
    done: (answer: Answer) => void,
  ): void {
    const isTaken = this.#answers.give(from, call, question, done);
    assert(isTaken, () => `the call ${call.name} has nobody to answer it`);
  }

  /** Also to be called with this node's own disk. */
  onPeerDisk(id: NodeId, diskId: string): void {
    this.#parts.duties.hearDisk(id, diskId);
  }

  /** A node whose disk was replaced must not take part for a moment longer; one that was removed stops in order. */
  onRefused(by: NodeId, reason: PeerRefusal, why: string): void {
    const end = this.#parts.membership.onRefused(by, reason, why, this.view, this.#ports.clock.now());
    if (end?.reason === "diskReplaced" || end?.reason === "twin") this.#fail(end);
    else if (end !== null) this.#leave(end);
  }

  /**
   * If this node leads, another one is to take over; calls back once it has, or will not. Until then clients are served
   * here as ever, and better than anywhere else: so this comes before they are sent away, and before `stop`.
   */
  handOver(done: () => void): void {
    this.#parts.leaving.handOver(done);
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
    this.#parts.leaving.handOver(() => {
      this.#parts.requests.close();
      this.#parts.leaving.drain(() => this.#halt());
    });
  }

  #halt(): void {
    if (this.#phase !== "leaving") return;
    this.#phase = "stopping";
    this.#quiet();
    this.#parts.applier.stop(() => this.#parts.stores.whenWritten(() => this.#close()));
  }

  #carryOut(output: Output, before: View, at: Millis): void {
    const { transport, onEvent } = this.#ports;
    const { view } = this;
    this.#parts.stages.onTurn(at);
    for (const event of this.#parts.refusals.toTell(output.events)) onEvent(event, view);
    this.#parts.peers.onTurn(view);
    this.#counters.messagesSent += output.send.length;
    if (output.send.length > 0) transport.send(output.send);
    this.#parts.snapshots.onTurn(output.snapshots);
    if (output.store !== null) this.#parts.stores.store(output.store);
    this.#parts.waiting.onCommitted(output.apply);
    this.#parts.applier.add(output.apply, this.#parts.waiting.isForApplied);
    for (const answer of output.answers) this.#parts.tickets.onAnswer(answer);
    this.#parts.stages.onAnswered();
    if (this.#parts.waiting.isForApplied) this.#parts.applier.hurry();
    this.#afterTurn(before, view);
    const end = this.#parts.membership.onTurn(view, output.events);
    if (end !== null) this.#leave(end);
  }

  #afterTurn(before: View, view: View): void {
    if (before.role === "leader" && (view.role !== "leader" || view.term !== before.term)) {
      this.#parts.waiting.onLeadershipLost(view.commitIndex);
    }
    if ((before.leader === null) !== (view.leader === null)) this.changes.onLeader(view.leader !== null);
    this.#parts.duties.onTurn(view);
    this.#parts.requests.routeParked();
  }

  #onApplied(batch: readonly Applied[]): void {
    if (!this.#isLive) return;
    this.#counters.entriesApplied += batch.length;
    this.#parts.digests.onApplied(this.appliedIndex);
    this.changes.add(batch.map(({ entry, changes }) => ({ index: entry.index, changes })));
    this.#parts.waiting.onApplied(batch, this.appliedIndex);
    this.#parts.snapshots.onApplied(batch);
  }

  #onInstalled(name: string, index: Index): void {
    if (!this.#isLive) return;
    this.changes.restart(index);
    this.#parts.waiting.onInstalled(index);
    this.#parts.digests.onInstalled();
    this.#parts.snapshots.onInstalled(name);
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
    this.#parts.applier.abandon();
    this.#ports.onStopped(error);
    // The applier is not waited for: an installation whose store has failed never calls back. The store is: with its end the
    // state may be switched, which must not be closed by then.
    this.#parts.stores.whenWritten(() => this.#close());
  }

  /** From here on there is no turn, and nobody is told anything but that nothing more will be known. */
  #quiet(): void {
    this.#parts.turns.stop();
    this.#parts.leaving.cancel();
    this.#parts.sweeper.cancel();
    this.#parts.requests.stop();
    this.#parts.operations.stop();
    this.#parts.snapshots.stop();
    this.#parts.duties.stop();
    this.#parts.digests.stop();
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
