import type { Index } from "../../core/types.ts";
import { recordRange } from "../../machine/kv-records.ts";
import type { ChangeSink, KeyRange, Subscription, WatchEnd } from "../../node/watch/change-feed.ts";
import type { EntryChanges } from "../../node/watch/packed-changes.ts";
import { bytesEqual } from "../base/bytes.ts";
import type { EventQueue } from "../base/event-queue.ts";
import type { Random } from "../base/random.ts";
import type { Checks } from "../checks/checks.ts";
import type { SeenChange } from "../checks/session-checks.ts";
import { nameOf } from "../disks/state-disk.ts";
import type { Host, Process } from "../host/host.ts";

export interface WatchersOptions {
  readonly watchers: number;
  /** Whether a node may forget changes only because its history does not go back so far. */
  readonly historyIsLong: boolean;
}

export interface WatchersPorts {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly checks: Checks;
  readonly hosts: readonly Host[];
}

interface Watcher {
  readonly number: number;
  readonly range: KeyRange;
  /** It has seen all changes before this index. */
  next: Index;
  /** Where it watches now, and the node there; null: nowhere. */
  watch: { readonly subscription: Subscription; readonly process: Process; isFull: boolean } | null;
}

/** Longest until a watcher whose watch has ended goes to another node, in ms. */
const reconnectMsMax = 200;
/** Longest that a slow watcher takes for what it was given, in ms. */
const slowMsMax = 500;
/** Chance that a watcher leaves its node for another one, for no reason. */
const leaveChance = 0.02;

/**
 * Those who watch: each sees every change of its keys, in log order, none twice and none missing, wherever it goes on
 * watching. What it sees is compared with what the entries of the log did to the machine.
 */
export class Watchers {
  readonly #options: WatchersOptions;
  readonly #ports: WatchersPorts;
  readonly #watchers: readonly Watcher[];
  /** Where they may watch; null: anywhere. */
  #only: readonly Host[] | null = null;
  readonly counters = { watched: 0, watchesGone: 0, watchesEnded: 0 };

