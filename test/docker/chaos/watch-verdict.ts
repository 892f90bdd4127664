import type { Noted } from "./notes.ts";
import type { Violation } from "./violations.ts";
import type { ToldChange, WatchNote } from "./watchers.ts";
import { leftBy, nameOf, writesOf } from "./writes.ts";

/**
 * Judges what watchers were told: in the order of revisions, none twice, nothing that was not written, every
 * acknowledged write at its revision, and no two watchers told different things. A value is written by one request and
 * never again, so a value told at two revisions is a request that took effect twice.
 */
export function judgeWatches(watches: readonly WatchNote[], operations: readonly Noted[]): Violation[] {
  const written = writesOf(operations);
  return [
    ...watches.flatMap((watch) => [
      ...ended(watch),
      ...order(watch),
      ...doubles(watch),
      ...origins(watch, written),
      ...missing(watch, operations),
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

/** Every acknowledged write stands in the stream at the revision that its client was told. */
function missing(watch: WatchNote, operations: readonly Noted[]): Violation[] {
  const told = new Map(watch.changes.map((change) => [`${change.revision} ${change.key}`, change]));
  return operations.flatMap((operation): Violation[] => {
    const value = leftBy(operation);
    const { revision } = operation.request;
    if (value === undefined || revision === null || operation.outcome.type === "unknown") return [];
    // Nothing changed where there was nothing to delete.
    if (operation.outcome.type === "written" && value === null && operation.outcome.existed !== true) return [];
    if (!operation.key.startsWith(watch.prefix) || !covers(watch, revision)) return [];
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
