import { describeOperation, type Operation } from "./history.ts";
import { absent, builds, type Call, callsOf, fits, keep, needsAnyValue, scatter, unobserved } from "./register-calls.ts";

/**
 * Judges whether a history is linearizable (Herlihy and Wing 1990): whether each operation can be given one
 * moment between its call and its return at which it took effect, so that all of them in that order make sense
 * for one register per key. The search is that of Wing and Gong (1993) with the memory of Lowe (2017): it puts
 * one operation after the other that no outstanding return forbids, goes back where none fits, and never looks
 * twice at the same set of operations with the same value.
 *
 * Linearizability is local: a history is linearizable if that of each key is. An operation whose outcome is
 * unknown may have taken effect at any moment after its call, or never.
 *
 * What this does not see: that the commands of one batch take effect together, since each of its keys is judged
 * alone; and the revisions, which the simulator checks by the log itself.
 */
export type Verdict =
  | { readonly type: "linearizable" }
  | { readonly type: "violation"; readonly key: string; readonly why: string }
  /** The search was given up after `statesMax` states. */
  | { readonly type: "undecided"; readonly key: string };

/** Most states to look at per key before the search is given up: some seconds, and less than 100 MB. */
const defaultStatesMax = 2_000_000;
/** Number of operations shown before and after the impossible moment. */
const lastShown = 8;

export function judgeHistory(operations: readonly Operation[], statesMax = defaultStatesMax): Verdict {
  const byKey = new Map<string, Operation[]>();
  for (const operation of operations) {
    const same = byKey.get(operation.key);
    if (same === undefined) byKey.set(operation.key, [operation]);
    else same.push(operation);
  }
  let undecided: Verdict | null = null;
  for (const [key, ofKey] of byKey) {
    const verdict = judgeKey(key, ofKey, statesMax);
    if (verdict.type === "violation") return verdict;
    if (verdict.type === "undecided") undecided ??= verdict;
  }
  return undecided ?? { type: "linearizable" };
}

function judgeKey(key: string, operations: readonly Operation[], statesMax: number): Verdict {
  const calls = callsOf(operations);
  let why = "";
  // Sets of operations are known by a hash, so two might be mistaken for one; hardly so in two searches with other hashes.
  for (const salt of [0, 1_000]) {
    const search = new Search(calls, salt);
    const end = search.run(statesMax);
    if (end === "found") return { type: "linearizable" };
    if (end === "givenUp") return { type: "undecided", key };
    why = search.explain();
  }
  return { type: "violation", key, why };
}

/** One choice made, and those that are left. */
interface Choice {
  /** Value of the register before the choice. */
  readonly value: number;
  /** The last call was one that need not have happened: unless the next one builds on it, it can be left out. */
  readonly mustUse: boolean;
  readonly candidates: readonly Call[];
  next: number;
  chosen: Call | null;
}

/** Where the search came closest. */
interface Deepest {
  readonly left: number;
  readonly value: number;
  readonly order: readonly Call[];
  readonly open: readonly Call[];
}

/** What calls that may be next would have to find, though the register holds something else. */
interface Wishes {
  /** With the lowest hint of those who wish for it. */
  readonly values: ReadonlyMap<number, number>;
  /** Where any value will do: which calls may leave it, and the lowest hint. Null if nobody asks for that. */
  readonly anyValue: { readonly hint: number; readonly serves: (call: Call) => boolean } | null;
}

