import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { assert } from "../../core/assert.ts";
import type { Index, SnapshotMeta } from "../../core/types.ts";
import { openDatabase } from "../files/database.ts";
import type { LevelDatabase } from "../files/level-database.ts";
import { beginDatabase, type DatabaseOwner, otherOwner, readOwners } from "../files/owners.ts";
import { checkLevelFiles, isUnmade } from "../level-format/level-files.ts";
import { readStep } from "../scrub/scrub-steps.ts";
import { flushOf } from "./level-flush.ts";
import { LevelStaged, stagedName } from "./level-staged.ts";
import { dataRange, decodeMeta, encodeJson, machineKey, stagedKey, unusedKey } from "./state-records.ts";

/** Records come in order and are not read meanwhile: little memory is enough, and small tables are read with little. */
const writeBufferBytes = 1024 * 1024;
const cacheBytes = 1024 * 1024;

/** The directories of states that are not in force: one at most that is being taken in, and leftovers. */
export class Staging {
  readonly #directory: string;
  readonly #owner: DatabaseOwner;
  #staged: LevelStaged | null = null;
  #call: Promise<unknown> = Promise.resolve();

  /** @param directory the data directory @param owner whose it is */
  constructor(directory: string, owner: DatabaseOwner) {
    this.#directory = directory;
    this.#owner = owner;
  }

  /**
   * Goes on with what has come of this snapshot, or begins it; anything else that was staged is dropped.
   * @param active name of the state in force
   */
  stage(meta: SnapshotMeta, active: string): Promise<LevelStaged> {
    const call = this.#call.then(() => this.#stage(meta, active));
    this.#call = call.catch(() => undefined);
    return call;
  }

  /** The staged state of this name is the state now. */
  take(name: string): string {
    assert(this.#staged?.name === name && this.#staged.isSealed, () => `there is no whole state of the name ${name}`);
    this.#staged = null;
    return join(this.#directory, name);
  }

  async close(): Promise<void> {
    await this.#call;
    await this.#staged?.close();
  }

  async #stage(meta: SnapshotMeta, active: string): Promise<LevelStaged> {
    const name = stagedName(meta);
    assert(name !== active, "this snapshot is the state already");
    if (this.#staged?.takes(meta)) return this.#staged;
    // The log may be about to name it, or may have done so.
    assert(!this.#staged?.isSealed, "a whole snapshot was neither switched to nor discarded");
    await this.#drop();
    await removeStates(this.#directory, [active, name]);
    const place = { name, directory: join(this.#directory, name) };
    this.#staged = (await resumed(place, meta, this.#owner)) ?? (await begun(place, meta, this.#owner));
    return this.#staged;
  }

  async #drop(): Promise<void> {
    const staged = this.#staged;
    this.#staged = null;
    if (staged === null) return;
    await new Promise<void>((resolve, reject) => staged.discard((error) => (error === null ? resolve() : reject(error))));
  }
}

/** Removes every state of a data directory but these. */
export async function removeStates(directory: string, kept: readonly string[]): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!/^state(-.*)?$/.test(name) || kept.includes(name)) continue;
    await rm(join(directory, name), { recursive: true, force: true });
  }
}

/** The name of the newest state that was being taken in and may still be wanted; null if there is none. */
export async function newestStaged(directory: string, appliedIndex: Index): Promise<string | null> {
  let [newest, newestIndex] = [null as string | null, appliedIndex];
  for (const name of await readdir(directory)) {
    const index = Number(/^state-(\d+)-[0-9a-f]{16}$/.exec(name)?.[1] ?? 0);
    if (index > newestIndex) [newest, newestIndex] = [name, index];
  }
  return newest;
}

interface Place {
  readonly name: string;
  readonly directory: string;
}

const options = { writeBufferBytes, cacheBytes };

/** Null if nothing is there that can be used: it is only a copy, and comes again. */
async function resumed(place: Place, meta: SnapshotMeta, owner: DatabaseOwner): Promise<LevelStaged | null> {
  const { directory } = place;
  if (!(await isUnmade(directory))) {
    let database: LevelDatabase | null = null;
    try {
      const isOwn = otherOwner(await readOwners(directory), owner) === null;
      await checkLevelFiles(directory);
      database = await openDatabase(directory, { mayCreate: false, ...options });
      const found = await database.get(stagedKey);
      if (isOwn && found !== undefined && isDeepStrictEqual(decodeMeta(found), JSON.parse(JSON.stringify(meta)))) {
        const range = { gte: dataRange.start, lt: dataRange.end };
        const [last] = await readStep(database.iterator({ ...range, reverse: true, limit: 1 }));
        const cursor = last === undefined ? null : machineKey(last[0]);
        return new LevelStaged(place, meta, cursor, { database, flush: flushOf(directory, database, unusedKey) });
      }
    } catch {
      // What is damaged is begun again.
    }
    await database?.close();
  }
  await rm(directory, { recursive: true, force: true });
  return null;
}

async function begun(place: Place, meta: SnapshotMeta, owner: DatabaseOwner): Promise<LevelStaged> {
  await beginDatabase(place.directory, owner);
  const database = await openDatabase(place.directory, { mayCreate: true, ...options });
  const batch = database.batch();
  batch.put(stagedKey, encodeJson(stagedKey, meta).value);
  await batch.write();
  return new LevelStaged(place, meta, null, { database, flush: flushOf(place.directory, database, unusedKey) });
}
