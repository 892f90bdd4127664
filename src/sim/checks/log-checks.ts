import type { Store, View } from "../../core/api.ts";
import { isQuorum } from "../../core/quorum.ts";
import type { Entry, Index, Members, NodeId, Term } from "../../core/types.ts";
import { bytesEqual } from "../base/bytes.ts";
import type { LogDisk } from "../disks/log-disk.ts";
import type { CommittedLog } from "./committed-log.ts";

/** An entry as some disk had it, and what stood before it. */
interface Sighting {
  readonly entry: Entry;
  readonly prevTerm: Term;
}

/**
 * Log matching, leader append-only, leader completeness (§5.3, §5.4), and that what a node holds for committed is
 * on the disks of a majority of the members in force, as somebody sees it who can look at all of them at once.
 */
export class LogChecks {
  readonly #fail: (sentence: string) => void;
  readonly #disks: ReadonlyMap<NodeId, LogDisk>;
  readonly committed: CommittedLog;
  /** All entries seen at each index: one for each term. */
  readonly #sightings: Sighting[][] = [];
  /** Where the log of each leader last ended on its way to the disk; null before its first store. */
  readonly #leaderStored = new Map<NodeId, Index | null>();
  /** New leaders whose log has not been looked at yet, and what was committed when they were elected. */
  readonly #unproven = new Map<NodeId, { readonly term: Term; readonly index: Index }>();

  constructor(fail: (sentence: string) => void, disks: ReadonlyMap<NodeId, LogDisk>, committed: CommittedLog) {
    this.#fail = fail;
    this.#disks = disks;
    this.committed = committed;
  }

  onElected(node: NodeId, term: Term): void {
    // A candidate may come to lead an earlier term when a later one has long begun: it owes only what was committed before.
    this.#leaderStored.set(node, null);
    this.#unproven.set(node, { term, index: this.committed.lastBefore(term) });
  }

  onLeadershipEnded(node: NodeId): void {
    this.#leaderStored.delete(node);
    this.#unproven.delete(node);
  }

  onStoreBegun(node: NodeId, disk: LogDisk, store: Store): void {
    const first = store.entries[0];
    if (!this.#leaderStored.has(node)) return;
    if (store.snapshot !== null) this.#fail(`Leader append-only: leader ${node} puts a snapshot in the place of its log.`);
    if (first === undefined) return;
    const stored = this.#leaderStored.get(node) ?? null;
    if (stored !== null && first.index !== stored + 1) {
      this.#fail(`Leader append-only: leader ${node} writes entries from ${first.index} on, its log ended at ${stored}.`);
    }
    this.#leaderStored.set(node, store.lastIndex);
    this.#proveComplete(node, disk, store);
  }

  onDurable(node: NodeId, disk: LogDisk, store: Store): void {
    this.#checkHardState(node, disk, store);
    if (store.base !== null) this.#checkBase(node, disk, store);
    this.#checkOverwritten(node, disk, store);
    const first = store.entries[0];
    if (first === undefined) return;
    const { index: baseIndex, term: baseTerm } = store.base ?? disk.base;
    const end = Math.max(disk.lastIndex, baseIndex);
    if (first.index > end + 1) this.#fail(`The log of node ${node} ends at ${end}, and it writes entries from ${first.index} on.`);
    if (first.index <= baseIndex) {
      this.#fail(`Node ${node} writes entries from ${first.index} on, and has dropped those up to ${baseIndex}.`);
    }
    let prevTerm = first.index === baseIndex + 1 ? baseTerm : (disk.termAt(first.index - 1) ?? 0);
    for (const entry of store.entries) {
      this.#match(node, entry, prevTerm);
      prevTerm = entry.term;
    }
  }

  /** A node holds everything up to its commit index for committed. @param before the members in force before this step */
  onCommitIndex(node: NodeId, view: View, before: Members): void {
    const index = view.commitIndex;
    if (index <= this.committed.length) return;
    const { members, membersIndex } = view;
    // What commits may be what a change of the members was waiting for: then those before it have decided.
    const holder = this.#quorumAt(index, members) ?? (membersIndex > index ? this.#quorumAt(index, before) : null);
    if (holder === null) {
      this.#fail(`Commitment: node ${node} holds entry ${index} for committed, which is on no majority of the disks.`);
      return;
    }
    const last = holder.entryAt(index);
    if (view.role === "leader" && last !== undefined && last.term !== view.term) {
      this.#fail(`Commitment (§5.4.2): the leader of term ${view.term} commits entry ${index} of term ${last.term} by counting.`);
    }
    for (let place = this.committed.length + 1; place <= index; place += 1) {
      const entry = holder.entryAt(place);
      // It would have dropped what nobody has held for committed yet; that was reported when it did.
      if (entry !== undefined) this.committed.add(entry, view.term);
    }
  }

  /** A disk that has the same entry at `index` as a majority of the members that this node goes by; null if there is none. */
  #quorumAt(index: Index, members: Members): LogDisk | null {
    for (const disk of this.#disks.values()) {
      const entry = disk.entryAt(index);
      if (entry !== undefined && isQuorum(members, (id) => this.#disks.get(id)?.entryAt(index)?.term === entry.term)) return disk;
    }
    return null;
  }

  /** The first write of a new leader shows all of its log: what was committed before must be in it. */
  #proveComplete(node: NodeId, disk: LogDisk, store: Store): void {
    const unproven = this.#unproven.get(node);
    if (unproven === undefined) return;
    this.#unproven.delete(node);
    const { index, term } = unproven;
    const wanted = this.committed.entryAt(index);
    if (wanted === undefined || index <= disk.base.index) return;
    const firstNew = store.entries[0]?.index ?? store.lastIndex + 1;
    const found = index < firstNew ? disk.entryAt(index) : store.entries[index - firstNew];
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

  /** Only what is committed may be dropped, and what is left must follow on just that. */
  #checkBase(node: NodeId, disk: LogDisk, { base, snapshot }: Store): void {
    if (base === null) return;
    const { index, term, time } = base;
    const wanted = this.committed.entryAt(index);
    if (index < disk.base.index || (snapshot !== null && index === disk.base.index)) {
      this.#fail(`The log of node ${node} begins after ${disk.base.index}, and is to begin after ${index}.`);
    }
    if (wanted === undefined) this.#fail(`Node ${node} drops entries up to ${index}, which is not committed.`);
    else if (wanted.term !== term || wanted.time !== time) {
      this.#fail(`Log matching: node ${node} drops entries up to ${term}.${index}, but ${wanted.term}.${index} is committed.`);
    }
    if (snapshot === null) {
      if (disk.termAt(index) === undefined) this.#fail(`Node ${node} drops entries up to ${index}, its log ends before.`);
      return;
    }
    const { meta } = snapshot;
    if (meta.index !== index || meta.term !== term || meta.time !== time) {
      this.#fail(`The log of node ${node} is to follow on ${term}.${index}, its snapshot ends at ${meta.term}.${meta.index}.`);
    }
    const { members, index: membersIndex } = this.committed.membersAsOf(index);
    if (meta.membersIndex !== membersIndex || !isSame(meta.members, members)) {
      this.#fail(
        `A snapshot of node ${node} up to ${index} has the members of ${meta.membersIndex}, not those of ${membersIndex}.`,
      );
    }
  }

