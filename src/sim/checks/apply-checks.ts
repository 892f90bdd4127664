import type { Index } from "../../core/types.ts";
import type { At, Housekeeping, Machine, ReadonlyRecords, Records } from "../../machine/machine.ts";
import { bytesEqual, hashBytes } from "../base/bytes.ts";
import type { Life } from "../base/life.ts";
import type { LogDisk } from "../disks/log-disk.ts";
import { nameOf, type StateDisk } from "../disks/state-disk.ts";
import type { CommittedLog } from "./committed-log.ts";
import { type SeenChange, SessionChecks } from "./session-checks.ts";

/**
 * State machine safety (§5.4.3): every node applies the same entries, each once, in order, only committed ones
 * that are on its own disk; and they have the same effects everywhere.
 */
export class ApplyChecks {
  readonly #fail: (sentence: string) => void;
  readonly #committed: CommittedLog;
  /** What each entry did to the records and said to its client, as the first node to apply it had it. */
  readonly #effects = new Map<Index, number>();
  /** What each entry changed for users to see, in order. */
  readonly changes = new Map<Index, readonly SeenChange[]>();
  readonly sessions: SessionChecks;
  /** Up to here all entries were applied by somebody. */
  #appliedIndex: Index = 0;
  /** Of the whole state after each entry. */
  readonly #digests = new Map<Index, number>();

  constructor(fail: (sentence: string) => void, committed: CommittedLog) {
    this.#fail = fail;
    this.#committed = committed;
    this.sessions = new SessionChecks(fail);
  }

  /** The machine of one life, looked at while it works. `look` is called first: the same turn may have committed it. */
  watch(machine: Machine, life: Life, log: LogDisk, appliedIndex: Index, look: () => void): WatchedMachine {
    return new WatchedMachine(machine, appliedIndex, {
      onApply: (index, expected, command) => {
        // A process that died earlier in this turn reaches nobody with what its code still does.
        if (!life.alive) return;
        look();
        this.#onApply(life, log, index, expected, command);
      },
      onEffects: (index, digest) => {
        if (life.alive) this.#compare(this.#effects, index, digest, `entry ${index} has other effects on node ${life.nodeId}`);
      },
      onApplied: (at, command, result, changes) => {
        if (!life.alive || at.index <= this.#appliedIndex) return;
        this.#appliedIndex = at.index;
        this.changes.set(at.index, changes);
        this.sessions.onApplied(at, command, result, changes);
      },
    });
  }

  onWritten(life: Life, disk: StateDisk, machine: WatchedMachine): void {
    const index = disk.appliedIndex;
    const skipped = this.#firstCommand(machine.nextIndex, index + 1);
    if (skipped !== null) this.#fail(`State machine safety: node ${life.nodeId} skips command ${skipped}.`);
    if (machine.nextIndex > index + 1) {
      this.#fail(
        `State machine safety: node ${life.nodeId} writes its state up to ${index}, but has applied ${machine.nextIndex - 1}.`,
      );
    }
    machine.nextIndex = index + 1;
    this.#compare(this.#digests, index, disk.digest, `node ${life.nodeId} has another state after entry ${index}`);
  }

