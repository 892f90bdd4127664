import type { Answer, Output } from "../../src/core/api.ts";
import { describeEvent, describeMembers, describeOutput } from "../../src/core/describe.ts";
import { bareMember } from "../../src/core/members.ts";
import type { PeerMessage } from "../../src/core/messages.ts";
import { isQuorum } from "../../src/core/quorum.ts";
import { Random } from "../../src/core/random.ts";
import type { Entry, Index, MembersChange, Term } from "../../src/core/types.ts";
import { Cluster, type Member } from "./cluster.ts";

const actions = 700;

/** A snapshot on its way, and where it ends once it has arrived. */
interface Sending {
  readonly from: Member;
  readonly start: number;
  readonly to: Member;
  readonly term: Term;
  index: Index | null;
}

/** What a run does beside the harm that it always does. */
export interface Treatment {
  /** Nodes come and go. */
  readonly changes?: boolean;
  /** Leaders are asked to hand over. */
  readonly transfers?: boolean;
  /** Logs are cut short from the front, and snapshots sent. */
  readonly compacts?: boolean;
}

/**
 * One run of rough treatment of bare cores: does harm at random, and checks after each step what must always hold.
 * The simulator does this to whole nodes and for longer; this here runs in seconds and points at the core alone.
 */
export class Chaos {
  readonly #seed: number;
  /** How often each kind of event and answer came. */
  readonly #seen: Map<string, number>;
  readonly #random: Random;
  readonly #cluster: Cluster;
  /** Described only if the run fails. */
  readonly #trace: (() => string[])[] = [];
  readonly #cuts = new Set<string>();
  readonly #leaders = new Map<number, number>();
  readonly #votes = new Map<string, number>();
  /** What was committed at each index, by whoever said so first. */
  readonly #committed: Entry[] = [];
  /** Transfers that wait for their answer, by their tickets. */
  readonly #transfers = new Map<number, { member: Member; start: number }>();
  /** For each waiting read: which start of which node it belongs to, and the least index that it must cover. */
  readonly #reads = new Map<number, { member: Member; start: number; atLeast: number }>();
  readonly #treatment: Treatment;
  #sending: Sending[] = [];
  /** Ids that a leader gave to new nodes, which begin to run in the next action. */
  readonly #joining = new Set<number>();
  #ticket = 0;
  #highestCommit = 0;

