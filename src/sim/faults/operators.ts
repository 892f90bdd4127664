import { majority } from "../../core/quorum.ts";
import type { Member, Members, MembersChange, NodeId } from "../../core/types.ts";
import type { ChangeOutcome, TransferOutcome } from "../../node/requests/operations.ts";
import type { EventQueue } from "../base/event-queue.ts";
import type { Random } from "../base/random.ts";
import type { Trace } from "../base/trace.ts";
import type { Checks } from "../checks/checks.ts";
import { membersOnDisk } from "../disks/log-disk.ts";
import type { Host, Process } from "../host/host.ts";
import type { ChurnKind } from "./fault-plan.ts";

export interface OperatorsPorts {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly trace: Trace;
  readonly checks: Checks;
  readonly hosts: readonly Host[];
  /** A machine with an empty disk joins under this id. */
  readonly addHost: (id: NodeId, diskId: string) => Host;
  /** Somebody starts a node with an empty disk under an id that is taken. */
  readonly addImpostor: (lost: Host) => void;
}

type Change = Extract<MembersChange, { type: "change" }>;

/** Something that operators want done, whatever it takes. */
interface Wish {
  readonly change: MembersChange;
  /** How often it may still be asked for; one that may have happened is asked for until that is known. */
  tries: number;
  /** An answer was lost, so new machines may be members already. */
  isOpen: boolean;
}

/** No more voters than this, and no more machines ever. */
const votersMax = 7;
const hostsMax = 14;
const triesMax = 12;
const timeoutMs = 1_500;
/** Longest until a wish is asked for again, in ms. */
const retryMsMax = 250;

/**
 * Those who run the cluster: they take in machines, let them go, replace lost disks, and hand leadership over, one thing
 * at a time. They make no mistake that would lose the cluster: a majority of every configuration that may be in force
 * keeps its disks. Answers may be lost to them as to everybody.
 */
export class Operators {
  readonly #ports: OperatorsPorts;
  /** Disks that were lost for good; their nodes may still be members. */
  readonly lost = new Set<NodeId>();
  readonly counters = { asked: 0, changed: 0, transferred: 0, clashed: 0 };
  #wish: Wish | null = null;
  #disks = 0;

  constructor(ports: OperatorsPorts) {
    this.#ports = ports;
  }

  get isBusy(): boolean {
    return this.#wish !== null;
  }

  /** The machines whose nodes are members, as far as is committed, and that have a disk. */
  get members(): Host[] {
    const ids = new Set(this.#committed.nodes.map(({ id }) => id));
    return this.#ports.hosts.filter(({ id }) => ids.has(id) && !this.lost.has(id));
  }

  /** The members without a disk: theirs was lost, or nobody ever learnt which machine was to have the id. */
  get missing(): NodeId[] {
    const present = new Set(this.members.map(({ id }) => id));
    return this.#committed.nodes.map(({ id }) => id).filter((id) => !present.has(id));
  }

  begin(kind: ChurnKind, random: Random): void {
    if (kind === "transfer") return this.#transfer(random);
    if (this.isBusy) return;
    const { nodes, learners } = this.#committed;
    const ids = nodes.map(({ id }) => id);
    switch (kind) {
      case "join":
        return this.#change([], random.chance(0.2) ? 2 : 1, random.chance(0.25));
      case "leave":
        return this.#change(random.shuffled(ids).slice(0, random.chance(0.2) ? 2 : 1), 0, false);
      case "replace":
        return this.#change(random.shuffled(ids).slice(0, random.between(1, 2)), random.between(1, 2), false);
      case "promote":
        return this.ask(random.chance(0.8) ? { type: "promote", ids: learners } : { type: "cancel" });
      case "clash":
        return this.#clash(random);
      case "loseDisk":
        return this.#loseDisk(random.pick(this.#ports.hosts), random);
      default:
        kind satisfies never;
    }
  }

  #loseDisk(host: Host, random: Random): void {
    if (this.lost.has(host.id) || !this.#staysAlive([], new Set([...this.lost, host.id]))) return;
    this.lost.add(host.id);
    host.lose();
    // A machine that comes back under its id is refused only by those who know which disk it had.
    if (random.chance(0.5) && this.#isDiskKnown(host)) this.#ports.addImpostor(host);
    const isMember = this.#committed.nodes.some(({ id }) => id === host.id);
    if (isMember && random.chance(0.7)) this.#change([host.id], 1, false);
  }

  #isDiskKnown({ id, diskId }: Host): boolean {
    return this.#known.every(({ nodes }) => nodes.length === 0 || nodes.some((node) => node.id === id && node.diskId === diskId));
  }

  /** Asks for it again and again, until it is done, refused for good, or has been asked for often enough. */
  ask(change: MembersChange): void {
    this.#wish = { change, tries: triesMax, isOpen: false };
    this.#attempt(this.#wish);
  }

  #change(remove: readonly NodeId[], count: number, asLearners: boolean): void {
    const { voters } = this.#committed;
    if (!this.#staysAlive(remove, this.lost) || (remove.length === 0 && count === 0)) return;
    if (count > 0 && (voters.length + count > votersMax || this.#ports.hosts.length + count > hostsMax)) return;
    const add = Array.from({ length: count }, () => this.#newMachine());
    this.ask({ type: "change", add, remove, asLearners, force: false });
  }

  /** Each finds the address free when it asks. At most one may get it; of what becomes of an answer that is lost nobody asks again. */
  #clash(random: Random): void {
    const process = this.#leader();
    const { voters, nodes } = this.#committed;
    if (process === null || voters.length + 2 > votersMax || this.#ports.hosts.length + 2 > hostsMax) return;
    const [first, second] = [this.#newMachine(), this.#newMachine()];
    const asLearners = random.chance(0.8);
    const take = (add: Member): Change => ({ type: "change", add: [add], remove: [], asLearners, force: false });
    const { id, clientAddress } = random.pick(nodes);
    const move: MembersChange = { type: "address", id, peerAddress: first.peerAddress, clientAddress };
    const other = random.chance(0.7) ? take({ ...second, peerAddress: first.peerAddress }) : move;
    for (const change of random.shuffled<MembersChange>([take(first), other])) {
      this.#call<ChangeOutcome>(
        process,
        (done) => process.node.changeMembers(change, timeoutMs, done),
        (outcome) => {
          if (outcome.type === "done" && change.type === "change") this.#startJoined(change, outcome.ids);
          if (outcome.type === "refused" && outcome.reason === "addressInUse") this.counters.clashed += 1;
        },
      );
    }
  }

  #newMachine(): Member {
    this.#disks += 1;
    const diskId = `new-disk-${this.#disks}`;
    return { id: 0, peerAddress: diskId, clientAddress: diskId, diskId };
  }

  #attempt(wish: Wish): void {
    const process = this.#leader();
    this.counters.asked += 1;
    wish.tries -= 1;
    if (process === null) return this.#later(wish);
    this.#call<ChangeOutcome>(
      process,
      (done) => process.node.changeMembers(wish.change, timeoutMs, done),
      (outcome) => this.#onOutcome(wish, outcome),
    );
  }

  #onOutcome(wish: Wish, outcome: ChangeOutcome): void {
    if (outcome.type === "done") {
      this.counters.changed += 1;
      this.#wish = null;
      if (wish.change.type === "change") this.#startJoined(wish.change, outcome.ids);
    } else if (outcome.type === "unknown") {
      wish.isOpen = true;
      this.#later(wish);
    } else if (isFinal(outcome.reason)) this.#wish = null;
    else this.#later(wish);
  }

