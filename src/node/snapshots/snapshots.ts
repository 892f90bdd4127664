import type { Input, Output, View } from "../core/api.ts";
import type { Event } from "../core/events.ts";
import type { Entry, NodeId } from "../core/types.ts";
import type { Applied } from "./batch.ts";
import { Compactor } from "./compactor.ts";
import type { NodeOptions } from "./options.ts";
import type { ChunkReply, Clock, MachineStorage, SnapshotChunk, Transport } from "./ports.ts";
import { SnapshotReceiver } from "./snapshot-receiver.ts";
import { SnapshotSender } from "./snapshot-sender.ts";
import type { TransferProgress } from "./transfer-progress.ts";

export interface SnapshotsPorts {
  readonly clock: Clock;
  readonly state: MachineStorage;
  readonly transport: Pick<Transport, "sendChunk">;
  readonly view: () => View;
  readonly enqueue: (input: Input) => void;
  readonly whenStored: (then: () => void) => void;
  /** Whether this node's state is fit to become that of others. */
  readonly maySend: () => boolean;
  readonly onEvent: (event: Event) => void;
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
  get progress(): readonly TransferProgress[] {
    return [...this.#sender.progress, ...this.#receiver.progress];
  }

  /** @returns what is to be done once this output's store is in place, if it installs a snapshot that was received here */
  onTurn({ snapshots, store }: Pick<Output, "snapshots" | "store">): (() => void) | null {
    if (snapshots.length > 0) this.#sender.start(snapshots);
    this.#sender.onTurn();
    return this.#receiver.onTurn(store);
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
