import { bootstrapMembers, incarnationDigits, noMembers } from "../core/members.ts";
import type { Member, Members, NodeId } from "../core/types.ts";
import { nodeOptionDefaults } from "../node/ports/options.ts";
import { EventQueue } from "./base/event-queue.ts";
import { Random } from "./base/random.ts";
import { Trace } from "./base/trace.ts";
import { Checks } from "./checks/checks.ts";
import { judgeHistory } from "./checks/linearizable.ts";
import { type Counters, countersOf } from "./counters.ts";
import { Drive } from "./disks/drive.ts";
import { LogDisk } from "./disks/log-disk.ts";
import { StateDisk } from "./disks/state-disk.ts";
import { Faults } from "./faults/faults.ts";
import { heal, type Patient } from "./faults/healing.ts";
import { Operators } from "./faults/operators.ts";
import { Host } from "./host/host.ts";
import { RequestMaker } from "./load/client-requests.ts";
import { Watchers } from "./load/watchers.ts";
import { Workload } from "./load/workload.ts";
import type { Greeting } from "./net/greeting.ts";
import { Network } from "./net/network.ts";
import type { Scenario } from "./scenario.ts";

/** How a run went. Equal seeds give equal results, to the last bit. */
export interface Result {
  readonly seed: number;
  readonly nodes: number;
  /** What was wrong; null if nothing was. */
  readonly failure: string | null;
  /** The last things that happened, described. */
  readonly lastLines: readonly string[];
  readonly fingerprint: string;
  /** Virtual seconds that passed, healing included. */
  readonly seconds: number;
  readonly counters: Counters;
}

/** Number of last lines that are given with a failure. */
const lastLinesMax = 60;
/** Once the faults are over, a process that is still to end starts again after this time, in ms. */
const restartMs = 10;
/** Far more tasks than any node could need at one moment. */
const tasksInMomentMax = 10_000;

/**
 * A virtual cluster: the real node, core and machine on simulated disks, clocks and network. Everything that happens
 * is a task in one queue, run one after the other; nothing waits, and nothing comes from outside but the seed.
 */
export class World implements Patient {
  readonly scenario: Scenario;
  readonly queue = new EventQueue();
  readonly hosts: Host[] = [];
  readonly network: Network;
  readonly checks: Checks;
  readonly workload: Workload;
  readonly watchers: Watchers;
  readonly requests: RequestMaker;
  readonly operators: Operators;
  readonly faults: Faults;
  readonly supervised = new Set<Host>();
  readonly #trace: Trace;
  /** Nodes with empty disks under ids that were taken. They are judged by nobody, and must be heard by nobody. */
  readonly #impostors: Host[] = [];
  readonly #disks = new Map<NodeId, LogDisk>();
  /** Those the cluster begins with. */
  readonly #members: Members;
  #lastMoment = 0;
  #tasksInMoment = 0;

  constructor(scenario: Scenario, onLine: ((line: string) => void) | null = null) {
    this.scenario = scenario;
    const { queue } = this;
    const { seed } = scenario;
    const nodes = Array.from({ length: scenario.nodes }, (_, place) => place + 1);
    const birth = new Random(seed, "birth");
    const unheard = birth.chance(0.3) ? birth.pick(nodes) : null;
    this.#members = bootstrapMembers(
      nodes.map((id) => memberAt(id, unheard)),
      incarnationOf(seed),
    );
    this.#trace = new Trace(() => queue.now, onLine);
    const trace = this.#trace;
    this.checks = new Checks(this.#disks, this.#members);
    this.network = new Network(scenario.network, {
      queue,
      random: new Random(seed, "network"),
      trace,
      stationOf: (node) => this.#hostOf(node)?.process ?? this.#impostors.findLast(({ id }) => id === node)?.process ?? null,
      onLetIn: (node, caller) => this.#checkLetIn(node, caller),
    });
    for (const id of nodes) this.#addHost(id, firstDiskOf(id), this.#members);
    this.requests = new RequestMaker(scenario.requests, new Random(seed, "requests"));
    const random = new Random(seed, "workload");
    this.workload = new Workload(scenario.workload, {
      queue,
      random,
      checks: this.checks,
      hosts: this.hosts,
      requests: this.requests,
    });
    const { changeHistoryBytesMax, changeHistoryEntriesMax } = scenario.node;
    const historyIsLong = changeHistoryBytesMax >= nodeOptionDefaults.changeHistoryBytesMax && changeHistoryEntriesMax > 10_000;
    this.watchers = new Watchers(
      { watchers: scenario.watchers, historyIsLong },
      { queue, random: new Random(seed, "watchers"), checks: this.checks, hosts: this.hosts },
    );
    this.operators = new Operators({
      queue,
      random: new Random(seed, "operators"),
      trace,
      checks: this.checks,
      hosts: this.hosts,
      addHost: (id, diskId) => this.#addHost(id, diskId, noMembers),
      addImpostor: (lost) => this.#addImpostor(lost),
    });
    this.faults = new Faults(scenario.faults, {
      queue,
      seed,
      trace,
      network: this.network,
      hosts: this.hosts,
      operators: this.operators,
    });
  }

