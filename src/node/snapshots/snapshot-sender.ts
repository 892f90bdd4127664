import type { Input, View } from "../../core/api.ts";
import type { Index, Millis, NodeId } from "../../core/types.ts";
import type { NodeEvent } from "../ports/node-events.ts";
import type { NodeOptions } from "../ports/options.ts";
import type { Clock, MachineStorage, StateSnapshot, Timer, Transport } from "../ports/ports.ts";
import { ReadRefused } from "../ports/read-refused.ts";
import type { SnapshotProgress } from "../ports/snapshot-progress.ts";
import { Pace } from "./pace.ts";
import { SnapshotStream, type StreamOptions } from "./snapshot-stream.ts";

export type SenderOptions = Omit<StreamOptions, "to" | "term"> &
  Pick<NodeOptions, "snapshotBytesPerSecondMax" | "snapshotStreamsMax" | "snapshotKeepMs">;

export interface SenderPorts {
  readonly clock: Clock;
  readonly state: Pick<MachineStorage, "openSnapshot">;
  readonly transport: Pick<Transport, "ask">;
  readonly view: () => View;
  /** False: nothing is sent for now, and whoever needs it waits. */
  readonly maySend: () => boolean;
  /** News for the core's next turn. */
  readonly enqueue: (input: Input) => void;
  readonly onEvent: (event: NodeEvent) => void;
  /** The state could not be read: the node must stop. */
  readonly onFailed: (error: Error) => void;
}

/** Shortest interval between two reports of progress, in ms; there is one more at the end. */
const progressMs = 1_000;
const neverYet = Number.NEGATIVE_INFINITY;

/**
 * Sends followers that are too far behind for the log the newest state. The core says to whom, and is told what came
 * of it, each time. It costs the turn loop one chunk at a time; a leader that is none any more sends nothing.
 */
export class SnapshotSender {
  readonly #options: SenderOptions;
  readonly #ports: SenderPorts;
  readonly #pace: Pace;
  /** Followers that were promised a snapshot and wait for their turn. */
  readonly #waiting = new Set<NodeId>();
  readonly #sendings = new Map<NodeId, Sending>();
  /** Snapshots that could not be sent to the end. */
  readonly #kept = new Map<NodeId, { readonly snapshot: StateSnapshot; readonly timer: Timer }>();
  /** Followers that have got a snapshot and are not yet near the end of the log. */
  readonly #following = new Set<NodeId>();

  constructor(options: SenderOptions, ports: SenderPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#pace = new Pace(options.snapshotBytesPerSecondMax);
  }

  /** What is being sent to whom. */
  get progress(): SnapshotProgress[] {
    return [...this.#sendings].flatMap(([peer, { snapshot, bytes }]) =>
      snapshot === null ? [] : [{ direction: "to" as const, peer, index: snapshot.meta.index, bytes, of: snapshot.meta.bytes }],
    );
  }

