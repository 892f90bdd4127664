import type { NodeStatus } from "../../../src/main/node-status.ts";
import { Cluster, type ClusterOptions } from "../../cluster/harness.ts";
import { until } from "../../cluster/until.ts";
import type { ChaosCluster, Fault } from "./types.ts";

/** Long enough for a machine that does something else as well; a cluster that is well needs a fraction. */
const settleWithinMs = 10_000;

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

  remove(): Promise<void> {
    return this.processes.remove();
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

  async leader(): Promise<number> {
    return (await this.processes.leader()).id;
  }

  settled(): Promise<readonly NodeStatus[]> {
    return until("all nodes have applied all", settleWithinMs, async () => {
      const ended = this.processes.nodes.find(({ isRunning }) => !isRunning);
      if (ended !== undefined) throw new Error(`Node ${ended.id} has ended: ${ended.lastLine}`);
      const statuses = await this.statuses();
      const last = Math.max(...statuses.map(({ lastIndex }) => lastIndex));
      const isSame = statuses.every(({ appliedIndex, leaderId }) => appliedIndex === last && leaderId !== 0);
      return isSame && statuses.length === this.ids.length ? statuses : undefined;
    });
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
    await leader.kill();
    const heal = async () => {
      leader.start();
      await until(`node ${leader.id} answers`, 10_000, async () => {
        return (await processes.status(leader.id)) instanceof Error ? undefined : true;
      });
    };
    return { what: `node ${leader.id}, which led`, evidence: `its process ended by ${leader.exit?.signal}`, heal };
  },
};

/** The leader hears and is heard by nobody but its clients. */
const cutTheLeaderOff: Fault<ProcessCluster> = {
  name: "leader in the minority",
  async strike({ processes }) {
    const old = await processes.leader();
    processes.links.cutOff(old.id);
    const next = await processes.leader(old);
    const majority = processes.nodes.filter((node) => node !== old).map(({ id }) => id);
    const heal = async () => processes.links.heal();
    return { what: `node ${old.id}, which led`, evidence: `node ${next.id} leads the others`, majority, heal };
  },
};

/** What can be done to processes without any rights. */
export const processFaults: readonly Fault<ProcessCluster>[] = [killTheLeader, cutTheLeaderOff];
