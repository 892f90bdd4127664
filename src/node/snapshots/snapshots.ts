import type { Input, Raft, View } from "../../core/api.ts";
import type { Entry, NodeId } from "../../core/types.ts";
import type { Applied } from "../apply/batch.ts";
import { Compactor } from "../apply/compactor.ts";
import type { NodeEvent } from "../ports/node-events.ts";
import type { NodeOptions } from "../ports/options.ts";
import type { ChunkReply, Clock, MachineStorage, SnapshotChunk, Transport } from "../ports/ports.ts";
import type { SnapshotProgress } from "../ports/snapshot-progress.ts";
import type { Tickets } from "../requests/tickets.ts";
import { SnapshotReceiver } from "./snapshot-receiver.ts";
import { SnapshotSender } from "./snapshot-sender.ts";

export interface SnapshotsPorts {
  readonly clock: Clock;
  readonly state: MachineStorage;
  readonly transport: Pick<Transport, "ask">;
  readonly view: () => View;
  readonly whyNotLed: Raft["whyNotLed"];
  readonly enqueue: (input: Input) => void;
  readonly tickets: Tickets;
  /** Whether this node's state is fit to become that of others. */
  readonly maySend: () => boolean;
  readonly onEvent: (event: NodeEvent) => void;
  readonly onFailed: (error: Error) => void;
}

/** What keeps the log short: the state on disk takes the place of its beginning, here and at followers that are behind. */
export class Snapshots {
  readonly #sender: SnapshotSender;
  readonly #receiver: SnapshotReceiver;
  readonly #compactor: Compactor;

  /** @param entries the log as it was found */
  constructor(options: NodeOptions, ports: SnapshotsPorts, entries: readonly Entry[]) {
    const { state, clock, enqueue, onFailed } = ports;
    this.#sender = new SnapshotSender(options, ports);
    this.#receiver = new SnapshotReceiver({ ...ports, now: () => clock.now() });
    const applied = entries.filter(({ index }) => index <= state.point.index);
    this.#compactor = new Compactor(
      options,
      {
        state,
        heldFrom: () => this.#sender.heldFrom(options.core.logTailEntriesMax / 2),
        onDurable: (index) => enqueue({ type: "durable", index }),
        onFailed,
      },
      applied,
    );
  }

  /** Snapshots on their way, to whom or from whom. */
  get progress(): readonly SnapshotProgress[] {
    return [...this.#sender.progress, ...this.#receiver.progress];
  }

  /** @param needing followers that are to be sent the newest state */
  onTurn(needing: readonly NodeId[]): void {
    if (needing.length > 0) this.#sender.start(needing);
    this.#sender.onTurn();
    this.#receiver.onTurn();
  }

  /** The staged state of this name is the state now. */
  onInstalled(name: string): void {
    this.#receiver.onInstalled(name);
  }

  onApplied(batch: readonly Applied[]): void {
    this.#compactor.onApplied(batch);
  }

  onChunk(from: NodeId, chunk: SnapshotChunk, done: (reply: ChunkReply) => void): void {
    this.#receiver.onChunk(from, chunk, done);
  }

  stop(): void {
    this.#sender.stop();
    this.#receiver.stop();
    this.#compactor.stop();
  }
}
