import { setTimeout as sleep } from "node:timers/promises";
import { diskBytes } from "../../../storage/files/disk-bytes.ts";
import type { Usage } from "../measure/measurement.ts";
import type { Processes, RunningProcess } from "../measure/processes.ts";
import type { NodeState, Place, PlannedNode, Subject } from "../measure/subject.ts";
import type { ProcessUsage } from "../measure/usage.ts";

const pollMs = 20;
const readyWithinMs = 60_000;

/** A node of a running cluster and what it said last. */
export interface Member {
  readonly id: number;
  readonly clientAddress: string;
  readonly state: NodeState;
}

export interface Roles {
  readonly leader: Member;
  readonly followers: readonly Member[];
}

/** Usage of every node at one moment. */
export type Snapshot = ReadonlyMap<number, ProcessUsage>;

/** A cluster that is measured: its processes, who leads, what they use. */
export class Cluster {
  readonly subject: Subject;
  readonly #processes: Processes;
  readonly #plan: readonly PlannedNode[];
  readonly #running = new Map<number, RunningProcess>();

  constructor(place: Place, ports: { subject: Subject; processes: Processes }) {
    this.subject = ports.subject;
    this.#processes = ports.processes;
    this.#plan = ports.subject.plan(place);
  }

  get clientAddresses(): readonly string[] {
    return this.#plan.map(({ clientAddress }) => clientAddress);
  }

  /** Resolves once every node runs and follows the same leader. */
  async start(): Promise<Roles> {
    for (const { id } of this.#plan) this.startNode(id);
    return this.settled();
  }

  startNode(id: number): void {
    const node = this.#plan.find((planned) => planned.id === id);
    if (node !== undefined) this.#running.set(id, this.#processes.start(node.commandLine));
  }

  /** kill -9; returns once the signal is sent. */
  killNode(id: number): void {
    this.#running.get(id)?.kill();
  }

  /** SIGTERM; resolves once the node has ended. */
  async stopNode(id: number): Promise<void> {
    await this.#running.get(id)?.stop();
  }

  async ended(id: number): Promise<void> {
    await this.#running.get(id)?.ended;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map((process) => process.stop()));
    this.subject.close();
  }

  /**
   * Resolves once every node is up, all agree on the leader, and all have applied what it had applied.
   * @throws Error if that takes a minute, or a process has ended
   */
  async settled(): Promise<Roles> {
    const giveUpAt = performance.now() + readyWithinMs;
    while (performance.now() < giveUpAt) {
      this.#assertAlive();
      const roles = await this.roles();
      if (roles?.followers.every(({ state }) => state.appliedIndex >= roles.leader.state.appliedIndex)) return roles;
      await sleep(pollMs);
    }
    throw new Error(`The nodes of ${this.subject.name} did not agree on a leader within ${readyWithinMs / 1_000} s.`);
  }

  /** Who leads and who follows; null while not all nodes answer and agree. */
  async roles(): Promise<Roles | null> {
    const members: Member[] = [];
    for (const { id, clientAddress } of this.#plan) {
      const state = await this.subject.readState(clientAddress);
      if (state === null) return null;
      members.push({ id, clientAddress, state });
    }
    const leader = members.find(({ state }) => state.isLeader);
    const agree = members.every(({ state }) => state.knowsLeader && state.term === leader?.state.term);
    if (leader === undefined || !agree) return null;
    return { leader, followers: members.filter((member) => member !== leader) };
  }

  /** The newest term that any node knows: it grows by one with each election at least. */
  async term(): Promise<number> {
    const states = await Promise.all(this.#plan.map(({ clientAddress }) => this.subject.readState(clientAddress)));
    return Math.max(0, ...states.map((state) => state?.term ?? 0));
  }

  usage(): Snapshot {
    const usage = new Map<number, ProcessUsage>();
    for (const [id, process] of this.#running) {
      const now = process.usage();
      if (now !== null) usage.set(id, now);
    }
    return usage;
  }

  /** What the largest data directory takes on disk. */
  async diskBytesMax(): Promise<number> {
    return Math.max(...(await Promise.all(this.#plan.map(({ dataDirectory }) => diskBytes(dataDirectory)))));
  }

  #assertAlive(): void {
    for (const [id, process] of this.#running) {
      if (process.isRunning) continue;
      throw new Error(`Node ${id} of ${this.subject.name} has ended (exit code ${process.exitCode}):\n${process.lastLines}`);
    }
  }
}

/** What the nodes used between two moments, beside what their client used; null where it is not known. */
export function usageBetween(
  { before, after, ms }: { before: Snapshot; after: Snapshot; ms: number },
  roles: Roles,
  clientCores: number,
): Usage | null {
  const coresOf = (id: number) => ((after.get(id)?.cpuMs ?? 0) - (before.get(id)?.cpuMs ?? 0)) / ms;
  const rssOf = (id: number) => after.get(id)?.rssBytes ?? 0;
  const leader = roles.leader.id;
  const followers = roles.followers.map(({ id }) => id);
  if (before.size === 0 || after.size === 0) return null;
  return {
    clientCores,
    leaderCores: coresOf(leader),
    followerCores: followers.reduce((sum, id) => sum + coresOf(id), 0) / Math.max(1, followers.length),
    leaderRssBytes: rssOf(leader),
    followerRssBytesMax: Math.max(0, ...followers.map(rssOf)),
  };
}
