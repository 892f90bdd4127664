import { rm } from "node:fs/promises";
import { basename } from "node:path";
import { assert } from "../../core/assert.ts";
import type { Index, Members, SnapshotMeta } from "../../core/types.ts";
import type {
  Done,
  MachineStorage,
  RecordChange,
  ScanRange,
  StagedSnapshot,
  StateDigest,
  StatePoint,
  StateSnapshot,
} from "../../node/ports/ports.ts";
import { closed } from "../files/closed.ts";
import { DirectoryUnusable, reasonOf, StateDamaged } from "../files/errors.ts";
import type { LevelState } from "./level-state.ts";
import type { Staging } from "./staging.ts";

export interface LevelMachinePorts {
  /** The state in force. */
  readonly state: LevelState;
  /** Those that are not. */
  readonly staging: Staging;
  readonly openState: (directory: string) => Promise<LevelState>;
}

/**
 * The machine's records on LevelDB: the state in force, and beside it the one that comes from another node, if any.
 * Which one is in force, the log says. Until the new one is open, reads are served from the old one, which is closed
 * only when all of them have ended.
 */
export class LevelMachine implements MachineStorage {
  readonly point: StatePoint;
  readonly #began: Members;
  readonly #ports: LevelMachinePorts;
  #state: LevelState;
  #isSwitching = false;
  /** The switch under way, and old states that are being closed and removed. */
  readonly #work = new Set<Promise<void>>();
  #isClosed = false;

  /** @param began the members that the cluster has before any entry names some */
  constructor(began: Members, ports: LevelMachinePorts) {
    this.point = ports.state.point;
    this.#began = began;
    this.#ports = ports;
    this.#state = ports.state;
  }

  summary(): StateDigest {
    return this.#state.summary();
  }

  getMany(keys: readonly Uint8Array[], done: (error: Error | null, values: (Uint8Array | undefined)[]) => void): void {
    this.#state.getMany(keys, done);
  }

  scan(range: ScanRange, done: (error: Error | null, records: [key: Uint8Array, value: Uint8Array][]) => void): void {
    this.#state.scan(range, done);
  }

  write(changes: readonly RecordChange[], point: StatePoint, done: Done): void {
    assert(!this.#isSwitching, "the state is being switched");
    this.#state.write(changes, point, done);
  }

  sync(done: (error: Error | null, index: Index) => void): void {
    this.#state.sync(done);
  }

  openSnapshot(done: (error: Error | null, snapshot: StateSnapshot | null) => void): void {
    this.#state.openSnapshot(this.#began, done);
  }

  /**
   * Verifies the state in force, in small steps; one that is switched away meanwhile, no further.
   * @throws StateDamaged
   */
  scrub(): AsyncGenerator<number, void> {
    return this.#state.scrub();
  }

  stage(meta: SnapshotMeta, done: (error: Error | null, staged: StagedSnapshot | null) => void): void {
    assert(!this.#isClosed, "the state is closed");
    this.#ports.staging.stage(meta, basename(this.#state.directory)).then(
      (staged) => done(null, staged),
      (cause) => done(new DirectoryUnusable(this.#state.directory, cause), null),
    );
  }

  switchTo(name: string, point: StatePoint, done: Done): void {
    assert(!this.#isClosed, "the state is closed");
    assert(!this.#isSwitching && !this.#state.isWriting, "the state is in use by a write or a switch");
    const directory = this.#ports.staging.take(name);
    this.#isSwitching = true;
    const end = (error: Error | null) => {
      this.#isSwitching = false;
      done(error);
    };
    this.#track(
      this.#switch(directory, point).then(
        () => end(null),
        (error) => end(error instanceof Error ? error : new Error(String(error))),
      ),
    );
  }

  close(done: Done): void {
    assert(!this.#isClosed, "the state is closed already");
    this.#isClosed = true;
    this.#rest()
      .then(() => this.#ports.staging.close())
      .then(
        () => this.#state.close(done),
        (cause) => this.#state.close(() => done(new DirectoryUnusable(this.#state.directory, cause))),
      );
  }

  /** Waits until no switch is under way, and what it leaves behind is gone. */
  async #rest(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  async #switch(directory: string, point: StatePoint): Promise<void> {
    const state = await this.#ports.openState(directory);
    const { index, term } = state.point;
    if (index !== point.index || term !== point.term) {
      await closed(state);
      throw new StateDamaged(
        directory,
        `it has applied ${index} of term ${term}, and should have ${point.index} of term ${point.term}`,
      );
    }
    const old = this.#state;
    this.#state = state;
    this.#track(remove(old));
  }

  #track(work: Promise<void>): void {
    this.#work.add(work);
    work.finally(() => this.#work.delete(work));
  }
}

/** Reads that began before end on it. What cannot be removed is a leftover, which the next start removes. */
async function remove(state: LevelState): Promise<void> {
  await closed(state);
  await rm(state.directory, { recursive: true, force: true }).catch(reasonOf);
}
