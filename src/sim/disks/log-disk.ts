import type { Store } from "../../core/api.ts";
import { logStart } from "../../core/log.ts";
import { noMembers } from "../../core/members.ts";
import { decodeMembers } from "../../core/members-codec.ts";
import type { Entry, HardState, Index, LogBase, Members, NodeId, Term } from "../../core/types.ts";
import type { Random } from "../base/random.ts";

export interface LogDiskWatcher {
  /** This is about to be on the node's disk for good. */
  onDurable(nodeId: NodeId, disk: LogDisk, store: Store): void;
}

/** The directory in which a node's first state is. */
export const firstStateName = "state";

/** What of the log and the hard state is on a node's disk: all of it synced, so it outlives every crash. */
export class LogDisk {
  readonly #nodeId: NodeId;
  readonly #watcher: LogDiskWatcher;
  #base: LogBase = logStart;
  /** Those that follow on the base. */
  #entries: Entry[] = [];
  #hardState: HardState | null = null;
  #stateName = firstStateName;
  /** Handed to the disk, and not yet known to be on it. */
  #inFlight: Store | null = null;

  constructor(nodeId: NodeId, watcher: LogDiskWatcher) {
    this.#nodeId = nodeId;
    this.#watcher = watcher;
  }

  get hardState(): HardState | null {
    return this.#hardState;
  }

  /** The last entry that was dropped from the beginning. */
  get base(): LogBase {
    return this.#base;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get lastIndex(): Index {
    return this.#base.index + this.#entries.length;
  }

  /** Which directory holds the state. */
  get stateName(): string {
    return this.#stateName;
  }

  /** Undefined where nothing is, or not any more. */
  entryAt(index: Index): Entry | undefined {
    return this.#entries[index - 1 - this.#base.index];
  }

  /** Also of the last entry that was dropped, and 0 before the first; undefined where nothing is known. */
  termAt(index: Index): Term | undefined {
    return index === this.#base.index ? this.#base.term : this.entryAt(index)?.term;
  }

  /** All that is on the disk now, as whoever copies the directory gets it. */
  copy(): LogDisk {
    const copy = new LogDisk(this.#nodeId, this.#watcher);
    copy.#base = this.#base;
    copy.#entries = [...this.#entries];
    copy.#hardState = this.#hardState;
    copy.#stateName = this.#stateName;
    return copy;
  }

  begin(store: Store): void {
    this.#inFlight = store;
  }

  /** The write in flight ends: all of it is on the disk, or nothing of it. */
  end(isKept: boolean): void {
    const store = this.#inFlight;
    this.#inFlight = null;
    if (store === null || !isKept) return;
    this.#watcher.onDurable(this.#nodeId, this, store);
    if (store.hardState !== null) this.#hardState = store.hardState;
    if (store.snapshot !== null) this.#stateName = store.snapshot.name;
    if (store.base !== null) {
      this.#entries = this.#entries.slice(Math.max(0, store.base.index - this.#base.index));
      this.#base = store.base;
    }
    const first = store.entries[0];
    if (first !== undefined) this.#entries.length = Math.max(0, first.index - 1 - this.#base.index);
    for (const entry of store.entries) this.#entries.push(entry);
    // A snapshot may make an end of a log that ran into another direction.
    if (store.snapshot !== null) this.#entries.length = Math.max(0, store.lastIndex - this.#base.index);
  }

  /** A torn write is found at the next start and left out, so a crash leaves the whole of it or nothing. */
  crash(random: Random): void {
    this.end(random.chance(0.5));
  }
}

/** The members that the log on this disk names last; none if it names none. */
export function membersOnDisk(disk: LogDisk): Members {
  const named = disk.entries.findLast(({ kind }) => kind === "members");
  return named === undefined ? noMembers : decodeMembers(named.data);
}
