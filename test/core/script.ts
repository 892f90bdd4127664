import type { Output } from "../../src/core/api.ts";
import {
  describeAnswer,
  describeEntry,
  describeMembers,
  describeMessage,
  describeStore,
  describeView,
} from "../../src/core/describe.ts";
import { logStart } from "../../src/core/log.ts";
import { bareMember } from "../../src/core/members.ts";
import type { PeerMessage } from "../../src/core/messages.ts";
import type { MembersChange } from "../../src/core/types.ts";
import { describeSpoken } from "../../src/node/ports/node-events.ts";
import { Cluster, type ClusterWatch, type Fate, type Member } from "./cluster.ts";
import { logOf } from "./one-node.ts";

/** Messages on one way, of one type or of all. */
interface Pattern {
  readonly from: number;
  readonly to: number;
  readonly type: string | null;
}

/**
 * Runs the commands of a scenario and writes down what happens, in the words of describe.ts.
 *
 *     cluster N [leader=ID] [OPTION=NUMBER ...]    N new nodes; what happens until that one leads is not shown
 *     disk ID log=1,1,2 [term=N] [vote=ID] [applied=N]    restarts a node that finds a log of these terms
 *     elect ID                 its election timer runs out; the other followers have heard no leader for a while
 *     propose ID TEXT ...      clients' commands, all in one step
 *     read ID [COUNT]          linearizable reads, all in one step
 *     join ID                  a new node, whom nobody has told yet who the members are
 *     change ID +4 +0@PLACE/DISK -3 [learners] [force]    nodes come (0: the leader picks the id) and go
 *     move ID MEMBER PLACE     a member has this peer address from now on
 *     promote ID LEARNER ... | cancel ID
 *     transfer ID [TO]         leadership is to go to that node, or to the best one
 *     compact ID [INDEX]       all that is applied, or all up to there, is durable at this node, so its log may be cut short
 *     snapshot FROM TO [failed]    all that a leader has applied reaches another node, or it does not
 *     members [ID]             those in force at each node
 *     time MS                  time passes for all; messages and disks take none
 *     cut ID | cut A->B [TYPE] messages from and to a node, or on one way, are lost
 *     heal                     no message is lost any more
 *     hold messages A->B [TYPE]    the network keeps them back from here on
 *     unhold / release messages    keeps no more of them back / delivers those that it kept, oldest first
 *     repeat A->B TYPE         the last such message comes once more
 *     hold disk ID / release disk ID    its writes do not end until then
 *     write ID                 but the one write under way does
 *     pause ID / resume ID     the process does not run; its clock does
 *     crash ID / restart ID [applied=N]    what is not on disk is gone
 *     status [ID]
 *     show messages | stores   from here on
 *     hide EVENT ...           from here on
 */
export class Script implements ClusterWatch {
  readonly lines: string[] = [];
  readonly #commands: Readonly<Record<string, (...words: string[]) => void>>;
  readonly #shown = new Set<string>();
  readonly #hidden = new Set<string>();
  readonly #last = new Map<string, PeerMessage>();
  #maybeCluster: Cluster | null = null;
  #isSilent = false;
  #cuts: Pattern[] = [];
  #holds: Pattern[] = [];
  #ticket = 0;
  /** How many election timers have run out so far. */
  #expirations = 0;

