import { bootstrapMembers } from "../../core/members.ts";
import type { Member, NodeId } from "../../core/types.ts";
import { Founding, type Reply } from "../../node/founding/founding.ts";
import { answerOf, type Birth, type Introduction, type IntroductionAnswer } from "../../node/founding/introduction.ts";
import type { EventQueue } from "../base/event-queue.ts";
import { Life } from "../base/life.ts";
import { Random } from "../base/random.ts";
import type { Trace } from "../base/trace.ts";
import { Drive } from "../disks/drive.ts";
import { LogDisk } from "../disks/log-disk.ts";
import { StateDisk } from "../disks/state-disk.ts";
import { Host, type Process } from "../host/host.ts";
import { SimClock } from "../host/sim-clock.ts";
import type { Network } from "../net/network.ts";
import type { Scenario } from "../scenario.ts";
import { copyOf, type Directory } from "./directory.ts";
import type { Era } from "./era.ts";

export interface PlacePorts {
  readonly scenario: Scenario;
  readonly queue: EventQueue;
  readonly network: Network;
  readonly trace: Trace;
  readonly newName: (what: "disk" | "incarnation") => string;
  /** Asks over the network who is at the place of this id. */
  readonly ask: (question: Introduction, done: (reply: Reply) => void) => void;
  /** It was given a list, and is in a cluster with it now. */
  readonly onBorn: (place: Place, list: readonly NodeId[], birth: Birth) => void;
  /** The incarnation that this directory is in. */
  readonly eraOf: (place: Place, birth: Birth) => Era;
  /** It is down, though nobody wanted it to be. */
  readonly onDown: (place: Place) => void;
}

/** A node that takes part in a cluster, and that cluster's incarnation. */
export interface Running {
  readonly place: Place;
  readonly host: Host;
  readonly process: Process;
  readonly era: Era;
}

/** Longest time that a write of the identity file takes, in ms. */
const keepMsMax = 10;
/** All clusters here have one name. */
const clusterId = "balsa";

/**
 * A machine with a list of nodes and a data directory. Started, it does what the program does: with an empty directory it
 * founds a cluster with its list, or finds that there is one already; with data it runs the node.
 */
export class Place {
  readonly id: NodeId;
  list: readonly NodeId[];
  directory: Directory;
  /** Whether its next start may begin a cluster without those that are silent. */
  isForced = false;
  /** Why it has ended by itself, and will end again; null if it has not. */
  refusal: string | null = null;
  readonly #ports: PlacePorts;
  readonly #random: Random;
  #founding: { readonly founding: Founding; readonly life: Life; readonly list: readonly NodeId[] } | null = null;
  #seat: { readonly host: Host; readonly era: Era } | null = null;
  #lives = 0;

  constructor(id: NodeId, list: readonly NodeId[], ports: PlacePorts) {
    this.id = id;
    this.list = list;
    this.#ports = ports;
    this.#random = new Random(ports.scenario.seed, `place ${id}`);
    this.directory = this.#emptyDirectory();
  }

  get isUp(): boolean {
    return this.#founding !== null || this.running !== null;
  }

  get running(): Running | null {
    const process = this.#seat?.host.process ?? null;
    return this.#seat === null || process === null ? null : { place: this, process, ...this.#seat };
  }

  /** The list with which it is founding a cluster now. */
  get foundsWith(): readonly NodeId[] | undefined {
    return this.#founding?.list;
  }

  /** The life of its process, whatever that does. */
  get life(): Life | null {
    return this.#founding?.life ?? this.running?.process.life ?? null;
  }

