import type { Millis } from "../../core/types.ts";
import type { Random } from "../base/random.ts";

/** What operators do, while things go wrong. */
export const churnKinds = ["join", "leave", "replace", "promote", "loseDisk", "transfer", "clash"] as const;

export type ChurnKind = (typeof churnKinds)[number];

/**
 * - `crash`: one process dies between any two of its effects. `crashLeader`: that of a leader.
 * - `crashMany`: several die at once, perhaps all.
 * - `stop`: one process is told to stop in order.
 * - `pause`: one process is held; its mail piles up and its timers come late.
 * - `partition`, `cuts`: links are cut, in one of the shapes or at random. `isolateLeader`: those of a leader.
 * - `badWeather`: messages are lost, doubled and late.
 * - `longLinks`: some links delay all that is sent, so that old news arrives after a change.
 * - `lateLeader`: a leader is no longer heard, but goes on hearing what others said before.
 * - `slowDisk`, `stalledDisk`: writes take long, or none is done for a while.
 * - `failingDisk`: one write or read of the disk fails, and the process must stop.
 * - `clockJump`: one clock jumps forward.
 * - `join`, `leave`, `replace`: machines come and go, one or several in one change. `promote`: learners are to vote at once.
 * - `loseDisk`: one disk is lost for good; mostly another machine is to take its place.
 * - `transfer`: a leader is asked to hand over.
 * - `clash`: two operators want a machine each at one address, at the same moment.
 */
export const faultKinds = [
  "crash",
  "crashLeader",
  "crashMany",
  "stop",
  "pause",
  "pauseLeader",
  "partition",
  "cuts",
  "isolateLeader",
  "badWeather",
  "longLinks",
  "lateLeader",
  "slowDisk",
  "stalledDisk",
  "failingDisk",
  "clockJump",
  ...churnKinds,
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** Those that came later: a world draws them by a chance of their own, so that all else that a seed brings is as it was. */
export const laterKinds: readonly FaultKind[] = ["clash"];

/** What will go wrong in a world, and when: plain data, so that it can be kept, replayed and cut. */
export interface FaultPlan {
  readonly faults: readonly PlannedFault[];
  /** Longest that a fault lasts, in ms. */
  readonly lastingMsMax: Millis;
}

export interface PlannedFault {
  /** All that is drawn for this fault comes from a stream of this number: it is the same whatever other faults there are. */
  readonly number: number;
  readonly at: Millis;
  readonly kind: FaultKind;
}

export interface FaultOptions {
  /** What may go wrong; all of it equally often. */
  readonly kinds: readonly FaultKind[];
  /** Longest peace between the beginnings of two faults, in ms. */
  readonly pauseMsMax: Millis;
  readonly lastingMsMax: Millis;
}

/** Draws what will go wrong until `endsAt`. */
export function planFaults({ kinds, pauseMsMax, lastingMsMax }: FaultOptions, endsAt: Millis, random: Random): FaultPlan {
  const faults: PlannedFault[] = [];
  for (let at = random.skewed(0, pauseMsMax); at < endsAt; at += random.skewed(0, pauseMsMax)) {
    faults.push({ number: faults.length + 1, at, kind: random.pick(kinds) });
  }
  return { faults, lastingMsMax };
}