/** Follows what certain calls need back through the calls that may have left it, and what those need. */
function wishesOf(open: readonly Call[], value: number): Wishes {
  const values = new Map<number, number>();
  const wish = ({ needs }: Call, hint: number): void => {
    if (needs < 0 || needs === value || (values.get(needs) ?? Number.POSITIVE_INFINITY) < hint || values.get(needs) === hint)
      return;
    values.set(needs, hint);
    for (const earlier of open) if (!earlier.certain && earlier.becomes === needs) wish(earlier, hint);
  };
  for (const call of open) if (call.certain) wish(call, call.hint);
  const asking = value === absent ? open.filter((call) => call.certain && needsAnyValue(call)) : [];
  if (asking.length === 0) return { values, anyValue: null };
  // One that nobody asks for will do, if there is one, and the others stay free for better use.
  const hasSpare = open.some((call) => !call.certain && call.becomes === unobserved && call.group !== null);
  const serves = (call: Call): boolean => (hasSpare ? call.becomes === unobserved : call.becomes !== absent);
  return { values, anyValue: { hint: Math.min(...asking.map((call) => call.hint)), serves } };
}

/** The likely ones first; a call that need not have happened stands just before the one that needs it. */
function sortByHint(candidates: Call[], { values, anyValue }: Wishes): void {
  const hintOf = (call: Call): number => {
    if (call.certain) return call.hint;
    const asAnyValue = anyValue?.serves(call) ? anyValue.hint : Number.POSITIVE_INFINITY;
    return Math.min(asAnyValue, values.get(call.becomes) ?? Number.POSITIVE_INFINITY);
  };
  candidates.sort((a, b) => {
    const [left, right] = [hintOf(a), hintOf(b)];
    return left === right ? 0 : left - right;
  });
}

class Search {
  readonly #calls: readonly Call[];
  readonly #certain: readonly Call[];
  readonly #maybe: readonly Call[];
  /** Calls that have been put in order, one bit each. */
  readonly #done: Int32Array;
  /** All certain calls before this place of `#certain` are done. */
  #frontier = 0;
  #certainLeft: number;
  #highHash = 0;
  #lowHash = 0;
  readonly #salt: number;
  /** How many of each group of interchangeable calls are done. */
  readonly #groupDone = new Map<number, number>();
  readonly #seen = new Set<number>();
  #deepest: Deepest | null = null;

  constructor(calls: readonly Call[], salt: number) {
    this.#calls = calls;
    this.#salt = salt;
    this.#certain = calls.filter((call) => call.certain);
    this.#maybe = calls.filter((call) => !call.certain);
    this.#certainLeft = this.#certain.length;
    this.#done = new Int32Array((calls.length + 31) >>> 5);
  }