  #match(node: NodeId, entry: Entry, prevTerm: Term): void {
    const at = this.#sightings[entry.index] ?? [];
    this.#sightings[entry.index] = at;
    const seen = at.find((sighting) => sighting.entry.term === entry.term);
    if (seen === undefined) at.push({ entry, prevTerm });
    else if (seen.prevTerm !== prevTerm || !isSameEntry(seen.entry, entry)) {
      this.#fail(
        `Log matching: node ${node} has another entry ${entry.term}.${entry.index}, or another one before it, than was seen.`,
      );
    }
  }

  /**
   * A committed entry stays on a majority of the disks. A single disk may lose it: a write that hung for long may put
   * an entry there that its node has cut off meanwhile, and never spoke of.
   */
  #checkOverwritten(node: NodeId, disk: LogDisk, store: Store): void {
    const first = store.entries[0]?.index ?? store.lastIndex + 1;
    const from = store.snapshot === null ? first : store.snapshot.meta.index + 1;
    const end = Math.min(disk.lastIndex, this.committed.length);
    for (let index = Math.max(from, disk.base.index + 1); index <= end; index += 1) {
      const wanted = this.committed.entryAt(index)?.term;
      if (wanted === undefined || disk.termAt(index) !== wanted) continue;
      const after = index < first ? (index <= store.lastIndex ? wanted : undefined) : store.entries[index - first]?.term;
      if (after === wanted || this.#isHeldWithout(disk, index, wanted)) continue;
      this.#fail(
        `Commitment: node ${node} removes committed entry ${wanted}.${index} from its disk, which no majority holds then.`,
      );
    }
  }

  /** Whoever is elected by the members in force meets somebody who has it. While they are joint, both must vote, so one half is enough. */
  #isHeldWithout(disk: LogDisk, index: Index, term: Term): boolean {
    const { voters, outgoing } = this.committed.members;
    const has = (id: NodeId): boolean => {
      const other = this.#disks.get(id);
      return other !== undefined && other !== disk && (index <= other.base.index || other.entryAt(index)?.term === term);
    };
    return [voters, outgoing].some((half) => half.length > 0 && isQuorum({ voters: half, outgoing: [] }, has));
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function isSameEntry(a: Entry, b: Entry): boolean {
  return a === b || (a.kind === b.kind && a.time === b.time && bytesEqual(a.data, b.data));
}
