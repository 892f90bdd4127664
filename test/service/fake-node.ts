import type { View } from "../../src/core/api.ts";
import { noMembers } from "../../src/core/members.ts";
import { kvMachine } from "../../src/machine/kv.ts";
import type { Records } from "../../src/machine/machine.ts";
import type { MachineStorage, Outcome, ScanRange } from "../../src/node/ports.ts";
import type { ReadOutcome } from "../../src/node/waiting.ts";
import type { ServiceNode } from "../../src/service/ports.ts";

/** Records in memory, in key order. */
export class MemoryState implements Pick<MachineStorage, "getMany" | "scan"> {
  readonly #records = new Map<string, Uint8Array>();
  /** The keys of each getMany so far, how many they were. */
  readonly fetches: number[] = [];
  /** What the next accesses fail with. */
  damage: Error | null = null;

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

  readonly records: Records = {
    get: (key) => this.#records.get(latin1(key)),
    put: (key, value) => this.#records.set(latin1(key), value),
    delete: (key) => this.#records.delete(latin1(key)),
  };
}

/** A node that is a whole cluster by itself, and does what a test wants with the requests it gets. */
export class FakeNode implements ServiceNode {
  readonly state = new MemoryState();
  readonly commands: Uint8Array[] = [];
  readonly timeouts: number[] = [];
  linearizeCount = 0;
  appliedIndex = 0;
  /** What becomes of commands: run, kept waiting, or answered so. */
  writes: "run" | "hold" | Outcome = "run";
  reads: "run" | ReadOutcome = "run";
  view: View = {
    id: 1,
    role: "leader",
    term: 3,
    votedFor: 1,
    leader: 1,
    lastIndex: 0,
    durableIndex: 0,
    commitIndex: 0,
    appliedIndex: 0,
    firstIndex: 1,
    installing: null,
    members: noMembers,
    membersIndex: 0,
    membersCommitted: true,
    departing: [],
    transferTo: null,
    time: 0,
    peers: [],
  };
  #held: { command: Uint8Array; done: (outcome: Outcome) => void }[] = [];

  submit(command: Uint8Array, timeoutMs: number, done: (outcome: Outcome) => void): void {
    this.timeouts.push(timeoutMs);
    this.commands.push(command);
    const { writes } = this;
    if (writes === "hold") this.#held.push({ command, done });
    else if (writes === "run") setImmediate(() => done(this.#run(command)));
    else setImmediate(() => done(writes));
  }

  linearize(timeoutMs: number, done: (outcome: ReadOutcome) => void): void {
    this.timeouts.push(timeoutMs);
    this.linearizeCount++;
    const { reads } = this;
    setImmediate(() => done(reads === "run" ? { type: "readable", appliedIndex: this.appliedIndex } : reads));
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
    return { type: "done", index, result: kvMachine.apply({ index, time: 0 }, command, this.state.records) };
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
