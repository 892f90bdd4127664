import type { Index, Millis } from "../core/types.ts";
import { ChangeHistory, type HistoryLimits } from "./change-history.ts";
import type { EntryChanges } from "./packed-changes.ts";
import type { Clock, Timer } from "./ports.ts";

/** Records from `start` on and before `end`; null: to the last. */
export interface KeyRange {
  readonly start: Uint8Array;
  readonly end: Uint8Array | null;
}

/**
 * Why a watch has ended. Each may be tried again, at once or at another node.
 * - `gone`: the history no longer holds, or never held, changes that were asked for; it begins at `oldest`.
 * - `slow`: the watcher did not take the changes before they had to make way.
 * - `leaderless`: this node hears no leader, so it cannot know of what changes.
 * - `overloaded`: this node has as many watchers as it may have.
 * - `stopping`: this node is shutting down or has failed.
 */
export type WatchEnd =
  | { readonly type: "gone"; readonly oldest: Index }
  | { readonly type: "slow"; readonly oldest: Index }
  | { readonly type: "leaderless" }
  | { readonly type: "overloaded" }
  | { readonly type: "stopping" };

/** Whoever watches. Neither call comes before `subscribe` has returned. */
export interface ChangeSink {
  /**
   * Changes of the range, in log order, each once; there are no others of it up to `upTo`.
   * Returns whether more may follow; if not, `resume` says when.
   */
  onChanges(entries: readonly EntryChanges[], upTo: Index): boolean;
  /** Called once at most, and nothing after it. Not called after `cancel`. */
  onEnd(why: WatchEnd): void;
}

export interface Subscription {
  /** All changes of the range up to here were given to the sink. */
  readonly upTo: Index;
  /** The sink takes changes again. */
  resume(): void;
  cancel(): void;
}

export interface ChangesOptions extends HistoryLimits {
  /** Most watches at this node; further ones are refused. */
  readonly watchersMax: number;
  /** A watch at a node that hears no leader for so long ends, in ms. */
  readonly watchLeaderlessMs: Millis;
}

/** Most entries that one watcher is given in one go, so that one with much to catch up delays nobody. */
const entriesAtOnce = 1_000;

/**
 * What changes in the machine's records, for those who watch: from an index on, in log order, none twice, none missing.
 * Each watcher is only a place in the one history that all share. One who falls behind costs nothing, and is
 * dropped once what it has not seen yet makes way.
 */
export class Changes {
  readonly #options: ChangesOptions;
  readonly #clock: Clock;
  readonly #history: ChangeHistory;
  readonly #watchers = new Set<Watcher>();
  #deliveryIsDue = false;
  /** Runs while no leader is heard. */
  #leaderlessTimer: Timer | null = null;
  #refusal: WatchEnd | null = null;

  /** @param appliedIndex the history begins after it */
  constructor(options: ChangesOptions, clock: Clock, appliedIndex: Index) {
    this.#options = options;
    this.#clock = clock;
    this.#history = new ChangeHistory(options, appliedIndex);
  }

  /** Changes can be watched from this index on. */
  get oldest(): Index {
    return this.#history.oldest;
  }

  get watcherCount(): number {
    return this.#watchers.size;
  }

  /** @param from the first index of interest; 0: from the next change on */
  subscribe(from: Index, range: KeyRange, sink: ChangeSink): Subscription {
    const next = from === 0 ? this.#history.newest + 1 : from;
    const watcher: Watcher = { range, sink, next, isReady: true };
    const refusal = this.#watchers.size >= this.#options.watchersMax ? ({ type: "overloaded" } as const) : this.#refusal;
    this.#watchers.add(watcher);
    if (refusal === null) this.#deliverSoon();
    else this.#clock.soon(() => this.#end(watcher, refusal));
    return {
      get upTo() {
        return watcher.next - 1;
      },
      resume: () => {
        watcher.isReady = true;
        this.#deliverSoon();
      },
      cancel: () => this.#watchers.delete(watcher),
    };
  }

  /** Entries were applied; in log order, each once, also those that changed nothing. */
  add(entries: readonly EntryChanges[]): void {
    for (const entry of entries) this.#history.add(entry);
    if (this.#watchers.size > 0) this.#deliverSoon();
  }

  /** The state has jumped to `index`. */
  restart(index: Index): void {
    this.#history.restart(index);
    this.#deliverSoon();
  }

  /** Called when a leader is found or lost. */
  onLeader(isKnown: boolean): void {
    if (isKnown) {
      this.#leaderlessTimer?.cancel();
      this.#leaderlessTimer = null;
      if (this.#refusal?.type === "leaderless") this.#refusal = null;
    } else {
      this.#leaderlessTimer ??= this.#clock.at(this.#clock.now() + this.#options.watchLeaderlessMs, () =>
        this.#endAll({ type: "leaderless" }),
      );
    }
  }

  stop(): void {
    this.#leaderlessTimer?.cancel();
    this.#endAll({ type: "stopping" });
  }

  #endAll(why: WatchEnd): void {
    this.#refusal = why;
    for (const watcher of [...this.#watchers]) this.#end(watcher, why);
  }

  #end(watcher: Watcher, why: WatchEnd): void {
    if (this.#watchers.delete(watcher)) watcher.sink.onEnd(why);
  }

  /** Not at once: a watcher must not hold up what else this turn has to do. */
  #deliverSoon(): void {
    if (this.#deliveryIsDue) return;
    this.#deliveryIsDue = true;
    this.#clock.soon(() => {
      this.#deliveryIsDue = false;
      for (const watcher of [...this.#watchers]) this.#deliver(watcher);
    });
  }

  #deliver(watcher: Watcher): void {
    const { oldest, newest } = this.#history;
    if (watcher.next < oldest) return this.#end(watcher, { type: watcher.isReady ? "gone" : "slow", oldest });
    if (!watcher.isReady || watcher.next > newest) return;
    const entries = this.#history.since(watcher.next, entriesAtOnce);
    const upTo = entries.length < entriesAtOnce ? newest : (entries.at(-1)?.index ?? newest);
    watcher.next = upTo + 1;
    const wanted = within(entries, watcher.range);
    if (wanted.length > 0) watcher.isReady = watcher.sink.onChanges(wanted, upTo);
    if (upTo < newest && watcher.isReady) this.#deliverSoon();
  }
}

interface Watcher {
  readonly range: KeyRange;
  readonly sink: ChangeSink;
  /** It has been given all before this index. */
  next: Index;
  isReady: boolean;
}

/** The part of the changes that falls into the range; entries without any are left out. */
function within(entries: readonly EntryChanges[], range: KeyRange): EntryChanges[] {
  const found: EntryChanges[] = [];
  for (const { index, changes } of entries) {
    const wanted = changes.filter(({ key }) => contains(range, key));
    if (wanted.length > 0) found.push({ index, changes: wanted });
  }
  return found;
}

function contains({ start, end }: KeyRange, key: Uint8Array): boolean {
  return Buffer.compare(key, start) >= 0 && (end === null || Buffer.compare(key, end) < 0);
}
