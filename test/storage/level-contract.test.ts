import { cpSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ActiveFault, DiskFault } from "../../src/node/faults/faults.ts";
import type { Done, LogStorage, MachineStorage } from "../../src/node/ports/ports.ts";
import { DiskFaults } from "../../src/storage/faults/disk-faults.ts";
import { FaultyLog } from "../../src/storage/faults/faulty-log.ts";
import { FaultyState } from "../../src/storage/faults/faulty-state.ts";
import { checkLevelFiles } from "../../src/storage/level-format/level-files.ts";
import { LevelReader } from "../../src/storage/level-format/level-reader.ts";
import { emptyLog, readLog } from "../../src/storage/log/found-log.ts";
import { openLog } from "../../src/storage/log/open-log.ts";
import { installContract } from "./install-contract.ts";
import { logStorageContract } from "./log-contract.ts";
import { machineStorageContract } from "./machine-contract.ts";
import { clock, diskOwner, openIn, openMachineIn, removeTemporaryDirectories, settled, temporaryDirectory } from "./support.ts";

afterAll(removeTemporaryDirectories);

// Behind faults, a disk is one that is a little slow.
const slow: ActiveFault<DiskFault> = { id: 1, fault: { type: "disk", failWrites: false, slowMs: 1 }, endsAt: null, struck: 0 };
const newFaults = () => new DiskFaults({ directory: "" }, { clock, faults: () => [slow] });
const kinds = [
  { kind: "LevelDB", logOf: (log: LogStorage) => log, stateOf: (state: MachineStorage) => state },
  {
    kind: "LevelDB behind faults",
    logOf: (log: LogStorage) => new FaultyLog(log, newFaults()),
    stateOf: (state: MachineStorage) => new FaultyState(state, newFaults()),
  },
];

for (const { kind, logOf, stateOf } of kinds) {
  logStorageContract(kind, async () => {
    const disk = new CrashableDisk(["log.mark", "log"]);
    const open = async (isNew: boolean) => {
      const [directory, markPath] = [disk.path("log"), disk.path("log.mark")];
      if (!isNew) await checkLevelFiles(directory);
      const found = isNew ? emptyLog() : await readLog(await LevelReader.open(directory));
      const { log, restored } = await openLog({ directory, markPath, isNew, owner: diskOwner }, found, { clock });
      disk.storage = log;
      return { storage: logOf(log), ...restored };
    };
    return disk.under(open);
  });

  machineStorageContract(kind, async () => {
    const disk = new CrashableDisk(["state"]);
    const open = async (isNew: boolean) => {
      if (!isNew) await checkLevelFiles(disk.path("state"));
      const state = await openMachineIn(disk.path("."), "state", isNew);
      disk.storage = state;
      return stateOf(state);
    };
    return disk.under(open);
  });
}

installContract("LevelDB", async () => {
  const disk = new CrashableDisk(["data"]);
  const open = async () => {
    const { log, state, restored } = await openIn(disk.path("data"));
    disk.storage = { close: (done) => log.close((error) => state.close((other) => done(error ?? other))) };
    return { log, state, ...restored };
  };
  return disk.under(open);
});

/**
 * A directory whose process can crash. What a killed process leaves is what its files hold at that moment, so the
 * next process gets a copy of them.
 */
class CrashableDisk {
  readonly #parts: readonly string[];
  #directory = temporaryDirectory();
  readonly #used = [this.#directory];
  #isNew = true;
  storage: { close(done: Done): void } | null = null;

  constructor(parts: readonly string[]) {
    this.#parts = parts;
  }

  path(part: string): string {
    return join(this.#directory, part);
  }

  under<Opened>(open: (isNew: boolean) => Promise<Opened>) {
    return {
      open: () => {
        const isNew = this.#isNew;
        this.#isNew = false;
        return open(isNew);
      },
      crash: () => this.#crash(),
      settle: () => {},
      remove: async () => {
        await this.#close();
        for (const directory of this.#used) rmSync(directory, { recursive: true, force: true });
      },
    };
  }

  async #crash(): Promise<void> {
    const copy = temporaryDirectory();
    // LevelDB may be at work in the background; only a copy during which nothing changed is of one moment.
    while (!this.#copyTo(copy)) await new Promise((resolve) => setTimeout(resolve, 5));
    this.#directory = copy;
    this.#used.push(copy);
    await this.#close();
  }

  #copyTo(copy: string): boolean {
    rmSync(copy, { recursive: true, force: true });
    const before = this.#files();
    try {
      for (const part of this.#parts) cpSync(this.path(part), join(copy, part), { recursive: true });
    } catch {
      return false;
    }
    return this.#files() === before;
  }

  /** Every file with its size and time of change. */
  #files(): string {
    const names = readdirSync(this.#directory, { recursive: true, encoding: "utf8" }).sort();
    return JSON.stringify(
      names.map((name) => {
        const stats = statSync(join(this.#directory, name), { throwIfNoEntry: false });
        return [name, stats?.size, stats?.mtimeMs];
      }),
    );
  }

  /** Also if the test has closed the storage itself. */
  async #close(): Promise<void> {
    const { storage } = this;
    if (storage !== null) await settled((done) => storage.close(done)).catch(() => {});
  }
}
