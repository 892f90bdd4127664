import type { Restored, Store } from "../../src/core/api.ts";
import { logStart } from "../../src/core/log.ts";
import { bareMember, bootstrapMembers } from "../../src/core/members.ts";
import type { PeerMessage } from "../../src/core/messages.ts";
import { optionDefaults } from "../../src/core/options.ts";
import type { Entry, SnapshotMeta } from "../../src/core/types.ts";
import type { Machine } from "../../src/machine/machine.ts";
import { compareState } from "../../src/node/duties/digest-watch.ts";
import { type NodeOptions, nodeOptionDefaults } from "../../src/node/ports/options.ts";
import { CallTakers, type PeerCall } from "../../src/node/ports/peer-calls.ts";
import {
  type ChunkReply,
  type Clock,
  type Done,
  type LogStorage,
  type MachineStorage,
  type Outcome,
  type PeerPlace,
  type RecordChange,
  type SnapshotChunk,
  type StagedSnapshot,
  type StateDigest,
  type StatePoint,
  type StateSnapshot,
  statePointStart,
  type Timer,
  type Transport,
} from "../../src/node/ports/ports.ts";
import { forward } from "../../src/node/requests/requests.ts";
import { installSnapshot } from "../../src/node/snapshots/snapshot-stream.ts";
import { incarnationId } from "../incarnations.ts";
import { HandSnapshot, HandStaging } from "./snapshot-fakes.ts";

/** Ports whose every answer the test gives by hand, and a clock that only the test moves. */

