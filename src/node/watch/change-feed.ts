import type { Index } from "../../core/types.ts";
import type { NodeOptions } from "../ports/options.ts";
import type { Clock, Timer } from "../ports/ports.ts";
import { ChangeHistory, type HistoryLimits } from "./change-history.ts";
import type { EntryChanges } from "./packed-changes.ts";

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
  /** Whether no changes may come for now; `resume` says when they may again. */
  readonly isFull: boolean;
  /** Changes of the range, in log order, each once; there are no others of it up to `upTo`. */
  onChanges(entries: readonly EntryChanges[], upTo: Index): void;
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

export type ChangeFeedOptions = HistoryLimits & Pick<NodeOptions, "watchersMax" | "watchLeaderlessMs">;

/** Most entries that one watcher is given in one go, and bytes, so that one with much to catch up delays nobody. */
const entriesAtOnce = 1_000;
const bytesAtOnce = 1024 * 1024;

/**
 * What changes in the machine's records, for those who watch: from an index on, in log order, none twice, none missing.
 * Each watcher is only a place in the one history that all share. One who falls behind costs nothing, and is
 * dropped once what it has not seen yet makes way.
 */
export class ChangeFeed {
  readonly #options: ChangeFeedOptions;
  readonly #clock: Clock;
  readonly #history: ChangeHistory;
  readonly #watchers = new Set<Watcher>();
  #isDeliveryDue = false;
  /** Runs while no leader is heard. */
  #leaderlessTimer: Timer | null = null;
  #refusal: WatchEnd | null = null;

  /** @param appliedIndex the history begins after it */
  constructor(options: ChangeFeedOptions, clock: Clock, appliedIndex: Index) {
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
    const watcher: Watcher = { range, sink, next };
    const refusal = this.#watchers.size >= this.#options.watchersMax ? ({ type: "overloaded" } as const) : this.#refusal;
    this.#watchers.add(watcher);
    if (refusal === null) this.#deliverSoon();
    else this.#clock.soon(() => this.#end(watcher, refusal));
    return {
      get upTo() {
        return watcher.next - 1;
      },
      resume: () => this.#deliverSoon(),
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
    if (this.#isDeliveryDue) return;
    this.#isDeliveryDue = true;
    this.#clock.soon(() => {
      this.#isDeliveryDue = false;
      for (const watcher of [...this.#watchers]) this.#deliver(watcher);
    });
  }

  #deliver(watcher: Watcher): void {
    const { oldest, newest } = this.#history;
    if (watcher.next < oldest) return this.#end(watcher, { type: watcher.sink.isFull ? "slow" : "gone", oldest });
    if (watcher.sink.isFull || watcher.next > newest) return;
    const entries = this.#history.since(watcher.next, entriesAtOnce);
    const { found, rest } = within(entries, watcher.range);
    const isAll = rest === 0 && entries.length < entriesAtOnce;
    const upTo = isAll ? newest : (entries.at(-1 - rest)?.index ?? newest);
    watcher.next = upTo + 1;
    if (found.length > 0) watcher.sink.onChanges(found, upTo);
    if (upTo < newest) this.#deliverSoon();
  }
}

interface Watcher {
  readonly range: KeyRange;
  readonly sink: ChangeSink;
  /** It has been given all before this index. */
  next: Index;
}

/** The part of the changes that falls into the range, up to `bytesAtOnce`, and how many of the entries come after that. */
function within(entries: readonly EntryChanges[], range: KeyRange): { found: EntryChanges[]; rest: number } {
  const found: EntryChanges[] = [];
  let bytes = 0;
  for (const [i, { index, changes }] of entries.entries()) {
    const wanted = changes.filter(({ key }) => contains(range, key));
    if (wanted.length === 0) continue;
    found.push({ index, changes: wanted });
    for (const { key, value } of wanted) bytes += key.length + (value?.length ?? 0);
    if (bytes >= bytesAtOnce) return { found, rest: entries.length - 1 - i };
  }
  return { found, rest: 0 };
}

function contains({ start, end }: KeyRange, key: Uint8Array): boolean {
  return Buffer.compare(key, start) >= 0 && (end === null || Buffer.compare(key, end) < 0);
}
