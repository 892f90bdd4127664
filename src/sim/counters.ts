import type { NodeEvent } from "../node/ports/node-events.ts";
import type { EventQueue } from "./base/event-queue.ts";
import type { Checks } from "./checks/checks.ts";
import type { FaultKind } from "./faults/fault-plan.ts";
import type { Faults } from "./faults/faults.ts";
import type { Operators } from "./faults/operators.ts";
import type { Host } from "./host/host.ts";
import type { Watchers } from "./load/watchers.ts";
import type { Workload } from "./load/workload.ts";
import type { Network } from "./net/network.ts";

/** What happened in a run, in numbers: a run in which nothing happens proves nothing. */
export interface Counters {
  readonly tasks: number;
  readonly turns: number;
  /** Messages that were sent, and what became of some of them. */
  readonly messages: number;
  readonly lost: number;
  readonly doubled: number;
  readonly held: number;
  readonly forwarded: number;
  /** Pieces of snapshots that were sent, and messages that were refused as those of strangers. */
  readonly chunks: number;
  readonly strangers: number;
  /** Changes of the members that were refused because their address was another one's. */
  readonly clashed: number;
  /** Terms that had a leader. */
  readonly leaders: number;
  /** Processes that were started. */
  readonly lives: number;
  /** Rounds in which a node heard of the state of another. */
  readonly comparisons: number;
  /** Entries that were committed. */
  readonly entries: number;
  /** Calls of clients, by their end. */
  readonly done: number;
  readonly refused: number;
  readonly unknown: number;
  readonly sessions: number;
  /** Sessions that were refused because their owner had as many as it may have. */
  readonly ownersRefused: number;
  /** Requests that were repeated after they had taken effect. */
  readonly repeated: number;
  readonly sessionsEnded: number;
  /** Keys that were deleted because their session ended. */
  readonly keysReleased: number;
  /** Entries whose changes somebody who watches was told. */
  readonly watched: number;
  readonly watchesGone: number;
  readonly watchesEnded: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly events: Readonly<Partial<Record<NodeEvent["type"], number>>>;
}

export interface Counted {
  readonly queue: EventQueue;
  readonly network: Network;
  readonly hosts: readonly Host[];
  readonly checks: Checks;
  readonly operators: Operators;
  readonly workload: Workload;
  readonly watchers: Watchers;
  readonly faults: Faults;
}

export function countersOf({ queue, network, hosts, checks, operators, workload, watchers, faults }: Counted): Counters {
  const { sent, lost, doubled, held, forwarded, chunks, strangers } = network.counters;
  return {
    tasks: queue.added,
    turns: hosts.reduce((sum, host) => sum + host.turns, 0),
    messages: sent,
    lost,
    doubled,
    held,
    forwarded,
    chunks,
    strangers,
    clashed: operators.counters.clashed,
    leaders: checks.leaderCount,
    lives: hosts.reduce((sum, host) => sum + host.lives, 0),
    comparisons: hosts.reduce((sum, host) => sum + host.comparisons, 0),
    entries: checks.committed.length,
    ...workload.counters,
    ...checks.applies.sessions.counters,
    ...watchers.counters,
    faults: Object.fromEntries(faults.counters),
    events: Object.fromEntries(addUp(hosts.flatMap((host) => [...host.events]))),
  };
}

/** The counters of several runs, each added up. */
export function addUp(counts: readonly (readonly [name: string, count: number])[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
  return sums;
}

/** All numbers of a run in one list. */
export function listCounters({ faults, events, ...others }: Counters): [name: string, count: number][] {
  return [...Object.entries(others), ...Object.entries(faults), ...Object.entries(events)];
}
