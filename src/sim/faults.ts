import type { Millis } from "../core/types.ts";
import type { EventQueue } from "./event-queue.ts";
import type { Host } from "./host.ts";
import type { Network } from "./network.ts";
import { randomCuts, shapeNames, shapes } from "./partitions.ts";
import type { Random } from "./random.ts";
import type { Trace } from "./trace.ts";

/**
 * - `crash`: one process dies between any two of its effects. `crashLeader`: that of a leader.
 * - `crashMany`: several die at once, perhaps all.
 * - `stop`: one process is told to stop in order.
 * - `pause`: one process is held; its mail piles up and its timers come late.
 * - `partition`, `cuts`: links are cut, in one of the shapes or at random. `isolateLeader`: those of a leader.
 * - `badWeather`: messages are lost, doubled and late.
 * - `longLinks`: some links delay all that is sent, so that old news arrives after a change.
 * - `lateLeader`: a leader is no longer heard, but goes on hearing what others said before.
 * - `slowDisk`, `stalledDisk`: writes take long, or none is done for a while.
 * - `failingDisk`: one write or read of the disk fails, and the process must stop.
 * - `clockJump`: one clock jumps forward.
 */
export const faultKinds = [
  "crash",
  "crashLeader",
  "crashMany",
  "stop",
  "pause",
  "pauseLeader",
  "partition",
  "cuts",
  "isolateLeader",
  "badWeather",
  "longLinks",
  "lateLeader",
  "slowDisk",
  "stalledDisk",
  "failingDisk",
  "clockJump",
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface FaultOptions {
  /** What may go wrong; all of it equally often. */
  readonly kinds: readonly FaultKind[];
  /** Longest peace between the beginnings of two faults, in ms. */
  readonly pauseMsMax: Millis;
  /** Longest that a fault lasts, in ms. */
  readonly lastingMsMax: Millis;
}

export interface FaultPorts {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly trace: Trace;
  readonly network: Network;
  readonly hosts: readonly Host[];
}

/** A process that is to die at an effect it never has dies after so long all the same, in ms. */
const armedMsMax = 200;
/** No disk stalls for longer, in ms. */
const stallMsMax = 4_000;
/** So many effects at most until a process dies. */
const armedEffectsMax = 12;

/** Makes things go wrong, one after another and several at once, until it is told to stop. */
export class Faults {
  readonly #options: FaultOptions | null;
  readonly #ports: FaultPorts;
  readonly counters = new Map<FaultKind, number>();
  #active = false;

  constructor(options: FaultOptions | null, ports: FaultPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  start(): void {
    this.#active = this.#options !== null;
    this.#next();
  }

  /** No fault begins any more. What was broken stays so until the world is healed. */
  stop(): void {
    this.#active = false;
  }

  /** A process is down: somebody starts it again some time. */
  onDown(host: Host): void {
    const { queue, random } = this.#ports;
    if (!this.#active) return;
    queue.add(queue.now + random.skewed(5, this.#lastingMsMax), () => {
      if (this.#active) host.start();
    });
  }

  get #lastingMsMax(): Millis {
    return this.#options?.lastingMsMax ?? 0;
  }

  #next(): void {
    const { queue, random } = this.#ports;
    const options = this.#options;
    if (options === null) return;
    queue.add(queue.now + random.skewed(0, options.pauseMsMax), () => {
      if (!this.#active) return;
      this.#begin(random.pick(options.kinds));
      this.#next();
    });
  }

  #begin(kind: FaultKind): void {
    const { random } = this.#ports;
    this.counters.set(kind, (this.counters.get(kind) ?? 0) + 1);
    switch (kind) {
      case "crash":
        return this.#crash(this.#someHost());
      case "crashLeader":
        return this.#crash(this.#leader());
      case "crashMany":
        for (const host of random.shuffled(this.#ports.hosts).slice(0, random.between(1, this.#ports.hosts.length)))
          host.crash("killed");
        return;
      case "stop":
        return this.#someHost().stop();
      case "pause":
        return this.#pause(this.#someHost());
      case "pauseLeader":
        return this.#pause(this.#leader());
      case "partition":
      case "cuts":
      case "isolateLeader":
        return this.#cut(kind);
      case "badWeather":
        return this.#worsen();
      case "longLinks":
        return this.#lengthen();
      case "lateLeader":
        return this.#deceive(this.#leader());
      case "slowDisk":
      case "stalledDisk":
      case "failingDisk":
        return this.#harm(kind, random.chance(0.5) ? this.#leader() : this.#someHost());
      case "clockJump": {
        const host = this.#someHost();
        this.#say(`the clock of node ${host.id} jumps`);
        return host.process?.clock.jump(random.skewed(1, 5_000));
      }
      default:
        kind satisfies never;
    }
  }

  #crash(host: Host): void {
    const { queue, random } = this.#ports;
    const process = host.process;
    process?.life.armCrash(random.below(armedEffectsMax));
    queue.add(queue.now + random.within(0, armedMsMax), () => {
      if (host.process === process) host.crash("killed");
    });
  }

  #pause(host: Host): void {
    const process = host.process;
    if (process === null || process.life.paused) return;
    host.pause();
    this.#later(() => {
      if (host.process === process) host.resume(this.#ports.random.chance(0.5));
    });
  }

  #cut(kind: "partition" | "cuts" | "isolateLeader"): void {
    const { random, network, hosts } = this.#ports;
    const nodes = random.shuffled(hosts).map((host) => host.id);
    const shape = kind === "isolateLeader" ? random.pick(["lonely", "mute", "deaf"] as const) : random.pick(shapeNames);
    const leader = this.#leader().id;
    const order = kind === "isolateLeader" ? [leader, ...nodes.filter((id) => id !== leader)] : nodes;
    const cuts = kind === "cuts" ? randomCuts(order, random) : shapes[shape](order);
    this.#say(`cuts ${kind === "cuts" ? "links" : shape}: ${cuts.map(([from, to]) => `${from}>${to}`).join(" ")}`);
    for (const [from, to] of cuts) network.cut(from, to);
    this.#later(() => {
      this.#say("makes all links whole");
      network.heal();
    });
  }

  #worsen(): void {
    const { random, network } = this.#ports;
    const weather = { loss: random.skewed(0, 0.5), duplication: random.within(0, 0.3), slowness: random.skewed(1, 50) };
    this.#say(`bad weather: ${JSON.stringify(weather)}`);
    network.changeWeather(weather);
    this.#later(() => network.changeWeather(null));
  }

  /** Some links become long, each by its own measure: what is said there is old when it arrives. */
  #lengthen(): void {
    const { random, network, hosts } = this.#ports;
    const ids = hosts.map((host) => host.id);
    const longestMs = random.pick([50, 300, 1_000]);
    const links = randomCuts(ids, random);
    this.#say(`long links, up to ${longestMs} ms: ${links.map(([from, to]) => `${from}>${to}`).join(" ")}`);
    for (const [from, to] of links) network.delay(from, to, random.within(0, longestMs));
    this.#later(() => {
      this.#say("makes all links whole");
      network.heal();
    });
  }

  /** First all that is said to the leader takes long; then what it says is lost. For a while it cannot know. */
  #deceive(leader: Host): void {
    const { random, network, hosts, queue } = this.#ports;
    const others = hosts.filter((host) => host !== leader).map(({ id }) => id);
    this.#say(`all links to node ${leader.id} become long`);
    const detourMs = random.within(100, 1_000);
    for (const other of others) network.delay(other, leader.id, detourMs * random.within(0.8, 1.2));
    queue.add(queue.now + random.within(0, 500), () => {
      if (!this.#active) return;
      this.#say(`cuts all links from node ${leader.id}`);
      for (const other of others) network.cut(leader.id, other);
    });
    this.#later(() => {
      this.#say("makes all links whole");
      network.heal();
    });
  }

  #harm(kind: "slowDisk" | "stalledDisk" | "failingDisk", host: Host): void {
    const { random, queue } = this.#ports;
    this.#say(`${kind} at node ${host.id}`);
    if (kind === "failingDisk") host.drive.failNext(random.pick(["store", "write", "read"]));
    else if (kind === "stalledDisk") host.drive.stall(queue.now + random.within(0, Math.min(stallMsMax, this.#lastingMsMax)));
    else {
      host.drive.slow(random.pick([10, 100, 1_000]));
      this.#later(() => host.drive.slow(1));
    }
  }

  #later(end: () => void): void {
    const { queue, random } = this.#ports;
    queue.add(queue.now + random.within(10, this.#lastingMsMax), () => {
      if (this.#active) end();
    });
  }

  #someHost(): Host {
    return this.#ports.random.pick(this.#ports.hosts);
  }

  /** One that believes to lead, if there is one: there may be several. */
  #leader(): Host {
    const { random, hosts } = this.#ports;
    const leaders = hosts.filter((host) => host.process?.node.view.role === "leader");
    return random.pick(leaders.length === 0 ? hosts : leaders);
  }

  #say(text: string): void {
    this.#ports.trace.note("text", 0, text);
  }
}
