import type { View } from "../../src/core/api.ts";
import { bootstrapMembers } from "../../src/core/members.ts";
import { changedMembers } from "../../src/core/members-change.ts";
import type { MembersChange, NodeId } from "../../src/core/types.ts";
import { kvMachine } from "../../src/machine/kv.ts";
import type { Records } from "../../src/machine/machine.ts";
import { withSessions } from "../../src/machine/sessions.ts";
import type { Clock, MachineStorage, Outcome, ScanRange } from "../../src/node/ports/ports.ts";
import type { ChangeOutcome, TransferOutcome } from "../../src/node/requests/operations.ts";
import type { ReadOutcome } from "../../src/node/requests/request.ts";
import { ChangeFeed } from "../../src/node/watch/change-feed.ts";
import type { EntryChanges } from "../../src/node/watch/packed-changes.ts";
import type { ServiceNode } from "../../src/service/answers/ports.ts";
import { incarnationId } from "../incarnations.ts";

/** Records in memory, in key order. */
export class MemoryState implements Pick<MachineStorage, "getMany" | "scan" | "summary"> {
  readonly #records = new Map<string, Uint8Array>();
  /** The keys of each getMany so far, how many they were. */
  readonly fetches: number[] = [];
  /** What the next accesses fail with. */
  damage: Error | null = null;

  summary() {
    return { appliedIndex: 94, records: 2, digest: "00000000000000ff" };
  }

