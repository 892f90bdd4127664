import type { Input, Output, Raft, Restored, Store, View } from "../../src/core/api.ts";
import { logStart } from "../../src/core/log.ts";
import { decodeMembers } from "../../src/core/members-codec.ts";
import type { PeerMessage } from "../../src/core/messages.ts";
import { type Options, optionDefaults } from "../../src/core/options.ts";
import { createRaft } from "../../src/core/raft.ts";
import type { Entry, HardState, Index, LogBase, NodeId, Term } from "../../src/core/types.ts";
import { restoredOf, snapshotOf } from "./one-node.ts";

/** What the network does with a message that is about to leave. */
export type Fate = "delivered" | "lost" | "late";

export interface ClusterWatch {
  /** Called after each step, before what it put out is carried out. */
  onOutput(node: Member, output: Output): void;
  onMessage(message: PeerMessage, fate: Fate): void;
}

/** One core with its own clock and its own disk, which forgets nothing that was reported as stored. */
export class Member {
  readonly id: NodeId;
  raft: Raft;
  clock = 0;
  wakeAt = 0;
  isUp = true;
  isPaused = false;
  isDiskHeld = false;
  storing: Store | null = null;
  disk: Disk = { hardState: null, base: logStart, entries: [] };
  /** Everything that was handed out to be applied since the cluster began; the machine keeps all of it. */
  applied: Entry[] = [];
  /** What snapshots that were received have, by their names: all that was applied where they come from. */
  readonly staged = new Map<string, readonly Entry[]>();
  /** What its machine has applied up to here survives a power failure. */
  durable = 0;
  #snapshots = 0;
  mail: Input[] = [];
  starts = 0;
  /** What it found on its disk when it was new. */
  readonly #found: Restored;

  constructor(id: NodeId, raft: Raft, found: Restored) {
    this.id = id;
    this.raft = raft;
    this.#found = found;
  }

  /** What it finds when it starts again, if its machine has applied so much. */
  found(appliedIndex: number): Restored {
    const entry = this.applied.slice(0, appliedIndex).findLast(({ kind }) => kind === "members");
    const members = entry === undefined ? this.#found.members : { index: entry.index, members: decodeMembers(entry.data) };
    return { ...this.#found, ...this.disk, appliedIndex, members };
  }

  /** Whether its disk has this entry, in the log or in the state. */
  holds({ index, term }: Pick<Entry, "index" | "term">): boolean {
    const { base, entries } = this.disk;
    return (index <= base.index ? this.applied[index - 1] : entries[index - base.index - 1])?.term === term;
  }

  get lastOnDisk(): Index {
    return this.disk.base.index + this.disk.entries.length;
  }

  /** Gives what a snapshot has a name. */
  stage(applied: readonly Entry[]): string {
    this.#snapshots += 1;
    const name = `snapshot-${this.#snapshots}`;
    this.staged.set(name, applied.slice());
    return name;
  }

  get view(): View {
    return this.raft.view;
  }

  get runs(): boolean {
    return this.isUp && !this.isPaused;
  }
}

interface Disk {
  readonly hardState: HardState | null;
  readonly base: LogBase;
  readonly entries: readonly Entry[];
}

/** A few cores, and a network, disks and clocks that do only what they are told. */
export class Cluster {
  readonly members: Member[];
  readonly watch: ClusterWatch;
  /** Under way, oldest first. */
  network: PeerMessage[] = [];
  /** Decides about each message when it is sent. */
  fateOf: (message: PeerMessage) => Fate = () => "delivered";
  /** Messages that the network holds back. */
  late: PeerMessage[] = [];
  readonly #options: (id: NodeId, start: number) => Options;

