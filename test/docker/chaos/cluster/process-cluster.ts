import type { NodeStatus } from "../../../../src/server/node/node-status.ts";
import { Cluster, type ClusterOptions } from "../../../support/harness.ts";
import { until } from "../../../support/until.ts";
import { seenWithinMs, struck } from "../struck.ts";
import type { ChaosCluster, Fault, NodeAnswer } from "../types.ts";

/** Real processes in the place of containers: quicker to make, and of any build. */
export class ProcessCluster implements ChaosCluster {
  readonly processes: Cluster;

  private constructor(processes: Cluster) {
    this.processes = processes;
  }

  /** Nodes whose wires can be cut. The caller must `remove` them. */
  static async start(options: Pick<ClusterOptions, "nodes" | "dist"> = {}): Promise<ProcessCluster> {
    const processes = await Cluster.start({ ...options, linked: true });
    try {
      await processes.leader();
      await processes.whole();
    } catch (error) {
      await processes.remove();
      throw error;
    }
    return new ProcessCluster(processes);
  }

  remove(options?: { readonly mayHaveEnded: boolean }): Promise<void> {
    return this.processes.remove(options);
  }

  get ids(): readonly number[] {
    return this.processes.nodes.map(({ id }) => id);
  }

  endpoint(id: number): string {
    return this.processes.endpoint(id);
  }

  endpoints(): readonly string[] {
    return this.processes.endpoints;
  }

  statuses(): Promise<readonly NodeStatus[]> {
    return this.processes.statuses();
  }

  async answers(): Promise<readonly NodeAnswer[]> {
    return (await this.statuses()).map((status) => ({ place: status.nodeId, status }));
  }

  async leader(): Promise<number> {
    return (await this.processes.leader()).id;
  }

  async settled(): Promise<readonly NodeStatus[]> {
    await this.processes.leader();
    return this.processes.settled();
  }

  async traces(): Promise<readonly string[]> {
    return this.processes.nodes.filter(({ isAwake }) => !isAwake).map(({ id }) => `Node ${id} is not awake.`);
  }

  async logs(): Promise<ReadonlyMap<number, string>> {
    return new Map(this.processes.nodes.map(({ id, output }) => [id, output]));
  }
}

/** kill -9 of the process that leads; its start is what heals. */
const killTheLeader: Fault<ProcessCluster> = {
  name: "kill the leader",
  async strike({ processes }) {
    const leader = await processes.leader();
    const heal = async () => {
      if (!leader.isRunning) leader.start();
      await until(`node ${leader.id} answers`, seenWithinMs, async () => {
        return (await processes.status(leader.id)) instanceof Error ? undefined : true;
      });
    };
    return struck(`node ${leader.id}, which led`, heal, async () => {
      await leader.kill();
      return `its process ended by ${leader.exit?.signal}`;
    });
  },
};

/** The leader hears and is heard by nobody but its clients. */
const cutTheLeaderOff: Fault<ProcessCluster> = {
  name: "leader in the minority",
  async strike({ processes }) {
    const old = await processes.leader();
    const majority = processes.nodes.filter((node) => node !== old).map(({ id }) => id);
    const heal = async () => processes.links.heal();
    const seen = await struck(`node ${old.id}, which led`, heal, async () => {
      processes.links.cutOff(old.id);
      return `node ${(await processes.leader(old)).id} leads the others`;
    });
    return { ...seen, majority };
  },
};

/** What can be done to processes without any rights. */
export const processFaults: readonly Fault<ProcessCluster>[] = [killTheLeader, cutTheLeaderOff];
