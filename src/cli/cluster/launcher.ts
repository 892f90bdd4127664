import { setTimeout as sleep } from "node:timers/promises";
import { type NodeStatus, StatusReader } from "../../server/node/node-status.ts";
import { exitCodes } from "../../terminal/exit-codes.ts";
import { ClusterNode, type NodeExit } from "./node.ts";
import { NodeProcesses } from "./node-processes.ts";
import { openPage, type Page } from "./page.ts";
import { type ClusterOptions, planNodes } from "./plan.ts";
import { slowLinks, tempoSentence } from "./tempo.ts";
import { clusterTable, pageLines, tryLines } from "./words.ts";

/** What the launcher needs of the process it runs in. */
export interface LaunchPorts {
  readonly print: (line: string) => void;
  /** Path of the script that runs one node. */
  readonly nodeScript: string;
  /** Aborted when the cluster shall stop. */
  readonly stop: AbortSignal;
}

const restartAfterMs = 5_000;
/** A node that dies sooner after its start, this many times in a row, is left down. */
const quickDeathMs = 10_000;
const quickDeathsMax = 3;
const pollMs = 50;
const impatientAfterMs = 10_000;
/** Exit codes with which a node says that another start would end the same way. */
const hopeless: readonly (number | null)[] = [exitCodes.usage, exitCodes.storage, exitCodes.port];

interface Leader {
  readonly id: number;
  readonly term: number;
}

/** Keeps the nodes of one cluster running and tells what becomes of them, until it is told to stop. */
export class Launcher {
  readonly #options: ClusterOptions;
  readonly #ports: LaunchPorts;
  readonly #nodes: readonly ClusterNode[];
  readonly #status = new StatusReader({ timeoutMs: 1_000 });
  readonly #startedAt = new Map<ClusterNode, number>();
  readonly #quickDeaths = new Map<ClusterNode, number>();
  /** Nodes that will not start again. */
  readonly #lost = new Set<ClusterNode>();
  /** Nodes without which the cluster goes on: they do not count for its majority. */
  readonly #removed = new Set<ClusterNode>();
  /** Nodes that somebody has killed from the live page, and that have not ended yet. */
  readonly #killed = new Set<ClusterNode>();
  readonly #processes: NodeProcesses;
  #page: Page | null = null;
  readonly #ended: Promise<number>;
  #end: (code: number) => void = () => undefined;
  #isStopping = false;
  #leader: Leader | null = null;