  constructor(options: WatchersOptions, ports: WatchersPorts) {
    this.#options = options;
    this.#ports = ports;
    const ranges = [recordRange(""), recordRange("a"), recordRange("lock-")];
    this.#watchers = Array.from({ length: options.watchers }, (_, place) => {
      return { number: place + 1, range: ranges[place] ?? recordRange(""), next: 1, watch: null };
    });
  }

  start(): void {
    for (const watcher of this.#watchers) this.#connect(watcher);
  }

  /** From now on they watch only here. */
  moveTo(hosts: readonly Host[]): void {
    this.#only = hosts;
  }

  /** Up to here all of them have seen everything, by the word of their nodes. */
  get upTo(): Index {
    return Math.min(...this.#watchers.map(({ next, watch }) => Math.max(next - 1, watch?.subscription.upTo ?? 0)));
  }

  /** A node that passes over changes tells nothing: so where it says that it is, none must have been left to tell. */
  checkUntold(): void {
    for (const watcher of this.#watchers) {
      const { watch } = watcher;
      if (watch !== null) this.#compare(watcher, watch.process, [], watch.subscription.upTo);
    }
  }

  #connect(watcher: Watcher): void {
    const { random, hosts } = this.#ports;
    const host = random.pick(this.#only ?? hosts);
    const process = host.process;
    if (process === null) return this.#reconnect(watcher);
    const forget = process.life.whenEnded(() => {
      watcher.watch = null;
      this.#reconnect(watcher);
    });
    process.life.run(() => {
      const sink: ChangeSink = {
        get isFull() {
          return watcher.watch?.isFull ?? false;
        },
        onChanges: (entries, upTo) => this.#onChanges(watcher, process, entries, upTo, forget),
        onEnd: (why) => {
          if (!process.life.alive || watcher.watch === null) return;
          forget();
          watcher.watch = null;
          this.#onEnd(watcher, host, process, why);
        },
      };
      watcher.watch = { subscription: process.node.changes.subscribe(watcher.next, watcher.range, sink), process, isFull: false };
    });
  }

  #reconnect(watcher: Watcher): void {
    const { queue, random } = this.#ports;
    queue.add(queue.now + random.within(1, reconnectMsMax), () => this.#connect(watcher));
  }

  #onChanges(watcher: Watcher, process: Process, entries: readonly EntryChanges[], upTo: Index, forget: () => void): void {
    const { checks, queue, random } = this.#ports;
    const { watch } = watcher;
    if (!process.life.alive || watch === null) return;
    const { subscription } = watch;
    this.#compare(watcher, process, entries, upTo);
    watcher.next = upTo + 1;
    if (upTo > checks.committed.length) checks.fail(`Watch ${watcher.number} sees entry ${upTo}, which is not committed.`);
    if (random.chance(leaveChance)) {
      subscription.cancel();
      forget();
      watcher.watch = null;
      this.#reconnect(watcher);
      return;
    }
    if (!random.chance(0.1)) return;
    watch.isFull = true;
    queue.add(queue.now + random.within(0, slowMsMax), () =>
      process.life.run(() => {
        watch.isFull = false;
        subscription.resume();
      }),
    );
  }

  #compare({ number, next, range }: Watcher, process: Process, entries: readonly EntryChanges[], upTo: Index): void {
    const { checks } = this.#ports;
    const name = `Watch ${number} at node ${process.life.nodeId}`;
    this.counters.watched += compareChanges(checks, { name, range, next, upTo }, entries);
  }

  #onEnd(watcher: Watcher, host: Host, process: Process, why: WatchEnd): void {
    const { checks } = this.#ports;
    this.counters.watchesEnded += 1;
    if (why.type === "gone") {
      this.counters.watchesGone += 1;
      const isGone = watcher.next <= process.historyFrom || !this.#options.historyIsLong;
      if (!isGone || why.oldest <= watcher.next) {
        checks.fail(
          `Watch ${watcher.number}: node ${host.id} says that entry ${watcher.next} is gone and ${why.oldest} is the oldest; it knows all since ${process.historyFrom}.`,
        );
      }
      const { appliedIndex } = process.node;
      if (why.oldest > appliedIndex + 1) {
        checks.fail(
          `Watch ${watcher.number}: node ${host.id} says that ${why.oldest} is the oldest; it has applied ${appliedIndex}.`,
        );
      }
      watcher.next = why.oldest;
    }
    this.#reconnect(watcher);
  }
}

/** What a watch was given up to an index: to be what the entries of the log did, no more and no less. Returns how many were right. */
export function compareChanges(
  checks: Checks,
  { name, range, next, upTo }: { name: string; range: KeyRange; next: Index; upTo: Index },
  entries: readonly EntryChanges[],
): number {
  let place = 0;
  for (let index = next; index <= upTo; index += 1) {
    const expected = checks.applies.changes.get(index)?.filter(([key]) => isIn(range, key)) ?? [];
    if (expected.length === 0) continue;
    const found = entries[place];
    place += 1;
    if (found?.index !== index) {
      checks.fail(`${name}: entry ${index} changed what is watched, and ${found?.index ?? "nothing"} comes instead.`);
      return place;
    }
    if (!isSame(found, expected)) checks.fail(`${name}: entry ${index} is told otherwise than it was.`);
  }
  if (place < entries.length) checks.fail(`${name}: entry ${entries[place]?.index} is told twice, or changed nothing of this.`);
  return place;
}

function isIn({ start, end }: KeyRange, name: string): boolean {
  return name >= nameOf(start) && (end === null || name < nameOf(end));
}

function isSame({ changes }: EntryChanges, expected: readonly SeenChange[]): boolean {
  return (
    changes.length === expected.length &&
    expected.every(([name, value], place) => {
      const change = changes[place];
      return change !== undefined && nameOf(change.key) === name && bytesEqual(change.value ?? undefined, value ?? undefined);
    })
  );
}