  /** The core wants these to have the newest state. */
  start(ids: readonly NodeId[]): void {
    for (const id of ids) if (!this.#sendings.has(id)) this.#waiting.add(id);
    this.#launch();
  }

  /** Called after every turn: whatever rests on a leadership or a need that is gone is given up. */
  onTurn(): void {
    if (this.#sendings.size + this.#waiting.size + this.#kept.size + this.#following.size === 0) return;
    const { view: viewOf, maySend } = this.#ports;
    const view = viewOf();
    for (const [id, sending] of this.#sendings) {
      if (view.role !== "leader" || view.term !== sending.term || !maySend()) this.#end(id, "failed");
      else if (view.peers.find((peer) => peer.id === id)?.state !== "snapshot") this.#end(id, "failed");
    }
    if (view.role !== "leader") this.#forget();
    this.#launch();
  }

  /** Followers will want the entries after this index; null: none will. */
  heldFrom(tailEntries: number): Index | null {
    const held: Index[] = [];
    for (const { snapshot } of this.#sendings.values()) if (snapshot !== null) held.push(snapshot.meta.index);
    for (const id of this.#following) {
      const matchIndex = this.#placeOf(id, tailEntries);
      if (matchIndex === null) this.#following.delete(id);
      else held.push(matchIndex);
    }
    return held.length === 0 ? null : Math.min(...held);
  }

  /** What a follower has, if it is still on its way to the end of the log; one that is not heard is not. */
  #placeOf(id: NodeId, tailEntries: number): Index | null {
    const { peers, lastIndex } = this.#ports.view();
    const peer = peers.find((other) => other.id === id);
    if (peer === undefined || lastIndex - peer.matchIndex <= tailEntries) return null;
    const silentMs = this.#ports.clock.now() - peer.lastHeardAt;
    return silentMs > this.#options.snapshotPatienceMs ? null : peer.matchIndex;
  }

  /** Ends every stream without another word. */
  stop(): void {
    for (const { stream, snapshot } of this.#sendings.values()) {
      stream?.stop();
      snapshot?.close();
    }
    this.#sendings.clear();
    this.#forget();
  }

  #launch(): void {
    if (!this.#ports.maySend()) return;
    for (const id of this.#waiting) {
      if (this.#sendings.size >= this.#options.snapshotStreamsMax) return;
      this.#waiting.delete(id);
      const sending: Sending = { term: this.#ports.view().term, stream: null, snapshot: null, bytes: 0, toldAt: neverYet };
      this.#sendings.set(id, sending);
      this.#following.delete(id);
      this.#open(id, sending);
    }
  }

  #open(id: NodeId, sending: Sending): void {
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    kept?.timer.cancel();
    // Of use only if the log goes on where it ends.
    if (kept !== undefined && kept.snapshot.meta.index + 1 >= this.#ports.view().firstIndex) {
      return this.#begin(id, sending, kept.snapshot);
    }
    kept?.snapshot.close();
    this.#ports.state.openSnapshot((error, snapshot) => {
      if (error !== null) return this.#onUnread(id, sending, error);
      if (this.#sendings.get(id) !== sending) return snapshot?.close();
      if (snapshot === null) this.#end(id, "failed");
      else this.#begin(id, sending, snapshot);
    });
  }

  #begin(id: NodeId, sending: Sending, snapshot: StateSnapshot): void {
    const { clock, transport } = this.#ports;
    sending.snapshot = snapshot;
    sending.stream = new SnapshotStream({ ...this.#options, to: id, term: sending.term }, snapshot, {
      clock,
      transport,
      pace: this.#pace,
      onProgress: (bytes) => this.#onProgress(id, sending, bytes),
      onEnd: (outcome) => {
        this.#end(id, outcome);
        this.#launch();
      },
      onUnread: (error) => this.#onUnread(id, sending, error),
    });
    sending.stream.start();
  }

  /** A disk that cannot be read is no less damaged because the follower can do without; what is lacking now is tried again. */
  #onUnread(id: NodeId, sending: Sending, error: Error): void {
    if (!(error instanceof ReadRefused)) this.#ports.onFailed(error);
    else if (this.#sendings.get(id) === sending) this.#end(id, "failed");
  }

  #onProgress(peer: NodeId, sending: Sending, bytes: number): void {
    const of = sending.snapshot?.meta.bytes ?? 0;
    const now = this.#ports.clock.now();
    sending.bytes = bytes;
    if (now - sending.toldAt < progressMs && bytes < of) return;
    sending.toldAt = now;
    this.#ports.onEvent({ type: "snapshotProgress", direction: "to", peer, bytes, of });
  }

  /** The core hears of it whatever the outcome, and once. */
  #end(id: NodeId, outcome: "installed" | "failed"): void {
    const sending = this.#sendings.get(id);
    if (sending === undefined) return;
    const { stream, snapshot } = sending;
    this.#sendings.delete(id);
    stream?.stop();
    if (outcome === "installed") this.#following.add(id);
    if (outcome === "failed" && snapshot !== null) this.#keep(id, snapshot);
    else snapshot?.close();
    this.#ports.enqueue({ type: "snapshotSent", to: id, index: snapshot?.meta.index ?? 0, outcome });
  }

  #keep(id: NodeId, snapshot: StateSnapshot): void {
    const { clock } = this.#ports;
    const timer = clock.at(clock.now() + this.#options.snapshotKeepMs, () => {
      this.#kept.delete(id);
      snapshot.close();
    });
    this.#kept.set(id, { snapshot, timer });
  }

  /** A node that does not lead keeps nothing open. */
  #forget(): void {
    for (const id of this.#waiting) this.#ports.enqueue({ type: "snapshotSent", to: id, index: 0, outcome: "failed" });
    for (const { snapshot, timer } of this.#kept.values()) {
      timer.cancel();
      snapshot.close();
    }
    this.#waiting.clear();
    this.#kept.clear();
    this.#following.clear();
  }
}

/** One follower's turn. */
interface Sending {
  readonly term: number;
  /** Null while the snapshot is being opened. */
  stream: SnapshotStream | null;
  snapshot: StateSnapshot | null;
  bytes: number;
  toldAt: Millis;
}
