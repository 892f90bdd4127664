import { bareMember, bootstrapMembers } from "../../src/core/members.ts";
import { EventQueue } from "../../src/sim/base/event-queue.ts";
import { Life } from "../../src/sim/base/life.ts";
import { Random } from "../../src/sim/base/random.ts";
import { Drive } from "../../src/sim/disks/drive.ts";
import { LogDisk } from "../../src/sim/disks/log-disk.ts";
import { SimLog } from "../../src/sim/disks/sim-log.ts";
import { SimState } from "../../src/sim/disks/sim-state.ts";
import { StateDisk } from "../../src/sim/disks/state-disk.ts";
import { incarnationId } from "../incarnations.ts";
import { installContract } from "../storage/install-contract.ts";
import { logStorageContract } from "../storage/log-contract.ts";
import { machineStorageContract } from "../storage/machine-contract.ts";

const members = bootstrapMembers([bareMember(1)], incarnationId);
const deaf = { onStep: () => undefined, onArmedCrash: () => undefined, onLateEffect: () => undefined };

/** A world with nothing in it but one disk, and the processes that use it one after the other. */
function makeMachine() {
  const queue = new EventQueue();
  const random = new Random(1, "disk");
  const drive = new Drive({ writeMsMin: 0.1, writeMsMax: 20, readMsMax: 3 }, random);
  let life = new Life(1, 0, deaf);
  return {
    queue,
    random,
    drive,
    newLife: () => {
      life = new Life(1, life.number + 1, deaf);
      return life;
    },
    endLife: () => life.end(),
    settle: () => {
      const until = queue.now + 1e6;
      for (let task = queue.take(until); task !== null; task = queue.take(until)) task.run();
    },
  };
}

logStorageContract("the simulated disk", async () => {
  const { queue, random, drive, newLife, endLife, settle } = makeMachine();
  const disk = new LogDisk(1, { onDurable: () => undefined });
  return {
    open: async () => {
      const storage = new SimLog(disk, drive, queue, newLife(), { onStoreBegun: () => undefined }, random);
      return { storage, hardState: disk.hardState, base: disk.base, entries: disk.entries.slice() };
    },
    crash: async () => {
      endLife();
      disk.crash(random);
    },
    settle,
    remove: async () => undefined,
  };
});

machineStorageContract("the simulated disk", async () => {
  const { queue, random, drive, newLife, endLife, settle } = makeMachine();
  const disk = new StateDisk();
  const watcher = {
    onStateWritten: () => undefined,
    onSwitched: () => undefined,
    onMisuse: (what: string) => {
      throw new Error(what);
    },
  };
  return {
    open: async () =>
      new SimState({ disk, nameInLog: () => disk.active.name, drive, queue, life: newLife(), watcher, random }, members),
    crash: async () => {
      endLife();
      disk.crash(random);
    },
    settle,
    remove: async () => undefined,
  };
});

installContract("the simulated disk", async () => {
  const { queue, random, drive, newLife, endLife, settle } = makeMachine();
  const log = new LogDisk(1, { onDurable: () => undefined });
  const disk = new StateDisk();
  const watcher = {
    onStateWritten: () => undefined,
    onSwitched: () => undefined,
    onMisuse: (what: string) => {
      throw new Error(what);
    },
  };
  return {
    open: async () => {
      const life = newLife();
      expect(disk.open(log.stateName)).toBe(true);
      const storage = new SimLog(log, drive, queue, life, { onStoreBegun: () => undefined }, random);
      const state = new SimState(
        { disk, nameInLog: () => log.stateName, drive, queue, life, watcher, random },
        bootstrapMembers([1, 2, 3].map(bareMember), incarnationId),
      );
      return { log: storage, state, hardState: log.hardState, base: log.base, entries: log.entries.slice() };
    },
    crash: async () => {
      endLife();
      log.crash(random);
      disk.crash(random);
    },
    settle,
    remove: async () => undefined,
  };
});