export class HandClock implements Clock {
  #now = 0;
  #soon: (() => void)[] = [];
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  at(at: number, callback: () => void): Timer {
    const timer = { at, callback };
    this.#timers.push(timer);
    return { cancel: () => (this.#timers = this.#timers.filter((other) => other !== timer)) };
  }

  soon(callback: () => void): void {
    this.#soon.push(callback);
  }

  /** Everything that is due at this moment, until nothing more is. */
  settle(): void {
    for (let rounds = 0; rounds < 1000; rounds += 1) {
      const due = this.#timers.filter((timer) => timer.at <= this.#now);
      this.#timers = this.#timers.filter((timer) => timer.at > this.#now);
      const soon = this.#soon;
      this.#soon = [];
      if (due.length + soon.length === 0) return;
      for (const callback of soon) callback();
      for (const timer of due) timer.callback();
    }
    throw new Error("the node never comes to rest");
  }

  /** Time passes, a millisecond at a time. */
  run(ms: number): void {
    for (let step = 0; step < ms; step += 1) {
      this.#now += 1;
      this.settle();
    }
  }

  /** Time passes while the process does not run. */
  stall(ms: number): void {
    this.#now += ms;
  }
}

export class HandLog implements LogStorage {
  readonly stores: Store[] = [];
  closes = 0;
  #dones: Done[] = [];
  /** Answer each store at once (at the next settle), without being told. */
  isQuick = true;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  store(store: Store, done: Done): void {
    this.stores.push(store);
    if (this.isQuick) this.#clock.soon(() => done(null));
    else this.#dones.push(done);
  }

  answer(error: Error | null = null): void {
    this.#dones.shift()?.(error);
  }

  close(done: Done): void {
    this.closes += 1;
    this.#clock.soon(() => done(null));
  }
}

export class HandState implements MachineStorage {
  readonly point: StatePoint;
  /** By their keys, byte for byte a character. */
  readonly records = new Map<string, Uint8Array>();
  readonly writes: { changes: readonly RecordChange[]; appliedIndex: number }[] = [];
  /** Of each write. */
  readonly points: StatePoint[] = [];
  readonly fetched: string[][] = [];
  isQuick = true;
  fails: Error | null = null;
  closes = 0;
  #held: (() => void)[] = [];
  readonly #clock: Clock;

  readonly staging: HandStaging;

  constructor(clock: Clock, appliedIndex = 0) {
    this.#clock = clock;
    this.staging = new HandStaging(clock);
    this.point = { ...statePointStart, index: appliedIndex };
  }

  summary(): StateDigest {
    const { index } = this.points.at(-1) ?? this.point;
    return { appliedIndex: index, records: this.records.size, digest: [...this.records.keys()].sort().join() };
  }

  getMany(keys: readonly Uint8Array[], done: (error: Error | null, values: (Uint8Array | undefined)[]) => void): void {
    this.fetched.push(keys.map((key) => Buffer.from(key).toString("latin1")));
    const values = keys.map((key) => this.records.get(Buffer.from(key).toString("latin1")));
    this.#clock.soon(() => done(null, values));
  }

  scan(): void {
    throw new Error("these tests do not scan");
  }

  sync(done: (error: Error | null, index: number) => void): void {
    const { index } = this.points.at(-1) ?? this.point;
    this.#clock.soon(() => done(null, index));
  }

  openSnapshot(done: (error: Error | null, snapshot: StateSnapshot | null) => void): void {
    const content = [...this.records].sort().map(([key, value]): [string, string] => [key, Buffer.from(value).toString()]);
    const { index, term } = this.points.at(-1) ?? this.point;
    this.#clock.soon(() => done(null, new HandSnapshot(this.#clock, content, index, term)));
  }

  stage(meta: SnapshotMeta, done: (error: Error | null, staged: StagedSnapshot | null) => void): void {
    this.staging.stage(meta, done);
  }

  /** Answered by `release` unless it is quick, as writes are. */
  switchTo(name: string, point: StatePoint, done: Done): void {
    const finish = (): void => {
      if (this.fails !== null) return done(this.fails);
      this.points.push(point);
      this.records.clear();
      for (const [key, value] of this.staging.staged.get(name)?.content ?? []) this.records.set(key, Buffer.from(value));
      done(null);
    };
    if (this.closes > 0) throw new Error("the state is closed");
    this.staging.calls.push(`switch to ${name}`);
    if (this.isQuick) this.#clock.soon(finish);
    else this.#held.push(finish);
  }

  write(changes: readonly RecordChange[], point: StatePoint, done: Done): void {
    const finish = (): void => {
      if (this.fails !== null) return done(this.fails);
      this.writes.push({ changes, appliedIndex: point.index });
      this.points.push(point);
      for (const { key, value } of changes) {
        if (value === null) this.records.delete(Buffer.from(key).toString("latin1"));
        else this.records.set(Buffer.from(key).toString("latin1"), value);
      }
      done(null);
    };
    if (this.isQuick) this.#clock.soon(finish);
    else this.#held.push(finish);
  }

  release(): void {
    this.#held.shift()?.();
  }

  close(done: Done): void {
    this.closes += 1;
    this.#clock.soon(() => done(null));
  }
}

export class HandTransport implements Transport {
  readonly sent: PeerMessage[] = [];
  readonly forwards: { to: number; command: Uint8Array; done: (outcome: Outcome) => void }[] = [];
  /** What was said of the members, each time. */
  readonly peers: { peers: ReadonlyMap<number, PeerPlace>; lastId: number }[] = [];
  readonly chunks: { to: number; chunk: SnapshotChunk; done: (reply: ChunkReply) => void }[] = [];
  readonly asked: { to: number; index: number; done: (found: StateDigest | null) => void }[] = [];
  readonly #takers = new CallTakers()
    .on(forward, (command, done, to) => this.forwards.push({ to, command, done }))
    .on(installSnapshot, (chunk, done, to) => this.chunks.push({ to, chunk, done }))
    .on(compareState, (index, done, to) => this.asked.push({ to, index, done }));

  send(messages: readonly PeerMessage[]): void {
    this.sent.push(...messages);
  }

  ask<Question, Answer>(to: number, call: PeerCall<Question, Answer>, question: Question, done: (answer: Answer) => void): void {
    this.#takers.give(to, call, question, done);
  }

  setPeers(peers: ReadonlyMap<number, PeerPlace>, lastId: number): void {
    this.peers.push({ peers, lastId });
  }

  /** All messages of one type, taken out. */
  take<T extends PeerMessage["type"]>(type: T): Extract<PeerMessage, { type: T }>[] {
    const taken: PeerMessage[] = this.sent.filter((message) => message.type === type);
    this.sent.splice(0, this.sent.length, ...this.sent.filter((message) => message.type !== type));
    return taken as Extract<PeerMessage, { type: T }>[];
  }
}

/** Commands are `key=value`; the result is the value before. */
export const tinyMachine: Machine = {
  reads: (_at, command) => [Buffer.from(Buffer.from(command).toString().split("=")[0] ?? "")],
  apply: (_index, command, records) => {
    const [key = "", value = ""] = Buffer.from(command).toString().split("=");
    const before = records.get(Buffer.from(key));
    if (value === "") records.delete(Buffer.from(key));
    else records.put(Buffer.from(key), Buffer.from(value));
    return before ?? new Uint8Array(0);
  },
};

/** A node's disk that has nothing yet, in a cluster of these. */
export function restoredOf(voters: readonly number[], found: Partial<Restored> = {}): Restored {
  const members = { index: 0, members: bootstrapMembers(voters.map(bareMember), incarnationId) };
  return { hardState: null, base: logStart, entries: [], appliedIndex: 0, members, ...found };
}

export function testOptions(changes: Partial<NodeOptions> = {}): NodeOptions {
  return { ...nodeOptionDefaults, core: { ...optionDefaults, id: 1, seed: 7 }, ...changes };
}

export function command(index: number, text: string, term = 1): Entry {
  return { index, term, kind: "command", time: 0, data: Buffer.from(text) };
}
