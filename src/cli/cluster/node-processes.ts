import type { Processes } from "../../dashboard/controls/ports.ts";
import type { ClusterNode } from "./node.ts";

export interface NodeProcessesPorts {
  readonly nodes: readonly ClusterNode[];
  readonly isStopping: () => boolean;
  /** It is about to be killed, as somebody wishes. */
  readonly onKill: (node: ClusterNode) => void;
  readonly start: (node: ClusterNode) => void;
}

/** What the live page may do to the processes of a cluster on this machine: for real, as a terminal would. */
export class NodeProcesses implements Processes {
  readonly #ports: NodeProcessesPorts;

  constructor(ports: NodeProcessesPorts) {
    this.#ports = ports;
  }

  async pause(id: number): Promise<string> {
    const node = this.#running(id);
    node.pause();
    return `Node ${id} is paused: its process does nothing until it is resumed.`;
  }

  async resume(id: number): Promise<string> {
    const node = this.#running(id);
    if (!node.isPaused) throw new Error(`Node ${id} is not paused.`);
    node.resume();
    return `Node ${id} goes on.`;
  }

  async kill(id: number): Promise<string> {
    const node = this.#running(id);
    const { pid } = node;
    this.#ports.onKill(node);
    node.kill();
    return `Node ${id} was killed, like kill -9 ${pid}.`;
  }

  async start(id: number): Promise<string> {
    const node = this.#find(id);
    if (node.pid !== null) throw new Error(`Node ${id} runs already.`);
    if (this.#ports.isStopping()) throw new Error("The cluster stops.");
    this.#ports.start(node);
    return `Node ${id} starts (pid ${node.pid}).`;
  }

  #running(id: number): ClusterNode {
    const node = this.#find(id);
    if (node.pid === null) throw new Error(`Node ${id} does not run now.`);
    return node;
  }

  #find(id: number): ClusterNode {
    const node = this.#ports.nodes.find(({ plan }) => plan.id === id);
    if (node === undefined) throw new Error(`Node ${id} was not started here.`);
    if (node.isKilled) throw new Error(`Node ${id} was killed, and has not ended yet.`);
    return node;
  }
}
