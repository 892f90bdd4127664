import { deepStrictEqual } from "node:assert";
import { existsSync, mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "../../src/core/api.ts";
import { bareMember, bootstrapMembers } from "../../src/core/members.ts";
import type { Entry, Member } from "../../src/core/types.ts";
import {
  type Clock,
  type Done,
  type LogStorage,
  type MachineStorage,
  type RecordChange,
  type ScanRange,
  type StatePoint,
  statePointStart,
} from "../../src/node/ports/ports.ts";
import { beginFounding, endFounding, partsIn } from "../../src/storage/directory/new-directory.ts";
import { type DataDirectory, openDataDirectory } from "../../src/storage/directory/open.ts";
import { readIdentity } from "../../src/storage/files/identity.ts";
import type { LevelDatabase } from "../../src/storage/files/level-database.ts";
import { beginDatabase, type DatabaseOwner } from "../../src/storage/files/owners.ts";
import type { KeyRange } from "../../src/storage/level-format/level-entries.ts";
import { everyKey, recordsOf } from "../../src/storage/level-format/record-source.ts";
import { LevelMachine } from "../../src/storage/state/level-machine.ts";
import { openState } from "../../src/storage/state/open-state.ts";
import { Staging } from "../../src/storage/state/staging.ts";
import { incarnationId } from "../incarnations.ts";
import { imageOf } from "./image.ts";

/** A clock of this process, for what is not tested to the millisecond. */
export const clock: Clock = {
  now: () => performance.now(),
  at(at, callback) {
    const timer = setTimeout(callback, Math.max(0, at - performance.now()));
    return { cancel: () => clearTimeout(timer) };
  },
  soon: (callback) => void setImmediate(callback),
};

export const owner = { clusterId: "balsa", nodeId: 1 } as const;

/** What each part of its directory names. */
export const diskOwner = { nodeId: 1, diskId: "a disk", incarnationId } as const;

export const bootstrap: readonly Member[] = [1, 2, 3].map((id) => ({ ...bareMember(id), peerAddress: `host${id}:7000` }));

export const ports = {
  clock,
  now: () => new Date(0).toISOString(),
  newDiskId: () => "a disk",
  newIncarnationId: () => incarnationId,
};

/**
 * Opens the data directory of a node, which is born with its cluster if nothing is there. Whatever speaks against it, in
 * whichever test: a directory that is refused is left as it is.
 */
export async function openIn(
  directory: string,
  { nodeId, diskId, incarnationId: life }: DatabaseOwner = diskOwner,
): Promise<DataDirectory> {
  const wanted = { ...owner, nodeId };
  if ((await readIdentity(directory)) === null && (await partsIn(directory)).length === 0) {
    const identity = await beginFounding(directory, wanted, bootstrap, { ...ports, newDiskId: () => diskId });
    await endFounding(directory, identity, { incarnationId: life, members: bootstrap });
  }
  const before = imageOf(directory);
  try {
    return await openDataDirectory({ ...wanted, directory }, ports);
  } catch (error) {
    deepStrictEqual(imageOf(directory), before, "a refused start has changed the directory");
    throw error;
  }
}

/** The machine's storage without a log: `name` is what the log would say. */
export async function openMachineIn(root: string, name = "state", mayCreate = false): Promise<LevelMachine> {
  const open = (directory: string) => openState(directory, { mayCreate: false });
  if (mayCreate) await beginDatabase(join(root, name), diskOwner);
  const state = await openState(join(root, name), { mayCreate });
  return new LevelMachine(bootstrapMembers(bootstrap, incarnationId), {
    state,
    staging: new Staging(root, diskOwner),
    openState: open,
  });
}

export async function closeAll({ log, state }: Pick<DataDirectory, "log" | "state">): Promise<void> {
  await closing(log);
  await closing(state);
}

/** An empty directory that is gone after the test. */
export function temporaryDirectory(parent = tmpdir()): string {
  const directory = mkdtempSync(join(parent, "balsa-storage-"));
  made.push(directory);
  return directory;
}

/** The same in memory where there is such a place, for tests that open hundreds of databases. */
export function memoryDirectory(): string {
  return temporaryDirectory(existsSync("/dev/shm") ? "/dev/shm" : tmpdir());
}

const made: string[] = [];

/** For `afterEach` or `afterAll`. */
export function removeTemporaryDirectories(): void {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
}

export function storing(log: LogStorage, store: Store): Promise<void> {
  return settled((done) => log.store(store, done));
}

export function writing(state: MachineStorage, changes: readonly RecordChange[], appliedIndex: number): Promise<void> {
  return settled((done) => state.write(changes, pointAt(appliedIndex), done));
}

export function closing(storage: LogStorage | MachineStorage): Promise<void> {
  return settled((done) => storage.close(done));
}

export function getting(state: MachineStorage, keys: readonly string[]): Promise<(string | undefined)[]> {
  return new Promise((resolve, reject) => {
    state.getMany(
      keys.map((key) => Buffer.from(key, "latin1")),
      (error, values) => (error === null ? resolve(values.map((value) => value && latin1(value))) : reject(error)),
    );
  });
}

export const everything: ScanRange = { start: Buffer.alloc(0), end: null, limit: 1_000_000, bytesMax: 1_000_000_000 };

export function scanning(state: MachineStorage, range: ScanRange = everything): Promise<[string, string][]> {
  return new Promise((resolve, reject) => {
    state.scan(range, (error, records) => {
      if (error === null) resolve(records.map(([key, value]) => [latin1(key), latin1(value)]));
      else reject(error);
    });
  });
}

/** Bytes as a string of one character each. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** All that a database has, in the order of its keys. */
export async function recordsIn(
  database: Pick<LevelDatabase, "get" | "iterator">,
  range: KeyRange = everyKey,
): Promise<[key: Buffer, value: Buffer][]> {
  const records: [Buffer, Buffer][] = [];
  for await (const chunk of recordsOf(database).chunks(range)) records.push(...chunk);
  return records;
}

export function settled(start: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error === null ? resolve() : reject(error))));
}

/** How far a state has come that has applied entries up to `index`, all of term 1. */
export function pointAt(index: number, more: Partial<StatePoint> = {}): StatePoint {
  return { ...statePointStart, index, term: 1, ...more };
}

/** A store of entries of one term, the first at `index`. */
export function storeOf(term: number, index: number, data: readonly string[], votedFor?: number | null): Store {
  const entries = data.map(
    (text, place): Entry => ({ index: index + place, term, kind: "command", time: 0, data: Buffer.from(text) }),
  );
  const hardState = votedFor === undefined ? null : { term, votedFor };
  return { hardState, entries, base: null, snapshot: null, lastIndex: index + data.length - 1, lastTerm: term };
}

/** What the entry at `index` holds, in tests that check entries without a list of them. */
export function entryText(index: number): string {
  return `entry ${index} `.repeat(1 + (index % 40));
}

/** One line for the test that started this process; it is out before the process can be killed for it. */
export function print(line: unknown): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

/** Entries as plain text, so that a difference can be read. */
export function textOf(entries: readonly Entry[]): string[] {
  return entries.map(({ index, term, kind, data }) => `${index}@${term} ${kind} ${latin1(data)}`);
}

/** Numbers from 0 up to, but not including, 1: the same in every run. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
}