  /** Lives through the whole scenario. */
  run(): Result {
    const { hosts, workload, faults, checks } = this;
    for (const host of hosts) host.start();
    workload.start();
    this.watchers.start();
    faults.start();
    this.runUntil(this.scenario.seconds * 1_000, () => false);
    faults.stop();
    if (checks.failure === null) heal(this, new Random(this.scenario.seed, "healing"), this.scenario.healsMajorityFirst);
    if (checks.failure === null) this.#judge();
    return this.#result();
  }

  /** Whether the tasks of one moment never come to an end: some node wants to be woken at once again and again. */
  #standsStill(): boolean {
    if (this.queue.now !== this.#lastMoment) {
      this.#lastMoment = this.queue.now;
      this.#tasksInMoment = 0;
    }
    this.#tasksInMoment += 1;
    return this.#tasksInMoment > tasksInMomentMax;
  }

  /** Lets time pass until `isReached`, but not beyond `until`, nor beyond the first failure. */
  runUntil(until: number, isReached: () => boolean): boolean {
    const { queue, checks } = this;
    while (checks.failure === null && !isReached()) {
      const task = queue.take(until);
      if (task === null) return isReached();
      task.run();
      if (this.#standsStill()) checks.fail("Time stands still: the tasks of this moment never end.");
    }
    return checks.failure === null;
  }

  /** Those who were told that their disk is another one, or could not ask. */
  get impostors(): readonly Host[] {
    return this.#impostors;
  }

  say(text: string): void {
    this.#trace.note("text", 0, text);
  }

  #judge(): void {
    this.workload.checkRefused();
    const verdict = judgeHistory(this.workload.history);
    if (verdict.type === "violation") this.checks.fail(`The history of key ${verdict.key} is not linearizable: ${verdict.why}`);
    else if (verdict.type === "undecided") this.checks.fail(`The history of key ${verdict.key} took too long to judge.`);
  }

  #hostOf(id: NodeId): Host | undefined {
    return this.hosts.find((host) => host.id === id);
  }

  #addHost(id: NodeId, diskId: string, members: Members): Host {
    const log = new LogDisk(id, { onDurable: (...news) => this.#onDurable(...news) });
    this.#disks.set(id, log);
    const host = this.#newHost(id, diskId, members, log, this.checks);
    this.hosts.push(host);
    return host;
  }

  #addImpostor({ id, diskId }: Host): void {
    const checks = new Checks(new Map(), this.#members);
    const log = new LogDisk(id, { onDurable: () => undefined });
    const impostor = this.#newHost(id, `not ${diskId}`, this.#members, log, checks);
    this.#impostors.push(impostor);
    impostor.start();
  }

  #newHost(id: NodeId, diskId: string, members: Members, log: LogDisk, checks: Checks): Host {
    const { seed, core, node, sessions, drive, clockRateMin, clockRateMax, turnMsMax } = this.scenario;
    return new Host(
      {
        id,
        diskId,
        incarnationId: this.#members.incarnationId,
        node,
        core,
        members,
        sessions,
        clockRateMin,
        clockRateMax,
        turnMsMax,
      },
      {
        queue: this.queue,
        network: this.network,
        checks,
        trace: this.#trace,
        random: new Random(seed, `host ${id} on ${diskId}`),
        drive: new Drive(drive, new Random(seed, `drive ${id}`)),
        log,
        state: new StateDisk(),
        onDown: (down) => this.#onDown(down),
      },
    );
  }

  /** Rule 30: whoever has applied which disk a node has does not listen to another one. */
  #checkLetIn(node: NodeId, { from, diskId }: Greeting): void {
    const state = this.#hostOf(node)?.state;
    if (state === undefined) return;
    const known = this.checks.committed.membersAsOf(state.appliedIndex).members.nodes.find(({ id }) => id === from);
    if (known !== undefined && known.diskId !== "" && known.diskId !== diskId) {
      this.checks.fail(`Node ${node} listens to node ${from} on ${diskId}, and knows that its disk is ${known.diskId}.`);
    }
  }

  #onDown(host: Host): void {
    if (this.#impostors.includes(host)) return;
    if (!this.supervised.has(host)) this.faults.onDown(host);
    else if (!host.isRetired) this.queue.add(this.queue.now + restartMs, () => host.start());
  }

  #onDurable(...[node, disk, store]: Parameters<Checks["onDurable"]>): void {
    this.#trace.note("stored", node, store);
    this.checks.onDurable(node, disk, store);
  }

  #result(): Result {
    const { scenario, checks, queue } = this;
    return {
      seed: scenario.seed,
      nodes: scenario.nodes,
      failure: checks.failure,
      lastLines: checks.failure === null ? [] : this.#trace.last(lastLinesMax),
      fingerprint: `${this.#trace.fingerprint}-${this.#trace.count}-${queue.added}`,
      seconds: queue.now / 1_000,
      counters: countersOf(this),
    };
  }
}

/** What a cluster that begins knows of its nodes; of one that was not heard of at its birth, not its disk. */
function memberAt(id: NodeId, unheard: NodeId | null): Member {
  return { id, peerAddress: `node-${id}`, clientAddress: `node-${id}`, diskId: id === unheard ? "" : firstDiskOf(id) };
}

function firstDiskOf(id: NodeId): string {
  return `disk-${id}`;
}

function incarnationOf(seed: number): string {
  return seed.toString(16).padStart(incarnationDigits, "0");
}