  run(statesMax: number): "found" | "none" | "givenUp" {
    if (this.#certainLeft === 0) return "found";
    const path: Choice[] = [this.#choice(0, false)];
    for (;;) {
      const choice = path.at(-1);
      if (choice === undefined) return "none";
      if (choice.chosen !== null) this.#undo(choice.chosen);
      choice.chosen = null;
      const call = choice.candidates[choice.next];
      choice.next += 1;
      if (call === undefined) {
        this.#rememberDeepest(path, choice);
        path.pop();
        continue;
      }
      const value = call.becomes === keep ? choice.value : call.becomes;
      this.#do(call);
      choice.chosen = call;
      if (this.#certainLeft === 0) return "found";
      if (!this.#isNew(value, !call.certain)) continue;
      if (this.#seen.size > statesMax) return "givenUp";
      path.push(this.#choice(value, !call.certain));
    }
  }

  /** Where the search came closest, for a person to read. */
  explain(): string {
    if (this.#deepest === null) return "there is no order at all";
    const { order, open, value, left } = this.#deepest;
    const lines = (calls: readonly Call[]) => calls.map((call) => `  ${describeOperation(call.operation)}`);
    return [
      `no order of the operations makes sense: ${left} of ${this.#certain.length} are left when the value is ${this.#nameOf(value)} after`,
      ...lines(order.slice(-lastShown)),
      "and none of these can be next:",
      ...lines(open.slice(0, lastShown)),
    ].join("\n");
  }

  /** The calls that may be next when the register holds `value`. */
  #choice(value: number, mustUse: boolean): Choice {
    const open = this.#open();
    const wishes = wishesOf(open, value);
    const fitting = open.filter((call) => fits(call, value) && (!mustUse || builds(call)) && this.#isWorthwhile(call, wishes));
    // One that changes nothing and fits can always be put first: each order that has it later works with it here.
    const harmless = fitting.find((call) => call.certain && call.becomes === keep);
    if (harmless !== undefined) return { value, mustUse, candidates: [harmless], next: 0, chosen: null };
    sortByHint(fitting, wishes);
    return { value, mustUse, candidates: fitting, next: 0, chosen: null };
  }

  /** A call that need not have happened is worth a try only if what it leaves leads to a call that must have happened. */
  #isWorthwhile(call: Call, wishes: Wishes): boolean {
    if (call.certain) return true;
    // Among calls that differ only in their start, the earlier goes first, without loss.
    if (call.group !== null && (this.#groupDone.get(call.group.id) ?? 0) !== call.group.rank) return false;
    return wishes.values.has(call.becomes) || wishes.anyValue?.serves(call) === true;
  }

  /** Calls not yet done that began before the first return of a call not yet done: the certain ones first. */
  #open(): Call[] {
    let firstReturn = Number.POSITIVE_INFINITY;
    const open: Call[] = [];
    for (let place = this.#frontier; place < this.#certain.length; place += 1) {
      const call = this.#certain[place];
      if (call === undefined || call.start > firstReturn) break;
      if (this.#isDone(call)) continue;
      open.push(call);
      if (call.end < firstReturn) firstReturn = call.end;
    }
    const certain = open.filter((call) => call.start <= firstReturn);
    for (const call of this.#maybe) {
      if (call.start > firstReturn) break;
      if (!this.#isDone(call)) certain.push(call);
    }
    return certain;
  }

  #isDone(call: Call): boolean {
    return ((this.#done[call.id >>> 5] ?? 0) & (1 << (call.id & 31))) !== 0;
  }

  #do(call: Call): void {
    this.#flip(call);
    if (call.certain) this.#certainLeft -= 1;
    if (call.group !== null) this.#groupDone.set(call.group.id, call.group.rank + 1);
    for (
      let first = this.#certain[this.#frontier];
      first !== undefined && this.#isDone(first);
      first = this.#certain[this.#frontier]
    ) {
      this.#frontier += 1;
    }
  }

  #undo(call: Call): void {
    this.#flip(call);
    if (call.group !== null) this.#groupDone.set(call.group.id, call.group.rank);
    if (!call.certain) return;
    this.#certainLeft += 1;
    this.#frontier = Math.min(this.#frontier, call.place);
  }

  #flip(call: Call): void {
    const word = call.id >>> 5;
    this.#done[word] = (this.#done[word] ?? 0) ^ (1 << (call.id & 31));
    this.#highHash ^= scatter(call.id, this.#salt + 1);
    this.#lowHash ^= scatter(call.id, this.#salt + 2);
  }

  /** Whether this set of calls has not yet been tried with this value. Sets are told apart by 53 bits of hash. */
  #isNew(value: number, mustUse: boolean): boolean {
    const low = this.#lowHash ^ scatter(value * 2 + (mustUse ? 1 : 0), this.#salt);
    const state = (this.#highHash >>> 0) * 2 ** 21 + (low >>> 11);
    if (this.#seen.has(state)) return false;
    this.#seen.add(state);
    return true;
  }

  #rememberDeepest(path: readonly Choice[], choice: Choice): void {
    if (this.#deepest !== null && this.#deepest.left <= this.#certainLeft) return;
    const order = path.flatMap((earlier) => (earlier.chosen === null ? [] : [earlier.chosen]));
    this.#deepest = { left: this.#certainLeft, value: choice.value, order, open: this.#open() };
  }

  #nameOf(value: number): string {
    if (value === 0) return "absent";
    for (const call of this.#calls) if (call.becomes === value) return call.writes ?? "absent";
    return "one that nobody read";
  }
}
