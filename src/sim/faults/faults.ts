import type { Millis } from "../../core/types.ts";
import type { EventQueue } from "../base/event-queue.ts";
import { Random } from "../base/random.ts";
import type { Trace } from "../base/trace.ts";
import type { Host } from "../host/host.ts";
import type { Network } from "../net/network.ts";
import { randomCuts, shapeNames, shapes } from "../net/partitions.ts";
import type { FaultKind, FaultPlan } from "./fault-plan.ts";
import type { Operators } from "./operators.ts";

export interface FaultPorts {
  readonly queue: EventQueue;
  readonly seed: number;
  readonly trace: Trace;
  readonly network: Network;
  readonly hosts: readonly Host[];
  readonly operators: Operators;
}

/** A process that is to die at an effect it never has dies after this time all the same, in ms. */
const armedMsMax = 200;
/** No disk stalls for longer, in ms. */
const stallMsMax = 4_000;
/** Most effects until a process dies. */
const armedEffectsMax = 12;

/** Makes things go wrong as planned, one after another and several at once, until it is told to stop. */
export class Faults {
  readonly #plan: FaultPlan | null;
  readonly #ports: FaultPorts;
  readonly counters = new Map<FaultKind, number>();
  readonly #restarts: Random;
  #isActive = false;

  constructor(plan: FaultPlan | null, ports: FaultPorts) {
    this.#plan = plan;
    this.#ports = ports;
    this.#restarts = new Random(ports.seed, "restarts");
  }

