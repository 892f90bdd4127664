import type { Answer, Input, Output, Raft, Restored, Store, View } from "../../src/core/api.ts";
import type { CoreEvent } from "../../src/core/events.ts";
import { logStart } from "../../src/core/log.ts";
import { bareMember, bootstrapMembers } from "../../src/core/members.ts";
import type {
  Append,
  AppendMatch,
  Heartbeat,
  HeartbeatReply,
  MessageType,
  PeerMessage,
  VoteReply,
  VoteRequest,
} from "../../src/core/messages.ts";
import { type Options, optionDefaults } from "../../src/core/options.ts";
import { createRaft } from "../../src/core/raft.ts";
import type { Entry, HardState, LogBase, Members, MembersAt, NodeId, SnapshotMeta } from "../../src/core/types.ts";
import { incarnationId } from "../incarnations.ts";

/** A command at a place of the log, whose text says which. */
export function command(term: number, index: number, text = `${term}.${index}`): Entry {
  return { index, term, kind: "command", time: 0, data: Buffer.from(text) };
}

/** A log in which the entry at place i is of the i-th term. */
export function logOf(...terms: number[]): Entry[] {
  return terms.map((term, place) => command(term, place + 1));
}

/** The entries after `prevIndex` of the log with these terms. */
export function tailOf(prevIndex: number, ...terms: number[]): Entry[] {
  return terms.map((term, place) => command(term, prevIndex + 1 + place));
}

/** Options that differ from the defaults, and who takes part: nodes 1, 2 and 3 unless told otherwise. */
export type Changed = Partial<Options> & { readonly voters?: readonly NodeId[] };

export function optionsOf({ voters: _, ...changed }: Changed = {}): Options {
  return { ...optionDefaults, id: 1, seed: 7, ...changed };
}

export function membersOf(...voters: NodeId[]): Members {
  return bootstrapMembers(voters.map(bareMember), incarnationId);
}

/** What a snapshot that ends with this entry says of itself. */
export function snapshotOf(index: number, term: number, changed: Partial<SnapshotMeta> = {}): SnapshotMeta {
  return { index, term, time: 0, members: membersOf(1, 2, 3), membersIndex: 0, count: 0, digest: "", bytes: 0, ...changed };
}

export interface Disk {
  readonly terms?: readonly number[];
  readonly entries?: readonly Entry[];
  readonly hardState?: HardState;
  readonly applied?: number;
  readonly base?: LogBase;
  readonly members?: MembersAt;
}

export function restoredOf(disk: Disk = {}, voters: readonly NodeId[] = [1, 2, 3]): Restored {
  const entries = disk.entries ?? logOf(...(disk.terms ?? []));
  const lastTerm = entries.at(-1)?.term ?? 0;
  const hardState = disk.hardState ?? (lastTerm === 0 ? null : { term: lastTerm, votedFor: null });
  const { base = logStart, members = { index: 0, members: membersOf(...voters) } } = disk;
  return { hardState, base, entries, appliedIndex: disk.applied ?? base.index, members };
}

type OfType<T extends MessageType> = Extract<PeerMessage, { type: T }>;

/**
 * One node under a microscope: its peers, its clock and its disk are the test's own hands. Node 1 of three
 * unless told otherwise. What it puts out is gathered until asked for.
 */
export class OneNode {
  readonly raft: Raft;
  readonly options: Options;
  now = 1_000;
  wakeAt: number;
  storing: Store | null = null;
  readonly stores: Store[] = [];
  #sent: PeerMessage[] = [];
  #answers: Answer[] = [];
  #events: CoreEvent[] = [];
  #applied: Entry[] = [];

  constructor(changed: Changed = {}, disk: Disk = {}) {
    this.options = optionsOf(changed);
    this.raft = createRaft(this.options, restoredOf(disk, changed.voters));
    this.wakeAt = this.step().wakeAt;
  }

  get view(): View {
    return this.raft.view;
  }

  /** One turn at this moment. */
  step(...inputs: Input[]): Output {
    const output = this.raft.step(this.now, inputs);
    this.#sent.push(...output.send);
    this.#answers.push(...output.answers);
    this.#events.push(...output.events);
    this.#applied.push(...output.apply);
    if (output.store !== null) {
      expect(this.storing).toBeNull();
      this.storing = output.store;
      this.stores.push(output.store);
    }
    expect(output.wakeAt).toBeGreaterThan(this.now);
    this.wakeAt = output.wakeAt;
    return output;
  }

  hear(...messages: PeerMessage[]): Output {
    return this.step(...messages.map((message) => ({ type: "message" as const, message })));
  }

