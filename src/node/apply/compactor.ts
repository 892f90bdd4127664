import type { Index } from "../../core/types.ts";
import type { NodeOptions } from "../ports/options.ts";
import type { MachineStorage } from "../ports/ports.ts";
import type { Applied } from "./batch.ts";

export type CompactorOptions = Pick<NodeOptions, "compactEntries" | "compactBytes" | "compactHoldBytesMax">;

export interface CompactorPorts {
  readonly state: Pick<MachineStorage, "sync">;
  /** Entries after this index will be wanted by a follower that is getting a snapshot; null: by none. */
  readonly heldFrom: () => Index | null;
  /** The machine's state up to `index` survives a power failure. */
  readonly onDurable: (index: Index) => void;
  /** The state could not be synced: the node must stop. */
  readonly onFailed: (error: Error) => void;
}

/**
 * Sees to it that the log does not grow for ever. Its entries are needed until their effect survives a power failure;
 * so every now and then the state is synced, beside the turn loop, and the core is told how far.
 *
 * A follower that gets a snapshot needs the entries after it, or it would come back for the next snapshot at once, and
 * so for ever. They are held for it, as long as they are not too many: one slow follower must not make the log grow
 * without bound.
 */
export class Compactor {
  readonly #options: CompactorOptions;
  readonly #ports: CompactorPorts;
  #entries = 0;
  #bytes = 0;
  /** Bytes of the entries that were applied since the core was last told, all that it asked to be told. */
  #heldBytes = 0;
  #isSyncing = false;
  #isStopped = false;

  /** @param applied the entries that the log holds although they were applied before this start */
  constructor(options: CompactorOptions, ports: CompactorPorts, applied: readonly { readonly data: Uint8Array }[] = []) {
    this.#options = options;
    this.#ports = ports;
    for (const entry of applied) this.#count(entry);
  }

  onApplied(batch: readonly Pick<Applied, "entry">[]): void {
    for (const { entry } of batch) this.#count(entry);
    const { compactEntries, compactBytes } = this.#options;
    if (this.#entries >= compactEntries || this.#bytes >= compactBytes) this.#sync();
  }

  /** No sync is begun any more, and what comes of one under way no longer matters. */
  stop(): void {
    this.#isStopped = true;
  }

  #count({ data }: { readonly data: Uint8Array }): void {
    this.#entries += 1;
    this.#bytes += data.length;
    this.#heldBytes += data.length;
  }

  #sync(): void {
    if (this.#isSyncing || this.#isStopped) return;
    this.#isSyncing = true;
    this.#entries = 0;
    this.#bytes = 0;
    this.#ports.state.sync((error, index) => {
      this.#isSyncing = false;
      if (error !== null) this.#ports.onFailed(error);
      else if (!this.#isStopped) this.#tell(index);
    });
  }

  #tell(index: Index): void {
    const heldFrom = this.#ports.heldFrom();
    const isHeld = heldFrom !== null && heldFrom < index && this.#heldBytes <= this.#options.compactHoldBytesMax;
    if (!isHeld) this.#heldBytes = 0;
    this.#ports.onDurable(isHeld ? heldFrom : index);
  }
}
