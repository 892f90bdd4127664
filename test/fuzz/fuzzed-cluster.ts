import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { BalsaAdmin } from "../../src/client/admin.ts";
import type { NodeStatus } from "../../src/server/node/node-status.ts";
import { servicesOf } from "../service/reflect.ts";
import { Cluster } from "../support/harness.ts";
import type { NodeProcess } from "../support/node-process.ts";
import { until } from "../support/until.ts";
import { HonestClient } from "./honest-client.ts";
import { type Known, knownFrom } from "./known.ts";
import { type Method, methodsOf, type Port } from "./methods.ts";
import type { Target } from "./speaker.ts";
import { longKeys } from "./values.ts";

/** How often what anybody can find out is found out anew, in ms. */
const refreshMs = 300;
const settleWithinMs = 120_000;

/** Real nodes, those who mean well, and what the others know of them. */
export class FuzzedCluster {
  readonly cluster: Cluster;
  readonly honest: readonly HonestClient[];
  readonly methods: Readonly<Record<Port, readonly Method[]>>;
  readonly #admin: BalsaAdmin;
  #known: Known;
  #isOver = false;

  private constructor(cluster: Cluster, methods: Record<Port, Method[]>, honest: HonestClient[], admin: BalsaAdmin, known: Known) {
    this.cluster = cluster;
    this.methods = methods;
    this.honest = honest;
    this.#admin = admin;
    this.#known = known;
  }

  static async start(): Promise<FuzzedCluster> {
    const cluster = await Cluster.start({ nodes: 3 });
    await cluster.leader();
    await until("the members name every disk", settleWithinMs, async () =>
      (await cluster.statuses()).every(({ members }) => members.every(({ diskId }) => diskId !== "")) ? true : undefined,
    );
    const methods = {
      client: methodsOf(await servicesOf(cluster.endpoint(1))),
      peer: methodsOf(await servicesOf(cluster.peerAddress(1))),
    };
    const honest = [
      new HonestClient({ endpoints: cluster.endpoints, prefer: "leader", name: "honest one" }),
      new HonestClient({ endpoints: cluster.endpoints, prefer: "any", name: "honest other" }),
    ];
    const admin = new BalsaAdmin({ endpoints: cluster.endpoints });
    await until("everybody who means well is served", settleWithinMs, () => honest.every(({ served }) => served > 0) || undefined);
    const nodes = cluster.nodes.map(({ id }) => id);
    const fuzzed = new FuzzedCluster(cluster, methods, honest, admin, knownFrom(await cluster.statuses(), nodes, new Set()));
    await fuzzed.#refresh();
    await fuzzed.fill();
    void fuzzed.#stayInformed();
    return fuzzed;
  }

  get known(): Known {
    return this.#known;
  }

  get targets(): Target[] {
    const portOf = (address: string) => Number(address.slice(address.lastIndexOf(":") + 1));
    return this.cluster.nodes.map(({ id }) => ({
      id,
      ports: { client: portOf(this.cluster.endpoint(id)), peer: portOf(this.cluster.peerAddress(id)) },
    }));
  }

  /** Sets what makes long answers: others overwrite it. */
  async fill(): Promise<void> {
    await this.honest[0]?.setLong(longKeys);
  }

  async terms(): Promise<number[]> {
    await this.cluster.whole();
    return (await this.cluster.statuses()).map(({ term }) => term);
  }

  /** @throws Error if a node has ended, or somebody who means well was answered wrongly or not at all */
  check(): void {
    for (const { id, isRunning, lastLine } of this.cluster.nodes) {
      if (!isRunning) throw new Error(`Node ${id} has ended: ${lastLine}`);
    }
    for (const { failure } of this.honest) if (failure !== null) throw failure;
  }

  /** Whether each of those who mean well was served that many times more than at `since`. */
  hasServed(times: number, since: readonly number[]): boolean {
    this.check();
    return this.honest.every(({ served }, i) => served >= (since[i] ?? 0) + times);
  }

  /** Each of those who mean well is served again. */
  async serves(): Promise<void> {
    const since = this.served;
    await until("everybody who means well is served", settleWithinMs, () => this.hasServed(1, since) || undefined);
  }

  get served(): number[] {
    return this.honest.map(({ served }) => served);
  }

  settled(): Promise<NodeStatus[]> {
    return this.cluster.settled();
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.honest.map((client) => client.close()));
    await this.cluster.remove();
  }

  async #stayInformed(): Promise<void> {
    while (!this.#isOver) {
      await this.#refresh();
      await pause(refreshMs);
    }
  }

  async #refresh(): Promise<void> {
    const statuses = await this.cluster.statuses();
    if (statuses.length < this.cluster.nodes.length) return;
    const names = this.honest.map(({ name }) => name);
    const honestSessions = new Set(this.#known.honestSessions);
    try {
      // Those who mean well have come first, so they are on the first page.
      for (const { sessionId, name } of (await this.#admin.listSessions()).sessions)
        if (names.includes(name)) honestSessions.add(sessionId);
    } catch {
      return; // While nobody leads, what was known before will do.
    }
    this.#known = knownFrom(
      statuses,
      this.cluster.nodes.map(({ id }) => id),
      honestSessions,
    );
  }
}

export function handles({ pid }: NodeProcess): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** The most memory that the process ever had at once, in MiB. */
export function peakMemory({ pid }: NodeProcess): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}