  propose(...texts: string[]): Output {
    return this.step(...texts.map((text, place) => ({ type: "propose" as const, ticket: place + 1, data: Buffer.from(text) })));
  }

  read(...tickets: number[]): Output {
    return this.step(...tickets.map((ticket) => ({ type: "read" as const, ticket })));
  }

  /** The store in flight is on disk. */
  stored(): Output {
    const store = this.storing;
    if (store === null) throw new Error("no store is in flight");
    this.storing = null;
    return this.step({ type: "stored", lastIndex: store.lastIndex, lastTerm: store.lastTerm });
  }

  /** The disk does all there is to do. */
  persist(): void {
    while (this.storing !== null) this.stored();
  }

  pass(ms: number): Output {
    this.now += ms;
    return this.step();
  }

  /** Time passes until the node asked to be woken. */
  wake(): Output {
    this.now = this.wakeAt;
    return this.step();
  }

  /** Wakes it until its election timer has run out. */
  timeout(): void {
    for (let wakes = 0; wakes < 100; wakes += 1) {
      this.wake();
      if (this.#events.some((event) => event.type === "timerExpired")) return;
    }
    throw new Error("its election timer never runs out");
  }

  /** Lets it win the next election with the votes of all others, and forgets what it said meanwhile. */
  lead(): this {
    this.timeout();
    const others = this.view.members.voters.filter((voter) => voter !== this.options.id);
    const term = this.view.term + (others.length === 0 ? 0 : 1);
    this.hear(...others.map((from) => this.vote(from, { term, preVote: true })));
    this.persist();
    this.hear(...others.map((from) => this.vote(from, { term })));
    this.persist();
    expect(this.view).toMatchObject({ role: "leader", term });
    this.forget();
    return this;
  }

  /** It follows `leader` in `term`, and this is on its disk. */
  follow(leader: NodeId, term: number): this {
    this.hear({ type: "heartbeat", ...this.head(leader, term), commit: 0, round: 0, lastSent: 0, confirmed: 0 });
    this.persist();
    this.forget();
    return this;
  }

  /** Takes what it has sent so far, of one type or all. */
  sent(): PeerMessage[];
  sent<T extends MessageType>(type: T): OfType<T>[];
  sent(type?: MessageType): PeerMessage[] {
    const sent = this.#sent;
    this.#sent = [];
    return type === undefined ? sent : sent.filter((message) => message.type === type);
  }

  answers(): Answer[] {
    const answers = this.#answers;
    this.#answers = [];
    return answers;
  }

  events(): CoreEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Index and term of all that was handed out to be applied. */
  applied(): string[] {
    const applied = this.#applied;
    this.#applied = [];
    return applied.map(({ term, index }) => `${term}.${index}`);
  }

  forget(): void {
    this.sent();
    this.answers();
    this.events();
    this.applied();
  }

  head(from: NodeId, term: number) {
    return { from, to: this.options.id, term };
  }

  vote(from: NodeId, { term, preVote = false, granted = true }: { term: number; preVote?: boolean; granted?: boolean }): VoteReply {
    return { type: "voteReply", ...this.head(from, term), preVote, granted };
  }

  voteRequest(from: NodeId, term: number, log: { term: number; index: number }, preVote = false): VoteRequest {
    return {
      type: "voteRequest",
      ...this.head(from, term),
      preVote,
      transfer: false,
      lastLogTerm: log.term,
      lastLogIndex: log.index,
    };
  }

  /** An append after (prevTerm, prevIndex) of entries with these terms. */
  append(from: NodeId, term: number, prev: readonly [term: number, index: number], terms: readonly number[], commit = 0): Append {
    const [prevTerm, prevIndex] = prev;
    return { type: "append", ...this.head(from, term), prevIndex, prevTerm, entries: tailOf(prevIndex, ...terms), commit };
  }

  heartbeat(from: NodeId, term: number, { commit = 0, round = 0, lastSent = 0, confirmed = 0 } = {}): Heartbeat {
    return { type: "heartbeat", ...this.head(from, term), commit, round, lastSent, confirmed };
  }

  match(from: NodeId, matchIndex: number, term = this.view.term): AppendMatch {
    return { type: "appendMatch", ...this.head(from, term), matchIndex };
  }

  /** The answer to a heartbeat of this leader. */
  beat(from: NodeId, given: Partial<HeartbeatReply> = {}): HeartbeatReply {
    const { round = 0, lastSent = 0, receivedIndex = 0, matchIndex = 0, lacks = 0, term = this.view.term } = given;
    const received = Math.max(receivedIndex, matchIndex);
    return { type: "heartbeatReply", ...this.head(from, term), round, lastSent, receivedIndex: received, matchIndex, lacks };
  }
}