  constructor(seed: number, seen: Map<string, number>, treatment: Treatment = {}) {
    this.#seed = seed;
    this.#seen = seen;
    this.#treatment = treatment;
    this.#random = new Random(seed);
    const limits = this.#oneIn(2) ? { inflightMessagesMax: 2, appendEntriesMax: 3, appendBytesMax: 16, diskStallMs: 200 } : {};
    const tail = treatment.compacts ? { logTailEntriesMax: this.#random.between(1, 20), snapshotRetryMs: 100 } : {};
    const watch = {
      onOutput: (member: Member, output: Output) => this.#check(member, output),
      onMessage: (message: PeerMessage) => this.#checkPromise(message),
    };
    this.#cluster = new Cluster(this.#oneIn(2) ? 3 : 5, watch, { ...limits, ...tail });
    this.#cluster.fateOf = ({ from, to }) => (this.#cuts.has(`${from}>${to}`) ? "lost" : "delivered");
  }

  run(): void {
    try {
      for (let action = 0; action < actions; action += 1) this.#act();
      this.#heal();
    } catch (error) {
      const last = this.#trace
        .slice(-60)
        .flatMap((lines) => lines())
        .join("\n");
      throw new Error(`seed ${this.#seed}: ${error instanceof Error ? error.message : error}\n${last}`, { cause: error });
    }
  }

  #act(): void {
    const { network, members } = this.#cluster;
    this.#startJoining();
    const member = this.#any(members);
    const dice = this.#random.between(1, 100);
    if (dice <= 40) this.#deliver();
    else if (dice <= 54) this.#writeSome();
    else if (dice <= 55) member.isDiskHeld = !member.isDiskHeld && this.#oneIn(4);
    else if (dice <= 75) this.#pass(this.#oneIn(20) ? 400 : this.#random.between(1, 50));
    else if (dice <= 85) this.#ask(this.#oneIn(2) ? (this.#cluster.leader ?? member) : member);
    else if (dice <= 90) this.#cluster.network.splice(this.#random.between(0, network.length), 1);
    else if (dice <= 94) this.#double();
    else if (dice <= 97) this.#cut();
    else if (dice <= 98) this.#crashOrRestart(member);
    else if (this.#oneIn(2)) this.#cuts.clear();
    if (this.#treatment.changes && this.#oneIn(12)) this.#changeMembers();
    if (this.#treatment.compacts && this.#oneIn(12)) this.#compact(member);
    if (this.#treatment.transfers && this.#oneIn(25)) this.#transfer();
    if (this.#oneIn(4)) this.#goOnSending();
  }

  /** If another leader cut the entry off and gave the id away again, it is still the same node. */
  #startJoining(): void {
    for (const id of this.#joining) if (!this.#cluster.members.some((member) => member.id === id)) this.#cluster.join(id);
    this.#joining.clear();
  }

  /** Some messages arrive, most of them in order. */
  #deliver(): void {
    const { network } = this.#cluster;
    for (let more = this.#random.between(1, 8); more > 0; more -= 1) {
      this.#cluster.deliver(this.#oneIn(4) ? this.#random.between(0, network.length) : 0);
    }
  }

  /** Clocks go on, not all by the same and by fractions, and those who are due are woken, some of them late. */
  #pass(ms: number): void {
    for (const member of this.#cluster.members) {
      const later = member.clock + Math.max(1, ms + 6 * this.#random.next() - 3);
      // Half of them are woken at the very moment they asked for.
      const isExact = member.wakeAt > member.clock && member.wakeAt < later && this.#oneIn(2);
      member.clock = isExact ? member.wakeAt : later;
      if (member.isUp && member.clock >= member.wakeAt && !this.#oneIn(10)) this.#cluster.step(member);
    }
  }

  #writeSome(): void {
    for (const member of this.#cluster.members) if (!member.isDiskHeld && !this.#oneIn(3)) this.#cluster.store(member);
  }

  #ask(member: Member): void {
    if (!member.isUp) return;
    this.#ticket += 1;
    if (this.#oneIn(2)) {
      // Several at times, so that logs grow long enough for settled entries to be packed.
      const commands = Array.from({ length: this.#oneIn(3) ? 30 : 1 }, (_, place) => `c${this.#ticket}.${place}`);
      this.#cluster.step(member, ...commands.map((text) => ({ type: "propose" as const, ticket: 0, data: Buffer.from(text) })));
    } else {
      this.#reads.set(this.#ticket, { member, start: member.starts, atLeast: this.#highestCommit });
      this.#cluster.step(member, { type: "read", ticket: this.#ticket });
    }
  }

  /** An operator wants something, whether it can be or not. */
  #changeMembers(): void {
    const { leader, members } = this.#cluster;
    const asked = leader ?? this.#any(members);
    const { nodes, learners } = asked.view.members;
    const some = (): number[] => nodes.filter(() => this.#oneIn(4)).map(({ id }) => id);
    const isRoom = members.length < 9;
    const dice = this.#random.between(1, 10);
    let change: MembersChange = { type: "cancel" };
    if (dice <= 7) {
      const add = isRoom ? Array.from({ length: this.#random.between(0, 2) }, () => bareMember(0)) : [];
      change = { type: "change", add, remove: some(), asLearners: this.#oneIn(4), force: this.#oneIn(4) };
    } else if (dice <= 8) {
      change = { type: "promote", ids: learners };
    } else if (dice <= 9) {
      change = { type: "address", id: this.#any(members).id, peerAddress: `at ${this.#ticket}`, clientAddress: "" };
    }
    this.#cluster.step(asked, { type: "changeMembers", ticket: 0, change });
  }

  #transfer(): void {
    const member = this.#cluster.leader ?? this.#any(this.#cluster.members);
    if (!member.isUp) return;
    this.#ticket += 1;
    this.#transfers.set(this.#ticket, { member, start: member.starts });
    const to = this.#oneIn(3) ? null : this.#any(this.#cluster.members).id;
    this.#cluster.step(member, { type: "transfer", ticket: this.#ticket, to });
  }

  /** A machine writes down what it has; the log before it may go. */
  #compact(member: Member): void {
    member.durable = this.#random.between(member.durable, member.applied.length);
    this.#cluster.step(member, { type: "durable", index: member.durable });
  }

  /** A snapshot arrives, or has become the state, or is lost. */
  #goOnSending(): void {
    const sending = this.#sending.shift();
    if (sending === undefined || !sending.from.isUp || sending.start !== sending.from.starts) return;
    const { from, to, term, index } = sending;
    const isReached = to.isUp && !this.#cuts.has(`${from.id}>${to.id}`) && !this.#cuts.has(`${to.id}>${from.id}`);
    if (index === null && isReached && !this.#oneIn(8)) {
      sending.index = this.#cluster.offer(from, to, term);
      this.#sending.push(sending);
    } else {
      const outcome = isReached && index !== null && to.disk.base.index >= index ? "installed" : "failed";
      this.#cluster.step(from, { type: "snapshotSent", to: to.id, index: index ?? 0, outcome });
    }
  }

  #double(): void {
    const message = this.#cluster.network[this.#random.between(0, this.#cluster.network.length - 1)];
    if (message !== undefined) this.#cluster.network.push(message);
  }

  #cut(): void {
    const { members } = this.#cluster;
    const lonely = (this.#oneIn(2) ? (this.#cluster.leader ?? this.#any(members)) : this.#any(members)).id;
    for (const { id } of members) {
      this.#cuts.add(`${lonely}>${id}`);
      if (this.#oneIn(2)) this.#cuts.add(`${id}>${lonely}`);
    }
    // A leader that is cut off goes on taking commands, which another one may replace.
    for (let more = 0; more < 3; more += 1) this.#ask(this.#cluster.member(lonely));
    this.#writeSome();
  }

  #crashOrRestart(member: Member): void {
    if (!member.isUp) {
      this.#cluster.restart(member, this.#random.between(member.durable, member.applied.length));
      return;
    }
    // A write under way at the crash may or may not have reached the disk.
    if (this.#oneIn(2)) this.#cluster.write(member);
    this.#cluster.crash(member);
    this.#trace.push(() => [`n${member.id} crashes`]);
  }

  /** All faults end: the cluster must come to an agreement again, and answer whatever still waits. */
  #heal(): void {
    this.#trace.push(() => ["all faults end"]);
    this.#cuts.clear();
    for (const member of this.#cluster.members) {
      member.isDiskHeld = false;
      if (!member.isUp) this.#cluster.restart(member);
    }
    this.#startJoining();
    this.#cluster.settle();
    for (let passed = 0; passed < 3_000; passed += 50) {
      this.#cluster.pass(50);
      // Each goes on in two parts.
      for (let more = 2 * this.#sending.length; more > 0; more -= 1) {
        this.#goOnSending();
        this.#cluster.settle();
      }
    }
    const { leader } = this.#cluster;
    if (leader === undefined) throw new Error("no leader after healing");
    this.#cluster.step(leader, { type: "propose", ticket: 0, data: Buffer.from("last") });
    this.#cluster.settle();
    this.#cluster.pass(200);
    const { members, membersIndex, membersCommitted } = leader.view;
    expect({ membersCommitted, outgoing: members.outgoing, plan: members.plan }).toEqual({
      membersCommitted: true,
      outgoing: [],
      plan: null,
    });
    for (const { id } of members.nodes) {
      const member = this.#cluster.member(id);
      expect(Buffer.from(member.applied.at(-1)?.data ?? []).toString()).toBe("last");
      expect(member.applied.length).toBe(leader.applied.length);
      expect(member.view).toMatchObject({ members, membersIndex });
    }
    for (const { id, applied } of this.#cluster.members) {
      const wrong = applied.find(({ index, term }, place) => index !== place + 1 || term !== this.#committed[index]?.term);
      if (wrong !== undefined) throw new Error(`n${id} has ${wrong.term}.${wrong.index}`);
    }
    const unanswered = [...this.#reads, ...this.#transfers].filter(([, { member, start }]) => member.starts === start);
    expect(unanswered.map(([ticket]) => ticket)).toEqual([]);
  }

  /** Who was in force at an index is the same for all, whether they heard of it by entries or by a snapshot (rule 28). */
  #checkMembers({ id, view }: Member): void {
    const { members, membersIndex, commitIndex } = view;
    if (membersIndex > commitIndex) return;
    const known = this.#committed[commitIndex] === undefined ? undefined : this.#committed[membersIndex];
    const isNamed = membersIndex === 0 || known === undefined || known.kind === "members";
    const later = this.#committed.slice(membersIndex + 1, commitIndex + 1).find((entry) => entry?.kind === "members");
    if (!isNamed || later !== undefined)
      throw new Error(`n${id} has ${describeMembers(members)} of ${membersIndex}, committed up to ${commitIndex}`);
  }

  #check(member: Member, output: Output): void {
    this.#checkMembers(member);
    this.#trace.push(() => describeOutput(output).map((line) => `n${member.id} ${line}`));
    for (const { type } of [...output.events, ...output.answers]) this.#seen.set(type, (this.#seen.get(type) ?? 0) + 1);
    const { view, clock } = member;
    const slandered = output.events.find(({ type }) => type === "confirmedLost");
    if (slandered !== undefined) throw new Error(`n${member.id}, of disks that lose nothing: ${describeEvent(slandered)}`);
    if (output.wakeAt <= clock) throw new Error(`n${member.id} wants to be woken at ${output.wakeAt}, but it is ${clock}`);
    if (view.role === "leader") {
      const other = this.#leaders.get(view.term);
      if (other !== undefined && other !== member.id) throw new Error(`term ${view.term} has two leaders`);
      this.#leaders.set(view.term, member.id);
    }
    for (const entry of output.apply) this.#checkApplied(entry);
    for (const id of output.snapshots) {
      const to = this.#cluster.members.find((other) => other.id === id);
      const sending = { from: member, start: member.starts, term: view.term, index: null };
      if (to !== undefined) this.#sending.push({ ...sending, to });
    }
    for (const answer of output.answers) {
      this.#checkAnswer(answer, member);
      if (answer.type === "accepted") for (const id of answer.ids) this.#joining.add(id);
    }
    this.#highestCommit = Math.max(this.#highestCommit, view.commitIndex);
  }

  #checkApplied(entry: Entry): void {
    const known = this.#committed[entry.index];
    if (entry.time < (this.#committed[entry.index - 1]?.time ?? 0)) throw new Error(`time falls at ${entry.term}.${entry.index}`);
    if (known === undefined) {
      const holders = this.#cluster.members.filter((member) => member.holds(entry));
      const ids = holders.map(({ id }) => id);
      // Whose majority it is depends on who counted; whatever anybody holds for the members is good enough here.
      if (!this.#cluster.members.some(({ view }) => isQuorum(view.members, (id) => ids.includes(id))))
        throw new Error(`${entry.term}.${entry.index} is applied, but only the disks of ${ids} hold it`);
      this.#committed[entry.index] = entry;
    } else if (known !== entry && (known.term !== entry.term || Buffer.compare(known.data, entry.data) !== 0)) {
      throw new Error(`${known.term}.${known.index} was applied, and now ${entry.term}.${entry.index}`);
    }
  }

  #checkAnswer(answer: Answer, member: Member): void {
    this.#transfers.delete(answer.ticket);
    const read = this.#reads.get(answer.ticket);
    if (read === undefined) return;
    this.#reads.delete(answer.ticket);
    if (read.member !== member || read.start !== member.starts) throw new Error(`#${answer.ticket} is answered by another`);
    if (answer.type === "readable" && answer.index < read.atLeast)
      throw new Error(`#${answer.ticket} may read at ${answer.index}, but ${read.atLeast} was committed before it was asked`);
  }

  /** What a message says of its sender's disk must be so (thesis 3.8). */
  #checkPromise(message: PeerMessage): void {
    const { disk, lastOnDisk } = this.#cluster.member(message.from);
    const { hardState } = disk;
    if (message.type === "voteReply" && message.granted && !message.preVote) {
      const vote = `${message.from} in ${message.term}`;
      if (this.#votes.has(vote) && this.#votes.get(vote) !== message.to) throw new Error(`two votes of ${vote}`);
      this.#votes.set(vote, message.to);
      if (hardState?.term !== message.term || hardState.votedFor !== message.to) throw new Error("a vote is not on disk");
    }
    if (
      message.type === "voteRequest" &&
      !message.preVote &&
      (hardState?.term !== message.term || hardState.votedFor !== message.from)
    )
      throw new Error("a candidate's own vote is not on disk");
    if (message.type === "appendMatch" || message.type === "heartbeatReply") {
      if (lastOnDisk < message.matchIndex) throw new Error(`${message.matchIndex} is not on disk`);
      if ((hardState?.term ?? 0) < message.term) throw new Error(`term ${message.term} is not on disk`);
    }
  }

  #any<T>(list: readonly T[]): T {
    const found = list[this.#random.between(0, list.length - 1)];
    if (found === undefined) throw new Error("nothing to choose from");
    return found;
  }

  #oneIn(times: number): boolean {
    return this.#random.between(1, times) === 1;
  }
}