  /** Whether its node has said that the cluster goes on without it. */
  get isRefused(): boolean {
    return this.refusal !== null || (this.#seat?.host.isRetired ?? false);
  }

  start(): void {
    if (this.isUp || this.isRefused) return;
    const { birth } = this.directory;
    if (birth === null) return this.#found();
    this.#seat ??= this.#takeSeat(birth);
    this.#seat.host.start();
  }

  crash(why: string): void {
    this.#endFounding();
    this.#seat?.host.crash(why);
  }

  /** Its volume is emptied while it is down. */
  empty(): void {
    this.crash("its volume is emptied");
    this.putBack(this.#emptyDirectory());
  }

  copy(): Directory {
    return copyOf(this.directory);
  }

  /** Another directory takes the place of its own. */
  putBack(directory: Directory): void {
    this.crash("its directory is put back");
    this.directory = directory;
    this.refusal = null;
    this.#seat = null;
  }

  /** What it says to one that is in no cluster; null: nothing. */
  answer(question: Introduction): IntroductionAnswer | null {
    const { birth, diskId } = this.directory;
    if (this.#founding !== null) return this.#founding.founding.answer(question);
    const running = this.running;
    if (birth === null || running === null) return null;
    return answerOf({ clusterId, nodeId: this.id, diskId, birth }, running.process.node.view, question);
  }

  #found(): void {
    const { queue, scenario, newName, ask, trace } = this.#ports;
    this.#lives += 1;
    const life = new Life(this.id, this.#lives, {
      onStep: () => undefined,
      onArmedCrash: () => this.crash("killed while it founds"),
      onLateEffect: () => undefined,
    });
    const clock = new SimClock({ startsAt: 0, rate: 1, turnMsMax: scenario.turnMsMax }, queue, life, this.#random);
    const { directory, list, id: nodeId, isForced } = this;
    const { introduceMs, forceWaitMs } = scenario.node;
    const end = (why: Error) => {
      this.#endFounding();
      this.refusal = why.message;
      trace.note("text", nodeId, why.message);
    };
    trace.note("text", nodeId, `is in no cluster, and asks nodes ${list.join(", ")}`);
    const founding = new Founding(
      { clusterId, nodeId, diskId: directory.diskId, list: list.map(memberAt), isForced, introduceMs, forceWaitMs },
      {
        clock,
        newIncarnationId: () => newName("incarnation"),
        ask: (_, question, done) => ask(question, (reply) => life.run(() => done(reply))),
        keep: (birth, done) => {
          queue.add(queue.now + this.#random.within(0, keepMsMax), () => {
            if (!life.alive) return;
            directory.birth = birth;
            life.run(() => done(null));
          });
        },
        onWaiting: ({ reasons }) => trace.note("text", nodeId, reasons.join("; ")),
        onBorn: (birth) => {
          this.#endFounding();
          this.#ports.onBorn(this, list, birth);
          queue.add(queue.now, () => this.start());
        },
        onRefused: end,
        onFailed: end,
      },
    );
    this.#founding = { founding, life, list };
    life.run(() => founding.start());
  }

  #endFounding(): void {
    this.#founding?.founding.stop();
    this.#founding?.life.end();
    this.#founding = null;
  }

  #takeSeat(birth: Birth): { host: Host; era: Era } {
    const { queue, network, trace, scenario, eraOf, onDown } = this.#ports;
    const era = eraOf(this, birth);
    const { core, node, sessions, drive, clockRateMin, clockRateMax, turnMsMax, seed } = scenario;
    const { diskId, log, state } = this.directory;
    const members = bootstrapMembers(birth.members, birth.incarnationId);
    const host = new Host(
      {
        id: this.id,
        diskId,
        incarnationId: birth.incarnationId,
        node,
        core,
        members,
        sessions,
        clockRateMin,
        clockRateMax,
        turnMsMax,
      },
      {
        queue,
        network,
        checks: era.checks,
        trace,
        random: new Random(seed, `host ${this.id} on ${diskId} in ${birth.incarnationId}`),
        drive: new Drive(drive, new Random(seed, `drive ${this.id}`)),
        log,
        state,
        onDown: () => onDown(this),
      },
    );
    return { host, era };
  }

  #emptyDirectory(): Directory {
    const log = new LogDisk(this.id, {
      onDurable: (node, disk, store) => {
        this.#ports.trace.note("stored", node, store);
        this.#seat?.era.checks.onDurable(node, disk, store);
      },
    });
    return { diskId: this.#ports.newName("disk"), birth: null, log, state: new StateDisk() };
  }
}

/** What a list says of a node. */
export function memberAt(id: NodeId): Member {
  return { id, peerAddress: `node-${id}`, clientAddress: `node-${id}`, diskId: "" };
}
