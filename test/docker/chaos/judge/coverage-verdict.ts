import type { Strike } from "../strikes.ts";
import type { ChaosPlan } from "../types.ts";
import { type Noted, type Request, requestKinds } from "../witnesses/notes.ts";
import type { WatchNote } from "../witnesses/watchers.ts";
import { partOf } from "../witnesses/workload.ts";
import type { Violation } from "./violations.ts";
import { toldOf } from "./watch-verdict.ts";

/** What was done in a run. */
export interface Doings {
  readonly plan: ChaosPlan;
  /** How many clients there were. */
  readonly clients: number;
  /** How many writes sessions sent once more though they may have happened. */
  readonly repeats: number;
  readonly requests: readonly Request[];
  readonly operations: readonly Noted[];
  readonly strikes: readonly Strike[];
  readonly watches: readonly WatchNote[];
}

/** Each kind of call must succeed at least this part as often as its share of all that the plan demands... */
const kindPartMin = 0.5;
/** ...and each client this part as often as if all did the same. */
const clientPartMin = 0.25;
/** The acknowledged changes that a watcher must have been told, as a part of all: gaps are for exceptions. */
const toldPartMin = 0.9;
/** Faults by which clients lose the leader in the middle of their calls. */
export const leaderLosses = [
  ...["kill the leader", "pause the leader", "disconnect the leader from its network"],
  ...["partition with the leader in the minority", "leader in the minority"],
];
/** A run in which so many of them struck, and in which no session had to repeat a write, shows nothing of repetitions. */
const lossesMin = 3;

/** A run in which too little was done, or too little struck, has shown nothing, and passes for nothing. */
export function judgeCoverage(doings: Doings): Violation[] {
  const sentences = [...callsMissing(doings), ...faultsMissing(doings), ...changesMissing(doings), ...repeatsMissing(doings)];
  return sentences.map((sentence) => ({ kind: "too little", key: null, sentence }));
}

function callsMissing({ plan: { operationsMin }, clients, requests }: Doings): string[] {
  const served = requests.filter(({ result }) => result === "ok");
  const demands = [
    { what: "operations", found: served.length, least: operationsMin },
    ...requestKinds.map((kind) => ({
      what: `operations of the kind "${kind}"`,
      found: served.filter((request) => request.kind === kind).length,
      least: Math.floor(operationsMin * partOf(kind) * kindPartMin),
    })),
    ...Array.from({ length: clients }, (_, client) => ({
      what: `operations of client ${client} (${requests.find((request) => request.client === client)?.via ?? "never heard of"})`,
      found: served.filter((request) => request.client === client).length,
      least: Math.max(1, Math.floor((operationsMin / clients) * clientPartMin)),
    })),
  ];
  return demands
    .filter(({ found, least }) => found < least)
    .map(({ what, found, least }) => `${found} ${what} succeeded, of ${least} that are demanded.`);
}

/** A fault that did not strike is a fault of the run, unless this machine lacks what it takes. */
function faultsMissing({ plan: { faultsMin }, strikes }: Doings): string[] {
  const missed = strikes.filter(({ struck, cannot }) => struck === null && !cannot);
  const played = strikes.length - missed.length;
  return [
    ...missed.map(({ fault, failure }) => `"${fault}" did not strike: ${failure}`),
    ...(played < faultsMin ? [`${played} faults struck, or cannot here, of ${faultsMin} that the plan demands.`] : []),
  ];
}

function changesMissing({ watches, operations }: Doings): string[] {
  return watches.flatMap((watch) => {
    const { told, all } = toldOf(watch, operations);
    if (all > 0 && told >= all * toldPartMin) return [];
    return [`${watch.name} of ${watch.prefix}* was told ${told} of ${all} acknowledged changes; the others are in its gaps.`];
  });
}

function repeatsMissing({ strikes, repeats }: Doings): string[] {
  const losses = strikes.filter(({ fault, struck }) => struck !== null && leaderLosses.includes(fault)).length;
  if (losses < lossesMin || repeats > 0) return [];
  return [`${losses} times the leader was lost, and no session had to repeat a write: that each takes effect once was not tried.`];
}