  start(): void {
    const { queue, seed } = this.#ports;
    this.#isActive = this.#plan !== null;
    for (const { number, at, kind } of this.#plan?.faults ?? []) {
      queue.add(at, () => {
        if (!this.#isActive) return;
        this.counters.set(kind, (this.counters.get(kind) ?? 0) + 1);
        this.#begin(kind, new Random(seed, `fault ${number}`));
      });
    }
  }

  /** No fault begins any more. What was broken stays so until the world is healed. */
  stop(): void {
    this.#isActive = false;
  }

  /** A process is down: somebody starts it again some time. */
  onDown(host: Host): void {
    const { queue } = this.#ports;
    // Whoever runs a node that was removed may not notice, and start it again.
    if (!this.#isActive || (host.isRetired && this.#restarts.chance(0.6))) return;
    queue.add(queue.now + this.#restarts.skewed(5, this.#lastingMsMax), () => {
      if (this.#isActive) host.start();
    });
  }

  get #lastingMsMax(): Millis {
    return this.#plan?.lastingMsMax ?? 0;
  }

  #begin(kind: FaultKind, random: Random): void {
    switch (kind) {
      case "crash":
        return this.#crash(this.#someHost(random), random);
      case "crashLeader":
        return this.#crash(this.#leader(random), random);
      case "crashMany":
        for (const host of random.shuffled(this.#ports.hosts).slice(0, random.between(1, this.#ports.hosts.length)))
          host.crash("killed");
        return;
      case "stop":
        return this.#someHost(random).stop();
      case "pause":
        return this.#pause(this.#someHost(random), random);
      case "pauseLeader":
        return this.#pause(this.#leader(random), random);
      case "partition":
      case "cuts":
      case "isolateLeader":
        return this.#cut(kind, random);
      case "badWeather":
        return this.#worsen(random);
      case "longLinks":
        return this.#lengthen(random);
      case "lateLeader":
        return this.#deceive(this.#leader(random), random);
      case "slowDisk":
      case "stalledDisk":
      case "failingDisk":
        return this.#harm(kind, random.chance(0.5) ? this.#leader(random) : this.#someHost(random), random);
      case "clockJump": {
        const host = this.#someHost(random);
        this.#say(`the clock of node ${host.id} jumps`);
        return host.process?.clock.jump(random.skewed(1, 5_000));
      }
      default:
        this.#ports.operators.begin(kind, random);
    }
  }

  #crash(host: Host, random: Random): void {
    const { queue } = this.#ports;
    const process = host.process;
    process?.life.armCrash(random.below(armedEffectsMax));
    queue.add(queue.now + random.within(0, armedMsMax), () => {
      if (host.process === process) host.crash("killed");
    });
  }

  #pause(host: Host, random: Random): void {
    const process = host.process;
    if (process === null || process.life.paused) return;
    host.pause();
    this.#later(random, () => {
      if (host.process === process) host.resume(random.chance(0.5));
    });
  }

  #cut(kind: "partition" | "cuts" | "isolateLeader", random: Random): void {
    const { network, hosts } = this.#ports;
    const nodes = random.shuffled(hosts).map((host) => host.id);
    const shape = kind === "isolateLeader" ? random.pick(["lonely", "mute", "deaf"] as const) : random.pick(shapeNames);
    const leader = this.#leader(random).id;
    const order = kind === "isolateLeader" ? [leader, ...nodes.filter((id) => id !== leader)] : nodes;
    const cuts = kind === "cuts" ? randomCuts(order, random) : shapes[shape](order);
    this.#say(`cuts ${kind === "cuts" ? "links" : shape}: ${cuts.map(([from, to]) => `${from}>${to}`).join(" ")}`);
    for (const [from, to] of cuts) network.cut(from, to);
    this.#later(random, () => {
      this.#say("makes all links whole");
      network.heal();
    });
  }

  #worsen(random: Random): void {
    const { network } = this.#ports;
    const weather = { loss: random.skewed(0, 0.5), duplication: random.within(0, 0.3), slowness: random.skewed(1, 50) };
    this.#say(`bad weather: ${JSON.stringify(weather)}`);
    network.changeWeather(weather);
    this.#later(random, () => network.changeWeather(null));
  }

  /** Some links become long, each by its own measure: what is said there is old when it arrives. */
  #lengthen(random: Random): void {
    const { network, hosts } = this.#ports;
    const ids = hosts.map((host) => host.id);
    const longestMs = random.pick([50, 300, 1_000]);
    const links = randomCuts(ids, random);
    this.#say(`long links, up to ${longestMs} ms: ${links.map(([from, to]) => `${from}>${to}`).join(" ")}`);
    for (const [from, to] of links) network.delay(from, to, random.within(0, longestMs));
    this.#later(random, () => {
      this.#say("makes all links whole");
      network.heal();
    });
  }

  /** First all that is said to the leader takes long; then what it says is lost. For a while it cannot know. */
  #deceive(leader: Host, random: Random): void {
    const { network, hosts, queue } = this.#ports;
    const others = hosts.filter((host) => host !== leader).map(({ id }) => id);
    this.#say(`all links to node ${leader.id} become long`);
    const detourMs = random.within(100, 1_000);
    for (const other of others) network.delay(other, leader.id, detourMs * random.within(0.8, 1.2));
    queue.add(queue.now + random.within(0, 500), () => {
      if (!this.#isActive) return;
      this.#say(`cuts all links from node ${leader.id}`);
      for (const other of others) network.cut(leader.id, other);
    });
    this.#later(random, () => {
      this.#say("makes all links whole");
      network.heal();
    });
  }

  #harm(kind: "slowDisk" | "stalledDisk" | "failingDisk", host: Host, random: Random): void {
    const { queue } = this.#ports;
    this.#say(`${kind} at node ${host.id}`);
    if (kind === "failingDisk") host.drive.failNext(random.pick(["store", "write", "read"]));
    else if (kind === "stalledDisk") host.drive.stall(queue.now + random.within(0, Math.min(stallMsMax, this.#lastingMsMax)));
    else {
      host.drive.slow(random.pick([10, 100, 1_000]));
      this.#later(random, () => host.drive.slow(1));
    }
  }

  #later(random: Random, end: () => void): void {
    const { queue } = this.#ports;
    queue.add(queue.now + random.within(10, this.#lastingMsMax), () => {
      if (this.#isActive) end();
    });
  }

  #someHost(random: Random): Host {
    return random.pick(this.#ports.hosts);
  }

  /** One that believes to lead, if there is one: there may be several. */
  #leader(random: Random): Host {
    const { hosts } = this.#ports;
    const leaders = hosts.filter((host) => host.process?.node.view.role === "leader");
    return random.pick(leaders.length === 0 ? hosts : leaders);
  }

  #say(text: string): void {
    this.#ports.trace.note("text", 0, text);
  }
}