  constructor() {
    this.#commands = {
      cluster: (size, ...options) => this.#start(Number(size), options),
      disk: (id, ...found) => this.#find(this.#member(id), numbersOf(found), found),
      elect: (id) => this.#elect(this.#member(id)),
      propose: (id, ...texts) => this.#propose(this.#member(id), texts),
      read: (id, count = "1") => this.#read(this.#member(id), Number(count)),
      join: (id) => this.#cluster.join(Number(id)),
      change: (id, ...words) => this.#change(this.#member(id), changeOf(words)),
      move: (id, member, peerAddress = "") =>
        this.#change(this.#member(id), { type: "address", id: Number(member), peerAddress, clientAddress: "" }),
      promote: (id, ...ids) => this.#change(this.#member(id), { type: "promote", ids: ids.map(Number) }),
      cancel: (id) => this.#change(this.#member(id), { type: "cancel" }),
      transfer: (id, to) => this.#transfer(this.#member(id), to),
      compact: (id, index) => this.#compact(this.#member(id), index),
      snapshot: (from, to, failed) => this.#snapshot(this.#member(from), this.#member(to), failed !== undefined),
      members: (id) => this.#tellMembers(id === undefined ? this.#cluster.members : [this.#member(id)]),
      time: (ms) => this.#cluster.pass(Number(ms)),
      cut: (way = "", type) => this.#cuts.push(...this.#patterns(way, type)),
      heal: () => (this.#cuts = []),
      hold: (what, target = "", type) => this.#hold(what, target, type),
      unhold: () => (this.#holds = []),
      write: (id) => this.#cluster.store(this.#member(id)),
      release: (what, target) => this.#release(what, target),
      repeat: (way, type) => this.#repeat(`${way} ${type}`),
      pause: (id) => (this.#member(id).isPaused = true),
      resume: (id) => this.#resume(this.#member(id)),
      crash: (id) => this.#cluster.crash(this.#member(id)),
      restart: (id, ...found) => this.#cluster.restart(this.#member(id), numbersOf(found).get("applied")),
      status: (id) => this.#status(id === undefined ? this.#cluster.members : [this.#member(id)]),
      show: (what = "") => this.#shown.add(what),
      hide: (...types) => this.#hide(types),
    };
  }

  run(line: string): void {
    const [name = "", ...words] = line.split(/\s+/);
    const command = this.#commands[name];
    if (command === undefined) throw new Error(`no command is called "${name}"`);
    this.lines.push(`> ${line}`);
    command(...words);
    this.#maybeCluster?.settle();
  }

  onOutput(member: Member, output: Output): void {
    if (output.events.some(({ type }) => type === "timerExpired")) this.#expirations += 1;
    if (this.#isSilent) return;
    const who = `n${member.id}`;
    if (output.store !== null && this.#shown.has("stores")) this.lines.push(`${who} ${describeStore(output.store)}`);
    for (const event of output.events) {
      if (!this.#hidden.has(event.type)) this.lines.push(describeSpoken(event, member.view));
    }
    const applied = output.apply.map(describeEntry);
    if (applied.length > 0) this.lines.push(`${who} applies ${applied.join(" ")}`);
    for (const to of output.snapshots) this.lines.push(`${who} is to send a snapshot to n${to}`);
    for (const answer of output.answers) this.lines.push(`${who} ${describeAnswer(answer)}`);
  }

  onMessage(message: PeerMessage, fate: Fate): void {
    this.#last.set(`${message.from}->${message.to} ${message.type}`, message);
    if (this.#isSilent || !this.#shown.has("messages")) return;
    this.lines.push(`${describeMessage(message)}${fate === "delivered" ? "" : ` (${fate})`}`);
  }

  #start(size: number, words: readonly string[]): void {
    const options = numbersOf(words);
    const leader = options.get("leader");
    options.delete("leader");
    this.#isSilent = true;
    this.#maybeCluster = new Cluster(size, this, Object.fromEntries(options));
    this.#cluster.fateOf = (message) => this.#fateOf(message);
    if (leader !== undefined) {
      this.#elect(this.#cluster.member(leader));
      this.#cluster.pass(this.#cluster.member(leader).wakeAt - this.#cluster.member(leader).clock);
    }
    this.#isSilent = false;
  }

  #find(member: Member, numbers: Map<string, number>, words: readonly string[]): void {
    const list = words.find((word) => word.startsWith("log="))?.slice(4);
    const terms = list === undefined ? [] : list.split(",").map(Number);
    const entries = logOf(...terms);
    const term = numbers.get("term") ?? terms.at(-1) ?? 0;
    const applied = numbers.get("applied") ?? 0;
    member.disk = { hardState: { term, votedFor: numbers.get("vote") ?? null }, base: logStart, entries };
    member.applied = entries.slice(0, applied);
    this.#cluster.crash(member);
    this.#cluster.restart(member, applied);
  }

  #elect(member: Member): void {
    const { members } = this.#cluster;
    // Long enough that they would listen to a candidate, not so long that they campaign themselves.
    for (const other of members) {
      if (other !== member && other.view.role !== "leader")
        other.clock = Math.max(other.clock, Math.min(other.clock + 150, other.wakeAt - 1));
    }
    const expired = this.#expirations;
    for (let wakes = 0; wakes < 10 && this.#expirations === expired; wakes += 1) {
      member.clock = Math.max(member.clock, member.wakeAt);
      this.#cluster.step(member);
    }
    this.#cluster.settle();
  }

  #propose(member: Member, texts: readonly string[]): void {
    this.#cluster.step(
      member,
      ...texts.map((text) => ({ type: "propose" as const, ticket: ++this.#ticket, data: Buffer.from(text) })),
    );
  }

  #read(member: Member, count: number): void {
    this.#cluster.step(member, ...Array.from({ length: count }, () => ({ type: "read" as const, ticket: ++this.#ticket })));
  }

  #change(member: Member, change: MembersChange): void {
    this.#cluster.step(member, { type: "changeMembers", ticket: ++this.#ticket, change });
  }

  #tellMembers(members: readonly Member[]): void {
    for (const { id, isUp, view } of members) {
      const state = view.membersCommitted ? "" : " (not committed)";
      this.lines.push(isUp ? `n${id} members ${describeMembers(view.members)} of ${view.membersIndex}${state}` : `n${id} is down`);
    }
  }

  #transfer(member: Member, to: string | undefined): void {
    this.#ticket += 1;
    this.#cluster.step(member, { type: "transfer", ticket: this.#ticket, to: to === undefined ? null : Number(to) });
  }