  constructor(options: ClusterOptions, ports: LaunchPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#nodes = planNodes(options).map(
      (plan) => new ClusterNode({ plan, script: ports.nodeScript }, { onExit: (node, exit) => this.#onExit(node, exit) }),
    );
    this.#processes = new NodeProcesses({
      nodes: this.#nodes,
      isStopping: () => this.#isStopping,
      onKill: (node) => this.#killed.add(node),
      start: (node) => this.#comeBack(node),
    });
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Resolves to the exit code once every node is gone. */
  async run(): Promise<number> {
    const { stop, print } = this.#ports;
    stop.addEventListener("abort", () => this.#end(exitCodes.done));
    if (stop.aborted) return exitCodes.done;
    for (const node of this.#nodes) this.#start(node);
    this.#page = await openPage(this.#options, this.#processes, print);
    void this.#introduce();
    const code = await this.#ended;
    this.#isStopping = true;
    this.#status.close();
    print("Stopping all nodes.");
    await Promise.all([...this.#nodes.map((node) => node.stop()), this.#page?.close()]);
    print(`All nodes have stopped. Their data stays in ${this.#options.data}.`);
    return code;
  }

  #start(node: ClusterNode): void {
    this.#startedAt.set(node, performance.now());
    node.start();
    const { pid } = node;
    const { tempo = 1 } = this.#options;
    if (tempo > 1) void slowLinks(node.plan.clientAddress, tempo, () => this.#isStopping || node.pid !== pid);
  }

  /** Waits for the first leader, then shows the cluster and what to do with it. */
  async #introduce(): Promise<void> {
    const { print } = this.#ports;
    const impatient = setTimeout(
      () => print("There is no leader yet. The lines above say what the nodes wait for."),
      impatientAfterMs,
    );
    const leader = await this.#awaitLeader(0);
    clearTimeout(impatient);
    if (!leader) return;
    const { tempo = 1 } = this.#options;
    print("");
    if (tempo > 1) print(tempoSentence(tempo));
    print(clusterTable(this.#nodes, leader.id));
    for (const line of tryLines(this.#options, this.#nodes, leader.id)) print(line);
    if (this.#page !== null) for (const line of pageLines(this.#options, this.#page.url)) print(line);
  }

  #onExit(node: ClusterNode, exit: NodeExit): void {
    if (this.#isStopping) return;
    const { print } = this.#ports;
    const who = `Node ${node.plan.id} (pid ${exit.pid})`;
    if (exit.code === exitCodes.notAMember) {
      print(`${who} is no member any more, for the reason above.`);
      this.#removed.add(node);
      return;
    }
    if (hopeless.includes(exit.code)) {
      print(`${who} cannot run, for the reason above (exit code ${exit.code}).`);
      this.#lose(node);
      return;
    }
    const how = exit.signal === null ? `ended with exit code ${exit.code}` : `was killed by ${exit.signal}`;
    const isWanted = this.#killed.delete(node);
    if (isWanted && !this.#options.restart) print(`${who} ${how}, and stays down until it is started from the page.`);
    else if (!isWanted && (!this.#options.restart || this.#diesTooOften(node))) {
      print(`${who} ${how}, and stays down.`);
      this.#lose(node);
    } else {
      print(`${who} ${how}. It starts again in ${restartAfterMs / 1000} s.`);
      void this.#restart(node);
    }
    if (this.#leader?.id === node.plan.id) void this.#watchFailover(node, this.#leader);
  }

  #diesTooOften(node: ClusterNode): boolean {
    const lived = performance.now() - (this.#startedAt.get(node) ?? 0);
    const deaths = lived < quickDeathMs ? (this.#quickDeaths.get(node) ?? 0) + 1 : 0;
    this.#quickDeaths.set(node, deaths);
    return deaths >= quickDeathsMax;
  }

  #lose(node: ClusterNode): void {
    this.#lost.add(node);
    const count = this.#memberCount;
    const left = count - this.#lost.size;
    if (left > count / 2) return;
    this.#ports.print(`Only ${left} of ${count} nodes are left: without a majority nothing works.`);
    this.#end(exitCodes.failed);
  }

  async #restart(node: ClusterNode): Promise<void> {
    await Promise.race([sleep(restartAfterMs), this.#ended]);
    // Somebody may have started it from the page meanwhile.
    if (this.#isStopping || node.pid !== null) return;
    this.#comeBack(node);
  }

  #comeBack(node: ClusterNode): void {
    this.#lost.delete(node);
    this.#start(node);
    this.#ports.print(`Node ${node.plan.id} starts again (pid ${node.pid}).`);
  }

  async #watchFailover(node: ClusterNode, old: Leader): Promise<void> {
    const diedAt = performance.now();
    const leader = await this.#awaitLeader(old.term);
    if (!leader) return;
    const seconds = ((performance.now() - diedAt) / 1000).toFixed(2);
    this.#ports.print(`Node ${leader.id} leads now, in term ${leader.term}: ${seconds} s after node ${node.plan.id} died.`);
  }

  /** The first leader after `term`, or null if the launcher stops meanwhile. */
  async #awaitLeader(term: number): Promise<Leader | null> {
    while (!this.#isStopping) {
      const leader = await this.#findLeader();
      if (leader && leader.term > term) {
        this.#leader = leader;
        return leader;
      }
      await sleep(pollMs);
    }
    return null;
  }

  get #memberCount(): number {
    return this.#nodes.length - this.#removed.size;
  }

  /** Whom a majority follows in one term. */
  async #findLeader(): Promise<Leader | null> {
    const answers = await Promise.all(
      this.#nodes.filter((node) => node.pid !== null).map((node) => this.#status.read(node.plan.clientAddress)),
    );
    const states = answers.filter((answer): answer is NodeStatus => !(answer instanceof Error));
    const term = Math.max(0, ...states.map((state) => state.term));
    const leader = states.find((state) => state.role === "ROLE_LEADER" && state.term === term);
    const followers = states.filter((state) => state.term === term && state.leaderId === leader?.nodeId);
    return leader && followers.length > this.#memberCount / 2 ? { id: leader.nodeId, term } : null;
  }
}
