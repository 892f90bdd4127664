import type { Store, View } from "../core/api.ts";
import type { Entry, Index, NodeId, Term } from "../core/types.ts";
import { bytesEqual } from "./bytes.ts";
import type { LogDisk } from "./sim-log.ts";

/** An entry as some disk had it, and what stood before it. */
interface Sighting {
  readonly entry: Entry;
  readonly prevTerm: Term;
}

/**
 * Log matching, leader append-only, leader completeness (§5.3, §5.4), and that what a node holds for committed is
 * on the disks of a majority, as somebody sees it who can look at all of them at once.
 */
export class LogChecks {
  readonly #fail: (sentence: string) => void;
  readonly #disks: ReadonlyMap<NodeId, LogDisk>;
  /** All entries seen at each index: one for each term. */
  readonly #sightings: Sighting[][] = [];
  readonly #committed: Entry[] = [];
  /** For each of them the term in which somebody first held it for committed. */
  readonly #committedIn: Term[] = [];
  /** Where the log of each leader last ended on its way to the disk; null before its first store. */
  readonly #leaderStored = new Map<NodeId, Index | null>();
  /** New leaders whose log has not been looked at yet, and what was committed when they were elected. */
  readonly #unproven = new Map<NodeId, { readonly term: Term; readonly index: Index }>();

  constructor(fail: (sentence: string) => void, disks: ReadonlyMap<NodeId, LogDisk>) {
    this.#fail = fail;
    this.#disks = disks;
  }

  /** All that was ever held for committed, and rightly so. */
  get committed(): readonly Entry[] {
    return this.#committed;
  }

  onElected(node: NodeId, term: Term): void {
    // A candidate may come to lead an earlier term when a later one has long begun: it owes only what was committed before.
    let index = this.#committed.length;
    while ((this.#committedIn[index - 1] ?? 0) >= term) index -= 1;
    this.#leaderStored.set(node, null);
    this.#unproven.set(node, { term, index });
  }

  onLeadershipEnded(node: NodeId): void {
    this.#leaderStored.delete(node);
    this.#unproven.delete(node);
  }

  onStoreBegun(node: NodeId, disk: LogDisk, store: Store): void {
    const first = store.entries[0];
    if (first === undefined || !this.#leaderStored.has(node)) return;
    const stored = this.#leaderStored.get(node) ?? null;
    if (stored !== null && first.index !== stored + 1) {
      this.#fail(`Leader append-only: leader ${node} writes entries from ${first.index} on, its log ended at ${stored}.`);
    }
    this.#leaderStored.set(node, store.lastIndex);
    this.#proveComplete(node, disk, store);
  }

  onDurable(node: NodeId, disk: LogDisk, store: Store): void {
    this.#checkHardState(node, disk, store);
    const first = store.entries[0];
    if (first === undefined) return;
    if (first.index > disk.entries.length + 1) {
      this.#fail(`The log of node ${node} ends at ${disk.entries.length}, and it writes entries from ${first.index} on.`);
    }
    let prevTerm = first.index === 1 ? 0 : (disk.entries[first.index - 2]?.term ?? 0);
    for (const entry of store.entries) {
      this.#match(node, entry, prevTerm);
      prevTerm = entry.term;
    }
    this.#checkOverwritten(node, disk, first.index, store);
  }

  /** A node holds everything up to its commit index for committed. */
  onCommitIndex(node: NodeId, view: View): void {
    const index = view.commitIndex;
    if (index <= this.#committed.length) return;
    const holder = this.#quorumAt(index);
    if (holder === null) {
      this.#fail(`Commitment: node ${node} holds entry ${index} for committed, which is on no majority of the disks.`);
      return;
    }
    const last = holder.entries[index - 1];
    if (view.role === "leader" && last !== undefined && last.term !== view.term) {
      this.#fail(`Commitment (§5.4.2): the leader of term ${view.term} commits entry ${index} of term ${last.term} by counting.`);
    }
    for (let place = this.#committed.length; place < index; place += 1) {
      const entry = holder.entries[place];
      if (entry === undefined) continue;
      this.#committed.push(entry);
      this.#committedIn.push(view.term);
    }
  }

  /** A disk that has the same entry at `index` as a majority of all disks; null if there is none. */
  #quorumAt(index: Index): LogDisk | null {
    for (const disk of this.#disks.values()) {
      const entry = disk.entries[index - 1];
      if (entry === undefined) continue;
      let same = 0;
      for (const other of this.#disks.values()) if (other.entries[index - 1]?.term === entry.term) same += 1;
      if (same * 2 > this.#disks.size) return disk;
    }
    return null;
  }

  /** The first write of a new leader shows all of its log: what was committed before must be in it. */
  #proveComplete(node: NodeId, disk: LogDisk, store: Store): void {
    const unproven = this.#unproven.get(node);
    if (unproven === undefined) return;
    this.#unproven.delete(node);
    const { index, term } = unproven;
    const wanted = this.#committed[index - 1];
    if (wanted === undefined) return;
    const firstNew = store.entries[0]?.index ?? store.lastIndex + 1;
    const found = index < firstNew ? disk.entries[index - 1] : store.entries[index - firstNew];
    if (found?.term !== wanted.term) {
      this.#fail(
        `Leader completeness: entry ${index} of term ${wanted.term} was committed, leader ${node} of term ${term} has ${found?.term ?? "none"} there.`,
      );
    }
  }

  #checkHardState(node: NodeId, disk: LogDisk, { hardState }: Store): void {
    const before = disk.hardState;
    if (hardState === null || before === null) return;
    const isVoteKept = hardState.term > before.term || before.votedFor === null || hardState.votedFor === before.votedFor;
    if (hardState.term < before.term || !isVoteKept) {
      this.#fail(
        `Node ${node} replaces term ${before.term}, vote ${before.votedFor} by term ${hardState.term}, vote ${hardState.votedFor}.`,
      );
    }
  }

  #match(node: NodeId, entry: Entry, prevTerm: Term): void {
    const at = this.#sightings[entry.index] ?? [];
    this.#sightings[entry.index] = at;
    const seen = at.find((sighting) => sighting.entry.term === entry.term);
    if (seen === undefined) at.push({ entry, prevTerm });
    else if (seen.prevTerm !== prevTerm || seen.entry.kind !== entry.kind || !bytesEqual(seen.entry.data, entry.data)) {
      this.#fail(
        `Log matching: node ${node} has another entry ${entry.term}.${entry.index}, or another one before it, than was seen.`,
      );
    }
  }

  /**
   * A committed entry stays on a majority of the disks. A single disk may lose it: a write that hung for long may put
   * an entry there that its node has cut off meanwhile, and never spoke of.
   */
  #checkOverwritten(node: NodeId, disk: LogDisk, first: Index, store: Store): void {
    const end = Math.min(disk.entries.length, this.#committed.length);
    for (let index = first; index <= end; index += 1) {
      const wanted = this.#committed[index - 1]?.term;
      if (wanted === undefined || disk.entries[index - 1]?.term !== wanted || store.entries[index - first]?.term === wanted)
        continue;
      let left = 0;
      for (const other of this.#disks.values()) if (other !== disk && other.entries[index - 1]?.term === wanted) left += 1;
      if (left * 2 <= this.#disks.size) {
        this.#fail(
          `Commitment: node ${node} removes committed entry ${wanted}.${index} from its disk, and ${left} others hold it.`,
        );
      }
    }
  }
}