  getMany(keys: readonly Uint8Array[], done: (error: Error | null, values: (Uint8Array | undefined)[]) => void): void {
    this.fetches.push(keys.length);
    const values = keys.map((key) => this.#records.get(latin1(key)));
    setImmediate(() => done(this.damage, values));
  }

  scan(range: ScanRange, done: (error: Error | null, records: [Uint8Array, Uint8Array][]) => void): void {
    const found: [Uint8Array, Uint8Array][] = [];
    let bytes = 0;
    for (const [key, value] of [...this.#records].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (key < latin1(range.start) || (range.end !== null && key >= latin1(range.end))) continue;
      bytes += key.length + value.length;
      if (found.length === range.limit || (found.length > 0 && bytes > range.bytesMax)) break;
      found.push([Buffer.from(key, "latin1"), value]);
    }
    setImmediate(() => done(this.damage, found));
  }

  /** What was changed since it was last taken. */
  #changed: EntryChanges["changes"][number][] = [];

  takeChanges(): EntryChanges["changes"] {
    const changed = this.#changed;
    this.#changed = [];
    return changed;
  }

  readonly records: Records = {
    get: (key) => this.#records.get(latin1(key)),
    put: (key, value) => {
      this.#records.set(latin1(key), value);
      this.#changed.push({ key, value });
    },
    delete: (key) => {
      this.#records.delete(latin1(key));
      this.#changed.push({ key, value: null });
    },
  };
}

const machine = withSessions(kvMachine);

export const changeLimits = {
  changeHistoryBytesMax: 1024 * 1024,
  changeHistoryEntriesMax: 1_000,
  watchersMax: 100,
  watchLeaderlessMs: 50,
};

export const testClock: Clock = {
  now: () => performance.now(),
  at: (at, callback) => {
    const timer = setTimeout(callback, at - performance.now());
    return { cancel: () => clearTimeout(timer) };
  },
  soon: setImmediate,
};

/** What has been agreed upon: nodes that share it answer as one cluster would. */
class Agreed {
  readonly state = new MemoryState();
  appliedIndex = 0;
}

/** A node that is a whole cluster by itself, and does what a test wants with the requests it gets. */
export class FakeNode implements ServiceNode {
  #agreed = new Agreed();
  #others: readonly FakeNode[] = [];
  readonly commands: Uint8Array[] = [];
  readonly timeouts: number[] = [];
  linearizeCount = 0;
  /** What becomes of commands: run, kept waiting, answered so, or run with their answers lost. */
  writes: "run" | "hold" | "loseAnswers" | Outcome = "run";
  /** What becomes of reads: run, never answered, or answered so. */
  reads: "run" | "hold" | ReadOutcome = "run";
  /** How often somebody looked. */
  viewCount = 0;
  #view: View = {
    id: 1,
    role: "leader",
    term: 3,
    votedFor: 1,
    leader: 1,
    lastIndex: 0,
    durableIndex: 0,
    commitIndex: 0,
    appliedIndex: 0,
    peers: [],
    firstIndex: 1,
    installing: null,
    members: bootstrapMembers(
      [1, 2, 3].map((id) => ({
        id,
        peerAddress: `host${id}:7000`,
        clientAddress: id === 2 ? "host2:8000" : "",
        diskId: `disk${id}`,
      })),
      incarnationId,
    ),
    membersIndex: 0,
    membersCommitted: true,
    departing: [],
    transferTo: null,
    electionDueAt: null,
    electionTimeoutMs: 200,
    votes: [],
    heldCount: 0,
    time: 0,
  };
  /** What was asked of the members, and what becomes of it: answered as the core would, or so. */
  readonly memberChanges: MembersChange[] = [];
  operations: "run" | Exclude<ChangeOutcome, { type: "done" }> = "run";
  readonly transfers: (NodeId | null)[] = [];
  changes = new ChangeFeed(changeLimits, testClock, 0);
  #held: { command: Uint8Array; done: (outcome: Outcome) => void }[] = [];

  get view(): View {
    this.viewCount += 1;
    return this.#view;
  }

  set view(view: View) {
    this.#view = view;
  }

  /** From now on they are nodes of one cluster. */
  unite(others: readonly FakeNode[]): void {
    this.#others = others;
    for (const other of others) other.#agreed = this.#agreed;
    for (const other of others) other.#others = [this, ...others].filter((node) => node !== other);
  }

  get state(): MemoryState {
    return this.#agreed.state;
  }

  get appliedIndex(): number {
    return this.#agreed.appliedIndex;
  }

  set appliedIndex(index: number) {
    this.#agreed.appliedIndex = index;
  }

  submit(command: Uint8Array, timeoutMs: number, done: (outcome: Outcome) => void): void {
    this.timeouts.push(timeoutMs);
    this.commands.push(command);
    const { writes } = this;
    if (writes === "hold") this.#held.push({ command, done });
    else if (writes === "run") setImmediate(() => done(this.#run(command)));
    else if (writes === "loseAnswers") {
      this.#run(command);
      setImmediate(() => done({ type: "unknown", reason: "leaderChanged" }));
    } else setImmediate(() => done(writes));
  }

  linearize(timeoutMs: number, done: (outcome: ReadOutcome) => void): void {
    this.timeouts.push(timeoutMs);
    this.linearizeCount++;
    const { reads } = this;
    if (reads === "hold") return;
    setImmediate(() => done(reads === "run" ? { type: "readable", appliedIndex: this.appliedIndex } : reads));
  }

  changeMembers(change: MembersChange, timeoutMs: number, done: (outcome: ChangeOutcome) => void): void {
    this.timeouts.push(timeoutMs);
    this.memberChanges.push(change);
    const { operations } = this;
    const changed = changedMembers(this.view.members, change);
    const run: ChangeOutcome =
      changed.type === "refused" ? { ...changed, leader: 1 } : { type: "done", index: 7, ids: changed.ids };
    setImmediate(() => done(operations === "run" ? run : operations));
  }

  transfer(to: NodeId | null, timeoutMs: number, done: (outcome: TransferOutcome) => void): void {
    this.timeouts.push(timeoutMs);
    this.transfers.push(to);
    const { operations } = this;
    setImmediate(() => done(operations === "run" ? { type: "done", to: to ?? 2 } : operations));
  }

  get heldCount(): number {
    return this.#held.length;
  }

  /** Answers what was kept waiting: by running it, or so. */
  release(outcome?: Outcome): void {
    const held = this.#held;
    this.#held = [];
    for (const { command, done } of held) done(outcome ?? this.#run(command));
  }

  #run(command: Uint8Array): Outcome {
    const index = ++this.appliedIndex;
    this.view = { ...this.view, lastIndex: index, commitIndex: index, durableIndex: index, appliedIndex: index };
    const result = machine.apply({ index, time: this.view.time }, command, this.state.records);
    const changes = this.state.takeChanges().filter(({ key }) => machine.isVisible?.(key) ?? true);
    for (const node of [this, ...this.#others]) node.changes.add([{ index, changes }]);
    return { type: "done", index, result };
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