  #compact(member: Member, index: string | undefined): void {
    this.#cluster.step(member, { type: "durable", index: index === undefined ? member.view.appliedIndex : Number(index) });
  }

  #snapshot(from: Member, to: Member, failed: boolean): void {
    if (failed) this.#cluster.step(from, { type: "snapshotSent", to: to.id, index: from.view.appliedIndex, outcome: "failed" });
    else this.#cluster.snapshot(from, to);
  }

  #hold(what: string | undefined, target: string, type?: string): void {
    if (what === "disk") this.#member(target).isDiskHeld = true;
    else this.#holds.push(...this.#patterns(target, type));
  }

  #release(what: string | undefined, target?: string): void {
    if (what === "disk") {
      this.#member(target).isDiskHeld = false;
    } else {
      this.#holds = [];
      this.#cluster.network.push(...this.#cluster.late.splice(0));
    }
  }

  #repeat(which: string): void {
    const message = this.#last.get(which);
    if (message === undefined) throw new Error(`no message ${which} was ever sent`);
    this.#cluster.send(message);
  }

  #resume(member: Member): void {
    member.isPaused = false;
    this.#cluster.step(member);
  }

  #hide(types: readonly string[]): void {
    for (const type of types) this.#hidden.add(type);
  }

  #status(members: readonly Member[]): void {
    for (const { id, isUp, view } of members) this.lines.push(isUp ? describeView(view) : `n${id} is down`);
  }

  #fateOf(message: PeerMessage): Fate {
    const fits = ({ from, to, type }: Pattern): boolean =>
      from === message.from && to === message.to && (type === null || type === message.type);
    if (this.#cuts.some(fits)) return "lost";
    return this.#holds.some(fits) ? "late" : "delivered";
  }

  /** "2" for all ways from and to node 2, "1->2" for one way. */
  #patterns(way: string, type: string | undefined): Pattern[] {
    const [from, to] = way.split("->").map(Number);
    if (from !== undefined && to !== undefined) return [{ from, to, type: type ?? null }];
    const id = this.#member(way).id;
    return this.#cluster.members.flatMap((other) => [
      { from: id, to: other.id, type: type ?? null },
      { from: other.id, to: id, type: type ?? null },
    ]);
  }

  #member(id: string | undefined): Member {
    return this.#cluster.member(Number(id));
  }

  get #cluster(): Cluster {
    if (this.#maybeCluster === null) throw new Error("a scenario begins with the command cluster");
    return this.#maybeCluster;
  }
}

/** `+4 +0@here/mars -3 learners force` */
function changeOf(words: readonly string[]): MembersChange {
  const signed = (sign: string): string[] => words.filter((word) => word.startsWith(sign)).map((word) => word.slice(1));
  return {
    type: "change",
    add: signed("+").map((word) => {
      const [id, peerAddress = "", diskId = ""] = word.split(/[@/]/);
      return { ...bareMember(Number(id)), peerAddress, diskId };
    }),
    remove: signed("-").map(Number),
    asLearners: words.includes("learners"),
    force: words.includes("force"),
  };
}

function numbersOf(words: readonly string[]): Map<string, number> {
  return new Map(
    words
      .map((word) => word.split("="))
      .filter(([name]) => name !== "log")
      .map(([name = "", value]) => [name, Number(value)]),
  );
}
