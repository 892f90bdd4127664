import { decodeMembers } from "./members-codec.ts";
import type { Entry, Index, MembersAt } from "./types.ts";

/**
 * The members in force, as the log says: those of its last entry that names any, from the moment it is appended,
 * committed or not (thesis 4.1). If that entry is cut off again, those before it are back in force.
 */
export class MembersLog {
  /** In log order. The first one is packed, and never cut off. */
  #all: [MembersAt, ...MembersAt[]];
  /** Those before the first one, if they were ever known here. */
  #past: MembersAt | null = null;

  constructor(first: MembersAt) {
    this.#all = [first];
  }

  get latest(): MembersAt {
    return this.#all.at(-1) ?? this.#all[0];
  }

  /** Those before the latest. If these are cut off they are back in force; if not, whoever is in these no more has left. */
  get before(): MembersAt | null {
    return this.#all.at(-2) ?? this.#past;
  }

  /** The members as of `index`, which must not be before the packed ones. */
  asOf(index: Index): MembersAt {
    return this.#all.findLast((at) => at.index <= index) ?? this.#all[0];
  }

  append({ kind, index, data }: Entry): void {
    if (kind === "members" && index > this.latest.index) this.#all.push({ index, members: decodeMembers(data) });
  }

  cutFrom(index: Index): void {
    const [first, ...others] = this.#all;
    this.#all = [first, ...others.filter((at) => at.index < index)];
  }

  /** A snapshot brings the members as of its end; of the others those stay that were named after `keptAfter`. */
  rebase(first: MembersAt, keptAfter: Index | null): void {
    // What was known of it already stays the same object: nothing has changed, and there is nothing to tell.
    const known = this.#all.find((at) => at.index === first.index && JSON.stringify(at) === JSON.stringify(first));
    this.#all = [known ?? first, ...this.#all.filter((at) => keptAfter !== null && at.index > keptAfter)];
  }

  /** All up to `index` is committed and applied: earlier members will not be asked for again. */
  pack(index: Index): void {
    const [, second] = this.#all;
    if (second === undefined || second.index > index) return;
    const first = this.asOf(index);
    this.#past = this.#all.findLast((at) => at.index < first.index) ?? null;
    this.#all = [first, ...this.#all.filter((at) => at.index > first.index)];
  }
}