  constructor(size: number, watch: ClusterWatch, changed: Partial<Options> = {}) {
    const voters = Array.from({ length: size }, (_, place) => place + 1);
    this.watch = watch;
    this.#options = (id, start) => ({ ...optionDefaults, ...changed, id, seed: id + 1_000 * start });
    this.members = voters.map((id) => this.#start(id, restoredOf({}, voters)));
    for (const member of this.members) this.step(member);
  }

  /** A new node, whom nobody has told yet who the members are. */
  join(id: NodeId): Member {
    const member = this.#start(id, restoredOf({}, []));
    member.clock = this.members[0]?.clock ?? 0;
    this.members.push(member);
    this.step(member);
    return member;
  }

  #start(id: NodeId, found: Restored): Member {
    return new Member(id, createRaft(this.#options(id, 0), found), found);
  }

  member(id: NodeId): Member {
    const member = this.members.find((other) => other.id === id);
    if (member === undefined) throw new Error(`there is no node ${id}`);
    return member;
  }

  get leader(): Member | undefined {
    return this.members.filter(({ isUp, view }) => isUp && view.role === "leader").sort((a, b) => b.view.term - a.view.term)[0];
  }

  /** One turn of one node, with whatever is in its mail. */
  step(member: Member, ...inputs: Input[]): void {
    if (!member.isUp) return;
    member.mail.push(...inputs);
    if (member.isPaused) return;
    const output = member.raft.step(member.clock, member.mail.splice(0));
    this.watch.onOutput(member, output);
    member.wakeAt = output.wakeAt;
    for (const message of output.send) this.send(message);
    member.applied.push(...output.apply);
    if (output.store !== null) member.storing = output.store;
  }

  send(message: PeerMessage): void {
    const fate = this.fateOf(message);
    this.watch.onMessage(message, fate);
    if (fate === "delivered") this.network.push(message);
    if (fate === "late") this.late.push(message);
  }

  deliver(place = 0): void {
    const [message] = this.network.splice(place, 1);
    const member = this.members.find(({ id }) => id === message?.to);
    // A node that is a member already may not have been started.
    if (message !== undefined && member !== undefined) this.step(member, { type: "message", message });
  }

  /** The disk does the one thing it is asked to do. */
  store(member: Member): void {
    const { storing } = member;
    if (storing === null) return;
    this.write(member);
    this.step(member, { type: "stored", lastIndex: storing.lastIndex, lastTerm: storing.lastTerm });
  }

  /** As `store`, but the node is not told. */
  write(member: Member): void {
    const { storing, disk } = member;
    if (storing === null) return;
    const base = storing.base ?? disk.base;
    const end = storing.entries[0]?.index ?? storing.lastIndex + 1;
    const kept = disk.entries.filter(({ index }) => index > base.index && index < end);
    member.disk = { hardState: storing.hardState ?? disk.hardState, base, entries: [...kept, ...storing.entries] };
    if (storing.snapshot !== null) {
      member.applied = [...(member.staged.get(storing.snapshot.name) ?? [])];
      member.durable = member.applied.length;
    }
    member.storing = null;
  }

  /** All that the leader has applied reaches the other as a snapshot. */
  snapshot(leader: Member, to: Member): void {
    const index = this.offer(leader, to, leader.view.term);
    this.settle();
    this.step(leader, { type: "snapshotSent", to: to.id, index, outcome: "installed" });
  }

  /** All that a leader of `term` has applied is there, but not yet the other's state. @returns where it ends */
  offer(leader: Member, to: Member, term: Term): Index {
    const last = leader.applied.at(-1) ?? { index: 0, term: 0, time: 0 };
    const { index: membersIndex, members } = leader.found(last.index).members;
    const snapshot = snapshotOf(last.index, last.term, { time: last.time, members, membersIndex });
    const name = to.stage(leader.applied);
    this.step(to, { type: "snapshotReceived", ticket: 0, from: leader.id, term, snapshot, name });
    return last.index;
  }

  /** Messages and disks go on until nothing more happens, without any time passing. */
  settle(): void {
    for (let turns = 0; turns < 100_000; turns += 1) {
      const busy = this.members.find(({ runs, storing, isDiskHeld }) => runs && storing !== null && !isDiskHeld);
      if (busy !== undefined) this.store(busy);
      else if (this.network.length > 0) this.deliver();
      else return;
    }
    throw new Error("the cluster never comes to rest");
  }

  /** Time passes for all; whoever is due is woken in order, and messages take no time. */
  pass(ms: number): void {
    let left = ms;
    for (;;) {
      const due = this.members.filter(({ runs }) => runs).sort((a, b) => untilWake(a) - untilWake(b))[0];
      if (due === undefined || untilWake(due) > left) break;
      const passed = Math.max(0, untilWake(due));
      for (const member of this.members) member.clock += passed;
      left -= passed;
      this.step(due);
      this.settle();
    }
    for (const member of this.members) member.clock += left;
  }

  crash(member: Member): void {
    member.isUp = false;
    member.isPaused = false;
    member.storing = null;
    member.mail = [];
  }

  /** Starts from what is on its disk; `applied` is how far its machine had got. */
  restart(member: Member, applied = member.applied.length): void {
    member.starts += 1;
    member.applied.length = applied;
    member.raft = createRaft(this.#options(member.id, member.starts), member.found(applied));
    member.isUp = true;
    this.step(member);
  }
}

function untilWake({ wakeAt, clock }: Member): number {
  return wakeAt - clock;
}