  /** A snapshot took the place of the state. It is what others had after the same entry, and nothing after it was applied here. */
  onSwitched(life: Life, disk: StateDisk, machine: WatchedMachine): void {
    const index = disk.appliedIndex;
    if (machine.nextIndex > index + 1) {
      this.#fail(
        `State machine safety: node ${life.nodeId} installs the state up to ${index}, and had applied ${machine.nextIndex - 1}.`,
      );
    }
    machine.nextIndex = index + 1;
    this.#compare(this.#digests, index, disk.digest, `node ${life.nodeId} has installed another state up to ${index}`);
  }

  /** A client was told that its command took effect at `index`. */
  onAcknowledged(index: Index, command: Uint8Array): void {
    const entry = this.#committed.entryAt(index);
    if (entry === undefined) this.#fail(`Acknowledgement: entry ${index} was acknowledged before it was committed.`);
    else if (!bytesEqual(entry.data, command))
      this.#fail(`Acknowledgement: entry ${index} was acknowledged, but another one is committed there.`);
  }

  #onApply(life: Life, log: LogDisk, index: Index, expected: Index, command: Uint8Array): void {
    const committed = this.#committed.entryAt(index);
    if (index < expected) this.#fail(`State machine safety: node ${life.nodeId} applies entry ${index} again.`);
    const skipped = this.#firstCommand(expected, index);
    if (skipped !== null)
      this.#fail(`State machine safety: node ${life.nodeId} applies entry ${index} and skips command ${skipped}.`);
    if (committed === undefined)
      this.#fail(`State machine safety: node ${life.nodeId} applies entry ${index}, which is not committed.`);
    else if (!bytesEqual(committed.data, command)) {
      this.#fail(`State machine safety: node ${life.nodeId} applies another entry ${index} than the committed one.`);
    }
    if (log.entryAt(index)?.term !== committed?.term) {
      this.#fail(`State machine safety: node ${life.nodeId} applies entry ${index}, which is not on its disk.`);
    }
  }

  /** The first entry from `from` up to, not including, `end` that should have gone to the machine. */
  #firstCommand(from: Index, end: Index): Index | null {
    for (let index = from; index < end; index += 1) if (this.#committed.entryAt(index)?.kind === "command") return index;
    return null;
  }

  #compare(seen: Map<Index, number>, index: Index, digest: number, what: string): void {
    const first = seen.get(index);
    if (first === undefined) seen.set(index, digest);
    else if (first !== digest) this.#fail(`State machine safety: ${what} than on the first node to get there.`);
  }
}

interface MachineWatcher {
  /** `expected` is the index after the last one applied. */
  onApply(index: Index, expected: Index, command: Uint8Array): void;
  onEffects(index: Index, digest: number): void;
  onApplied(at: At, command: Uint8Array, result: Uint8Array, changes: readonly SeenChange[]): void;
}

/** Passes everything on to the real machine and to the checks. */
export class WatchedMachine implements Machine {
  readonly #machine: Machine;
  readonly #watcher: MachineWatcher;
  readonly #records = new WatchedRecords((key) => this.isVisible(key));
  nextIndex: Index;

  constructor(machine: Machine, appliedIndex: Index, watcher: MachineWatcher) {
    this.#machine = machine;
    this.#watcher = watcher;
    this.nextIndex = appliedIndex + 1;
  }

  reads(at: At, command: Uint8Array): readonly Uint8Array[] {
    return this.#machine.reads(at, command);
  }

  dependentReads(at: At, command: Uint8Array, records: ReadonlyRecords): readonly Uint8Array[] {
    return this.#machine.dependentReads?.(at, command, records) ?? [];
  }

  get housekeeping(): Housekeeping | undefined {
    return this.#machine.housekeeping;
  }

  isVisible(key: Uint8Array): boolean {
    return this.#machine.isVisible?.(key) ?? true;
  }

  apply(at: At, command: Uint8Array, records: Records): Uint8Array {
    const { index } = at;
    this.#watcher.onApply(index, this.nextIndex, command);
    this.nextIndex = index + 1;
    this.#records.begin(records);
    const result = this.#machine.apply(at, command, this.#records);
    this.#watcher.onEffects(index, hashBytes(result, this.#records.digest));
    this.#watcher.onApplied(at, command, result, this.#records.changes);
    return result;
  }
}

/** The records, with a digest of every change in order, and what users see of them. */
class WatchedRecords implements Records {
  readonly #isVisible: (key: Uint8Array) => boolean;
  #records: Records | null = null;
  digest = 0;
  changes: SeenChange[] = [];

  constructor(isVisible: (key: Uint8Array) => boolean) {
    this.#isVisible = isVisible;
  }

  begin(records: Records): void {
    this.#records = records;
    this.digest = 0x811c9dc5;
    this.changes = [];
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#records?.get(key);
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.digest = hashBytes(value, hashBytes(key, this.digest));
    if (this.#isVisible(key)) this.changes.push([nameOf(key), new Uint8Array(value)]);
    this.#records?.put(key, value);
  }

  delete(key: Uint8Array): void {
    this.digest = ~hashBytes(key, this.digest);
    if (this.#isVisible(key)) this.changes.push([nameOf(key), null]);
    this.#records?.delete(key);
  }
}