  #later(wish: Wish): void {
    const { queue, random } = this.#ports;
    const mayHaveAdded = wish.isOpen && wish.change.type === "change" && wish.change.add.length > 0;
    // Whatever became of it then, no machine will ever have the id.
    if (wish.tries <= (mayHaveAdded ? -triesMax : 0)) this.#wish = null;
    else queue.add(queue.now + random.within(10, retryMsMax), () => this.#attempt(wish));
  }

  #startJoined({ add }: Change, ids: readonly NodeId[]): void {
    const { hosts, addHost } = this.#ports;
    add.forEach(({ diskId }, place) => {
      const id = ids[place];
      if (id !== undefined && !hosts.some((host) => host.id === id)) addHost(id, diskId).start();
    });
  }

  #transfer(random: Random): void {
    const process = this.#leader();
    if (process === null) return;
    const to = random.chance(0.4) ? null : random.pick(this.#ports.hosts).id;
    this.#ports.trace.note(
      "text",
      0,
      `asks node ${process.life.nodeId} to hand over to ${to === null ? "the best" : `node ${to}`}`,
    );
    this.#call<TransferOutcome>(
      process,
      (done) => process.node.transfer(to, timeoutMs, done),
      (outcome) => {
        if (outcome.type === "done") this.counters.transferred += 1;
      },
    );
  }

  /** One answer, or that none will come. */
  #call<T>(process: Process, start: (done: (outcome: T) => void) => void, done: (outcome: T | Lost) => void): void {
    const { queue, random } = this.#ports;
    let isSettled = false;
    const settle = (outcome: T | Lost): void => {
      if (isSettled) return;
      isSettled = true;
      forget();
      patience.cancel();
      done(outcome);
    };
    const patience = queue.add(queue.now + 2 * timeoutMs, () => settle(lostAnswer));
    const forget = process.life.whenEnded(() => queue.add(queue.now, () => settle(lostAnswer)));
    process.life.run(() =>
      start((outcome) => {
        if (process.life.effect("answer")) queue.add(queue.now, () => settle(random.chance(0.1) ? lostAnswer : outcome));
      }),
    );
  }

  #leader(): Process | null {
    const leaders = this.#ports.hosts.flatMap(({ process }) => (process?.node.view.role === "leader" ? [process] : []));
    return leaders.length === 0 ? null : this.#ports.random.pick(leaders);
  }

  get #committed(): Members {
    return this.#ports.checks.committed.members;
  }

  /** The members in force at each node, or on its disk. */
  get #known(): Members[] {
    return this.#ports.hosts.map((host) => host.process?.node.view.members ?? membersOnDisk(host.log));
  }

  /** Whether a majority of every configuration that may be in force, or come, keeps its disks if these are removed. */
  #staysAlive(remove: readonly NodeId[], lost: ReadonlySet<NodeId>): boolean {
    return [this.#committed, ...this.#known].every((members) =>
      halves(members).every((half) => {
        const left = half.filter((id) => !remove.includes(id));
        return half.length === 0 || left.filter((id) => !lost.has(id)).length >= Math.max(1, majority(left));
      }),
    );
  }
}

interface Lost {
  readonly type: "unknown";
  readonly reason: "timeout";
}

const lostAnswer: Lost = { type: "unknown", reason: "timeout" };

/** The sets of voters of which each needs its majority, now or once what is planned has happened. */
function halves({ voters, outgoing, plan }: Members): (readonly NodeId[])[] {
  if (plan === null) return [voters, outgoing];
  return [voters, outgoing, [...voters.filter((id) => !plan.remove.includes(id)), ...plan.promote]];
}

/** Refusals that asking again will not change. */
function isFinal(reason: Extract<ChangeOutcome, { type: "refused" }>["reason"]): boolean {
  return ["unknownMember", "idUsed", "addressInUse", "noVoters", "wouldLoseQuorum"].includes(reason);
}
