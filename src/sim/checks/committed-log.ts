import { decodeMembers } from "../../core/members-codec.ts";
import type { Entry, Index, Members, MembersAt, Term } from "../../core/types.ts";

/** All that was ever committed, from the first entry on, as somebody has it who forgets nothing. */
export class CommittedLog {
  readonly #fail: (sentence: string) => void;
  readonly #entries: Entry[] = [];
  /** For each of them the term in which somebody first held it for committed. */
  readonly #committedIn: Term[] = [];
  readonly #members: [MembersAt, ...MembersAt[]];

  constructor(fail: (sentence: string) => void, first: Members) {
    this.#fail = fail;
    this.#members = [{ index: 0, members: first }];
  }

  get length(): Index {
    return this.#entries.length;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** The last members that are committed. */
  get members(): Members {
    return (this.#members.at(-1) ?? this.#members[0]).members;
  }

  entryAt(index: Index): Entry | undefined {
    return this.#entries[index - 1];
  }

  membersAsOf(index: Index): MembersAt {
    return this.#members.findLast((at) => at.index <= index) ?? this.#members[0];
  }

  /** The last entry that was committed in a term before this one. */
  lastBefore(term: Term): Index {
    let index = this.#entries.length;
    while ((this.#committedIn[index - 1] ?? 0) >= term) index -= 1;
    return index;
  }

  add(entry: Entry, committedIn: Term): void {
    const before = this.#entries.at(-1);
    if (entry.time < (before?.time ?? 0)) {
      this.#fail(`The log's clock falls from ${before?.time} to ${entry.time} at entry ${entry.index}.`);
    }
    if (entry.kind === "members") this.#addMembers(entry);
    this.#entries.push(entry);
    this.#committedIn.push(committedIn);
  }

  /** What a recovery by force has declared committed, as it stands in the survivor's log: nobody agreed to it. */
  inherit(entries: readonly Entry[], committedIn: Term): void {
    for (const entry of entries) {
      if (entry.kind === "members") this.#members.push({ index: entry.index, members: decodeMembers(entry.data) });
      this.#entries.push(entry);
      this.#committedIn.push(committedIn);
    }
  }

  /** Rule 30: an id that is new was never used; and the highest one that ever was is not forgotten. */
  #addMembers({ index, data }: Entry): void {
    const before = this.members;
    const members = decodeMembers(data);
    const known = new Set(before.nodes.map(({ id }) => id));
    for (const { id } of members.nodes) {
      if (!known.has(id) && id <= before.lastId) this.#fail(`Entry ${index} makes node ${id} a member again; its id was used.`);
    }
    if (members.lastId < before.lastId) this.#fail(`Entry ${index} forgets that ids up to ${before.lastId} were used.`);
    if (before.outgoing.length > 0 && members.outgoing.length > 0 && !isSameList(before.voters, members.voters)) {
      this.#fail(`Entry ${index} changes the voters from ${before.voters} to ${members.voters} while they are joint.`);
    }
    this.#checkOverlap(index, before, members);
    this.#checkAddresses(index, members);
    this.#members.push({ index, members });
  }

  /** Two members are at one peer address only while the one takes the place of the other. */
  #checkAddresses(index: Index, { voters, learners, plan, nodes }: Members): void {
    const isLeaving = (id: number): boolean => (plan?.remove ?? []).includes(id) || ![...voters, ...learners].includes(id);
    const staying = nodes.filter(({ id, peerAddress }) => peerAddress !== "" && !isLeaving(id));
    for (const { id, peerAddress } of staying) {
      const other = staying.find((node) => node.id !== id && node.peerAddress === peerAddress);
      if (other !== undefined) this.#fail(`Entry ${index} has nodes ${id} and ${other.id} at one address, ${peerAddress}.`);
    }
  }

  /** Between two configurations without a joint one every two majorities must meet: the same voters (thesis 4.3). */
  #checkOverlap(index: Index, before: Members, after: Members): void {
    const isSafe =
      isSameList(before.voters, after.voters) ||
      (after.outgoing.length > 0 && isSameList(before.voters, after.outgoing) && before.outgoing.length === 0);
    if (!isSafe) this.#fail(`Entry ${index} puts voters ${after.voters} in the place of ${before.voters} without a joint step.`);
  }
}

function isSameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && [...a].sort().join() === [...b].sort().join();
}
