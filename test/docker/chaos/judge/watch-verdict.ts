import type { Life } from "../witnesses/lives.ts";
import type { Noted, Request } from "../witnesses/notes.ts";
import type { ToldChange, WatchNote } from "../witnesses/watchers.ts";
import type { Violation } from "./violations.ts";
import { leftBy, nameOf, writesOf } from "./writes.ts";

export interface WatchEvidence {
  readonly watches: readonly WatchNote[];
  readonly operations: readonly Noted[];
  /** The processes of the nodes, as they were seen... */
  readonly lives: readonly Life[];
  /** ...at so many places. */
  readonly places: number;
}

/**
 * Judges what watchers were told: in the order of revisions, none twice, nothing that was not written, every
 * acknowledged write at its revision, and no two watchers told different things. A value is written by one request and
 * never again, so a value told at two revisions is a request that took effect twice. What was left out as nobody kept it
 * any more must be something that everybody can have forgotten.
 */
export function judgeWatches({ watches, operations, ...nodes }: WatchEvidence): Violation[] {
  const written = writesOf(operations);
  return [
    ...watches.flatMap((watch) => [
      ...ended(watch),
      ...order(watch),
      ...doubles(watch),
      ...origins(watch, written),
      ...missing(watch, operations),
      ...unforgotten(watch, operations, nodes),
    ]),
    ...disagreements(watches),
  ];
}

function wrong(watch: WatchNote, key: string | null, sentence: string): Violation {
  return { kind: "watch wrong", key, sentence: `${watch.name} of ${watch.prefix}* ${sentence}` };
}

function ended({ failure, ...watch }: WatchNote): Violation[] {
  return failure === null ? [] : [wrong({ failure, ...watch }, null, `failed: ${failure}`)];
}

/** Revisions never fall, and one revision tells a key once. */
function order(watch: WatchNote): Violation[] {
  const found: Violation[] = [];
  let last: ToldChange | null = null;
  let keys = new Set<string>();
  for (const change of watch.changes) {
    if (last !== null && change.revision < last.revision) {
      found.push(wrong(watch, change.key, `was told revision ${change.revision} after ${last.revision}.`));
    }
    if (last === null || change.revision !== last.revision) keys = new Set();
    if (keys.has(change.key)) found.push(wrong(watch, change.key, `was told revision ${change.revision} of ${change.key} twice.`));
    keys.add(change.key);
    last = change;
  }
  return found;
}

function doubles(watch: WatchNote): Violation[] {
  const found: Violation[] = [];
  const revisions = new Map<string, number>();
  for (const { key, value, revision } of watch.changes) {
    if (value === null) continue;
    const name = nameOf(key, value);
    const first = revisions.get(name);
    if (first === undefined) revisions.set(name, revision);
    else if (first !== revision) {
      const sentence = `The one request that set ${name} took effect at revision ${first} and again at ${revision}.`;
      found.push({ kind: "took effect twice", key, sentence });
    }
  }
  return found;
}

function origins(watch: WatchNote, written: ReadonlySet<string>): Violation[] {
  return watch.changes.flatMap(({ key, value, revision }): Violation[] => {
    if (written.has(nameOf(key, value))) return [];
    const what = value === null ? `${key} was deleted` : `${key} became ${value}`;
    const sentence = `${watch.name} was told that ${what} at revision ${revision}, which nobody wrote, or which was refused.`;
    return [{ kind: "phantom write", key, sentence }];
  });
}

/**
 * A node keeps all that it applied since its process was started. So a gap is a lie if a majority has run all the time
 * since before one of its changes was asked for: one of them has committed, applied and kept it.
 */
function unforgotten(
  watch: WatchNote,
  operations: readonly Noted[],
  { lives, places }: Pick<WatchEvidence, "lives" | "places">,
): Violation[] {
  return watch.gaps.flatMap(({ at, from, to }): Violation[] => {
    const isKept = ({ revision, invokedAt }: Request): boolean => {
      if (revision === null || revision < from || revision > to) return false;
      const old = lives.filter(({ startedAt, seenAt }) => startedAt < invokedAt && seenAt > at);
      return invokedAt > at || old.length * 2 > places;
    };
    const kept = operations.find(({ request }) => isKept(request));
    if (kept === undefined) return [];
    const { revision, invokedAt } = kept.request;
    const since = `${revision} was asked for at ${Math.round(invokedAt)} ms only`;
    return [wrong(watch, kept.key, `was told at ${Math.round(at)} ms that ${from} to ${to} are gone; yet ${since}.`)];
  });
}

/** The acknowledged changes that a watch should have been told but for its gaps, and how many of them are in no gap. */
export function toldOf(watch: WatchNote, operations: readonly Noted[]): { readonly told: number; readonly all: number } {
  const revisions = operations.flatMap((operation) => changeOf(operation, watch)?.revision ?? []);
  return { told: revisions.filter((revision) => covers(watch, revision)).length, all: revisions.length };
}

/** What an acknowledged operation changed of all that is watched; undefined if nothing. */
function changeOf(
  operation: Noted,
  { prefix }: WatchNote,
): { readonly value: string | null; readonly revision: number } | undefined {
  const value = leftBy(operation);
  const { revision } = operation.request;
  if (value === undefined || revision === null || operation.outcome.type === "unknown") return undefined;
  // Nothing changed where there was nothing to delete.
  if (operation.outcome.type === "written" && value === null && operation.outcome.existed !== true) return undefined;
  return operation.key.startsWith(prefix) ? { value, revision } : undefined;
}

/** Every acknowledged write stands in the stream at the revision that its client was told. */
function missing(watch: WatchNote, operations: readonly Noted[]): Violation[] {
  const told = new Map(watch.changes.map((change) => [`${change.revision} ${change.key}`, change]));
  return operations.flatMap((operation): Violation[] => {
    const acknowledged = changeOf(operation, watch);
    if (acknowledged === undefined || !covers(watch, acknowledged.revision)) return [];
    const { value, revision } = acknowledged;
    const change = told.get(`${revision} ${operation.key}`);
    if (change !== undefined && change.value === value) return [];
    const instead = change === undefined ? "nothing" : (change.value ?? "its end");
    const sentence = `was told ${instead} of ${operation.key} at revision ${revision}, where ${value ?? "its end"} was acknowledged.`;
    return [wrong(watch, operation.key, sentence)];
  });
}

function covers({ from, upTo, gaps }: WatchNote, revision: number): boolean {
  return revision >= from && revision <= upTo && !gaps.some((gap) => revision >= gap.from && revision <= gap.to);
}

/** What one watcher was told, each other one whose prefix and revisions cover it was told as well. */
function disagreements(watches: readonly WatchNote[]): Violation[] {
  const told = new Map(watches.map((watch) => [watch, new Set(watch.changes.map(lineOf))]));
  return watches.flatMap((watch) =>
    watches.flatMap((other) => {
      if (other === watch) return [];
      return watch.changes.flatMap((change): Violation[] => {
        if (!change.key.startsWith(other.prefix) || !covers(other, change.revision)) return [];
        if (told.get(other)?.has(lineOf(change)) === true) return [];
        return [wrong(other, change.key, `was not told "${lineOf(change)}", which ${watch.name} was told.`)];
      });
    }),
  );
}

function lineOf({ revision, key, value }: ToldChange): string {
  return `${revision}: ${key} ${value === null ? "deleted" : `= ${value}`}`;
}
