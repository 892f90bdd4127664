import { copyFileSync, linkSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Entry, HardState, LogBase } from "../../src/core/types.ts";
import type { RecordChange } from "../../src/node/ports/ports.ts";
import type { DataDirectory } from "../../src/storage/directory/open.ts";
import { DataDirectoryError } from "../../src/storage/files/errors.ts";
import { ending } from "./log-contract.ts";
import { chance, closeAll, getting, openIn, scanning, storeOf, storing, textOf, writing } from "./support.ts";

/**
 * The data directory of a node that has lived through some starts, and what it holds. Each start turns the .log
 * of the one before into a table, so there are tables of several blocks, and a .log for the last life.
 */
export interface Sample {
  readonly directory: string;
  /** Every file, relative to the directory. */
  readonly files: readonly string[];
  readonly hardState: HardState;
  /** What follows on its base. */
  readonly log: readonly string[];
  /** Up to here entries are applied. */
  readonly newestIndex: number;
  /** The records as of an applied index. */
  stateAt(appliedIndex: number): Map<string, string>;
}

const lives = 3;
const storesPerLife = 150;
const keys = 300;

export async function makeSample(directory: string): Promise<Sample> {
  const next = chance(5);
  const log: Entry[] = [];
  const changesAt = new Map<number, [string, string | null][]>();
  const records = new Map<string, string>();
  let hardState: HardState = { term: 1, votedFor: 1 };
  let applied = 0;
  let dropped = 0;
  for (let life = 0; life < lives; life++) {
    const data = await openIn(directory);
    // Each life drops most of what the one before has applied.
    if (applied > 0) {
      const base = baseOf(log[applied - 61]);
      await storing(data.log, { ...ending(log.length, log.at(-1)?.term ?? 0), base });
      dropped = base.index;
    }
    for (let round = 0; round < storesPerLife; round++) {
      hardState = await storeSome(data, log, hardState, round, next);
      // What the last entries of a term replace was not applied.
      if (log.length - 10 <= applied) continue;
      applied = log.length - 10;
      const changes = someChanges(next, applied);
      changesAt.set(applied, changes);
      await writing(
        data.state,
        changes.map(([key, value]) => changeOf(records, key, value)),
        applied,
      );
    }
    await closeAll(data);
  }
  const stateAt = (index: number) => {
    const state = new Map<string, string>();
    for (const [at, changes] of changesAt) if (at <= index) for (const [key, value] of changes) setOrDelete(state, key, value);
    return state;
  };
  return { directory, files: filesIn(directory), hardState, log: textOf(log.slice(dropped)), newestIndex: applied, stateAt };
}

function baseOf(entry: Entry | undefined): LogBase {
  if (entry === undefined) throw new Error("the sample is too short");
  const { index, term, time } = entry;
  return { index, term, time };
}

/** A few entries; now and then those of a new term, which replace some. */
async function storeSome(data: DataDirectory, log: Entry[], hardState: HardState, round: number, next: () => number) {
  const isNewTerm = round % 40 === 0;
  const term = hardState.term + (isNewTerm ? 1 : 0);
  const first = isNewTerm ? Math.max(1, log.length - Math.floor(next() * 8)) : log.length + 1;
  const data8 = Array.from({ length: 1 + Math.floor(next() * 4) }, (_, place) =>
    `entry ${round}.${place} `.repeat(1 + Math.floor(next() * 20)),
  );
  const store = storeOf(term, first, data8, isNewTerm ? (term % 3) + 1 : undefined);
  log.splice(first - 1, log.length, ...store.entries);
  await storing(data.log, store);
  return store.hardState ?? hardState;
}

function someChanges(next: () => number, index: number): [string, string | null][] {
  const changed = new Set(Array.from({ length: 3 }, () => `key ${Math.floor(next() * keys)}`));
  return [...changed].map((key) => [key, next() < 0.15 ? null : `${key} as of ${index} `.repeat(1 + Math.floor(next() * 12))]);
}

function changeOf(records: Map<string, string>, key: string, value: string | null): RecordChange {
  const before = records.get(key);
  setOrDelete(records, key, value);
  return {
    key: Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    before: before === undefined ? undefined : Buffer.from(before),
  };
}

function setOrDelete(records: Map<string, string>, key: string, value: string | null): void {
  if (value === null) records.delete(key);
  else records.set(key, value);
}

function filesIn(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(directory, join(entry.parentPath, entry.name)));
}

/** A copy that shares what nobody writes into: tables and closed .log files. `own` is copied in any case. */
export function copySample(sample: Sample, copy: string, own: string): void {
  for (const file of sample.files) {
    const target = join(copy, file);
    mkdirSync(dirname(target), { recursive: true });
    const isShared = /\.(ldb|log)$/.test(file) && file !== own;
    (isShared ? linkSync : copyFileSync)(join(sample.directory, file), target);
  }
}

/** What a node makes of a directory that was a copy of the sample before something happened to it. */
export async function outcomeOf(sample: Sample, directory: string): Promise<string> {
  const data = await openIn(directory).catch((error: unknown) => error);
  if (data instanceof DataDirectoryError) return data.name;
  if (!isOpened(data)) return `unnamed error: ${String(data)}`;
  try {
    return await compare(sample, data);
  } catch (error) {
    return error instanceof DataDirectoryError ? `${error.name} at the read` : `unnamed error: ${String(error)}`;
  } finally {
    await closeAll(data);
  }
}

async function compare(sample: Sample, { restored, state }: DataDirectory): Promise<string> {
  const isSameLog =
    JSON.stringify([restored.hardState, textOf(restored.entries)]) === JSON.stringify([sample.hardState, sample.log]);
  if (!isSameLog) return "another log";
  const expected = sample.stateAt(restored.appliedIndex);
  const found = new Map(await scanning(state));
  const names = Array.from({ length: keys }, (_, number) => `key ${number}`);
  const got = await getting(state, names);
  const isSame =
    found.size === expected.size &&
    names.every((name, place) => found.get(name) === expected.get(name) && got[place] === expected.get(name));
  if (!isSame) return "another state";
  return restored.appliedIndex === sample.newestIndex ? "identical" : "older state";
}

function isOpened(data: unknown): data is DataDirectory {
  return typeof data === "object" && data !== null && "restored" in data;
}

export function sizeOf(sample: Sample, file: string): number {
  return statSync(join(sample.directory, file)).size;
}
