import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type NodeStatus, StatusReader } from "../../src/server/node/node-status.ts";
import { freePorts } from "./free-ports.ts";
import { Links } from "./links.ts";
import { newestLeader } from "./newest-leader.ts";
import { NodeProcess } from "./node-process.ts";
import { until } from "./until.ts";

/** Long enough for a machine that does something else as well; a cluster that is well needs a fraction. */
const settleWithinMs = 20_000;

export interface ClusterOptions {
  readonly nodes?: number;
  /** More flags for every node. */
  readonly flags?: Flags;
  /** Lets the nodes call each other through wires that `links` can cut. */
  readonly linked?: boolean;
  /** Folder with another build of the programs than the one that is tested otherwise. */
  readonly dist?: string;
  /** A command line within which a node runs, for those that must have limits. */
  readonly within?: (id: number, dataDir: string) => readonly string[];
}

/** A node's flags without their dashes: { "data-dir": "/tmp/n1" }. */
export type Flags = Readonly<Record<string, string>>;

/** Where a node listens. */
interface Place {
  readonly id: number;
  readonly peerPort: number;
  readonly clientPort: number;
}

/** Real nodes on loopback, each a process with its own data directory, and the power to do them harm. */
export class Cluster {
  readonly folder: string;
  readonly nodes: readonly NodeProcess[];
  readonly #addresses: ReadonlyMap<number, string>;
  readonly #flags: ReadonlyMap<number, Flags>;
  readonly #links: Links | null;
  readonly #status = new StatusReader({ timeoutMs: 1_000 });
  /** Further processes that were started on this cluster's places, to be ended with it. */
  readonly #guests: NodeProcess[] = [];

  private constructor(folder: string, places: readonly Place[], links: Links | null, options: ClusterOptions) {
    const addresses = (portOf: (place: Place) => number) =>
      places.map((place) => `${place.id}=127.0.0.1:${portOf(place)}`).join(",");
    const flagsOf = ({ id, peerPort, clientPort }: Place): Flags => ({
      id: String(id),
      peers: addresses((place) => place.peerPort),
      "client-addresses": addresses((place) => place.clientPort),
      listen: `127.0.0.1:${peerPort}`,
      "client-listen": `127.0.0.1:${clientPort}`,
      "data-dir": join(folder, `n${id}`),
      "log-format": "voice",
      ...options.flags,
    });
    this.folder = folder;
    this.#links = links;
    this.#addresses = new Map(places.map(({ id, clientPort }) => [id, `127.0.0.1:${clientPort}`]));
    this.#flags = new Map(places.map((place) => [place.id, flagsOf(place)]));
    this.nodes = places.map((place) => {
      const within = options.within?.(place.id, this.dataDir(place.id)) ?? [];
      const env = links === null ? {} : wiredEnvironment(place, places, links);
      const dist = options.dist === undefined ? {} : { dist: options.dist };
      const logFile = this.#logFile(`n${place.id}`);
      return new NodeProcess({ id: place.id, flags: written(flagsOf(place)), logFile, within, env, ...dist });
    });
  }

  /** Makes a cluster and starts all its nodes. The caller must `remove` it, also after a failure. */
  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const size = options.nodes ?? 5;
    const ports = await freePorts(2 * size + size * (size - 1));
    const places = Array.from({ length: size }, (_, at) => ({
      id: at + 1,
      peerPort: ports[at] ?? 0,
      clientPort: ports[size + at] ?? 0,
    }));
    const targets = new Map(places.map(({ id, peerPort }) => [id, peerPort]));
    const links = options.linked === true ? await Links.open(targets, ports.slice(2 * size)) : null;
    const cluster = new Cluster(mkdtempSync(join(tmpdir(), "balsa-processes-")), places, links, options);
    for (const node of cluster.nodes) node.start();
    return cluster;
  }

  /** The wires between the nodes, of a cluster that was started with them. */
  get links(): Links {
    return required(this.#links ?? undefined, "wire between the nodes");
  }

  /** Client addresses of all nodes. */
  get endpoints(): string[] {
    return [...this.#addresses.values()];
  }

  /** Where the other nodes reach it. */
  peerAddress(id: number): string {
    return required(this.#flags.get(id)?.listen, `node ${id}`);
  }

  endpoint(id: number): string {
    return required(this.#addresses.get(id), `node ${id}`);
  }

  node(id: number): NodeProcess {
    return required(
      this.nodes.find((node) => node.id === id),
      `node ${id}`,
    );
  }

  dataDir(id: number): string {
    return join(this.folder, `n${id}`);
  }

  /** What the node says of itself, or why it says nothing. */
  status(id: number): Promise<NodeStatus | Error> {
    return this.#status.read(this.endpoint(id));
  }

  /** The statuses of those that answer. */
  async statuses(): Promise<NodeStatus[]> {
    const all = await Promise.all(this.nodes.filter((node) => node.isAwake).map(({ id }) => this.status(id)));
    return all.filter((status): status is NodeStatus => !(status instanceof Error));
  }

  /** Once every node answers. */
  async whole(): Promise<void> {
    const missing = async () => (await this.statuses()).length < this.nodes.length;
    await until(
      () => `all nodes answer${this.#tails()}`,
      settleWithinMs,
      async () => ((await missing()) ? undefined : true),
    );
  }

  /** The node that leads, once a majority of all nodes says so; another one than `not`, if that is given. */
  leader(not?: NodeProcess): Promise<NodeProcess> {
    return until(
      () => `a majority follows one leader${this.#tails()}`,
      settleWithinMs,
      async () => {
        const running = this.nodes.filter(({ isRunning }) => isRunning).length;
        if (running * 2 <= this.nodes.length) throw new Error(`Only ${running} nodes run.${this.#tails()}`);
        const statuses = await this.statuses();
        const leader = newestLeader(statuses.filter(({ nodeId }) => nodeId !== not?.id));
        if (leader === undefined) return undefined;
        const following = statuses.filter(({ leaderId, term }) => leaderId === leader.nodeId && term === leader.term);
        return following.length * 2 > this.nodes.length ? this.node(leader.nodeId) : undefined;
      },
    );
  }

  /** Those that do not lead. */
  async followers(): Promise<NodeProcess[]> {
    const leader = await this.leader();
    return this.nodes.filter((node) => node !== leader);
  }

  /** Once every node runs and has applied all that any has committed; a quiet cluster only. */
  async settled(): Promise<NodeStatus[]> {
    return until(
      () => `all nodes have applied all${this.#tails()}`,
      settleWithinMs,
      async () => {
        const ended = this.nodes.find(({ isRunning }) => !isRunning);
        if (ended !== undefined) throw new Error(`Node ${ended.id} has ended: ${ended.lastLine}`);
        const statuses = await this.statuses();
        const last = Math.max(...statuses.map(({ lastIndex }) => lastIndex));
        const isSame = statuses.every(({ appliedIndex, lastIndex }) => appliedIndex === last && lastIndex === last);
        return statuses.length === this.nodes.length && isSame ? statuses : undefined;
      },
    );
  }

  /** A further process with the flags of node `id` but for those given here, ended together with the cluster. */
  guest(id: number, flags: Flags, within: readonly string[] = []): NodeProcess {
    const all = written({ ...this.#flags.get(id), ...flags });
    const guest = new NodeProcess({
      id,
      flags: all,
      logFile: this.#logFile(`guest${this.#guests.length}`),
      ...(within && { within }),
    });
    this.#guests.push(guest);
    return guest;
  }

  /** A process that is none of the cluster's nodes yet, ended together with the cluster. */
  newcomer(flags: Flags): NodeProcess {
    return this.guest(0, flags);
  }

  /**
   * Ends every process, at once, and removes what they wrote.
   * @param options whether nodes may have ended by themselves: such as lie may find themselves out
   * @throws Error if one of them had ended by itself, and no test had waited for it
   */
  async remove({ mayHaveEnded = false } = {}): Promise<void> {
    this.#status.close();
    this.#links?.close();
    const all = [...this.nodes, ...this.#guests];
    const surprises = all.flatMap(({ surprise }) => surprise ?? []);
    await Promise.all(all.filter(({ isRunning }) => isRunning).map((node) => node.kill()));
    rmSync(this.folder, { recursive: true, force: true });
    if (surprises.length > 0 && !mayHaveEnded) throw new Error(surprises.join("\n"));
  }

  #logFile(name: string): string {
    return join(this.folder, `${name}.log`);
  }

  /** The end of what each node printed, for a failure's report. */
  #tails(): string {
    return this.nodes.map(({ id, output }) => `\n--- node ${id}\n${output.split("\n").slice(-12).join("\n")}`).join("");
  }
}

/** Makes a node call the others through its wires: the addresses that the members know are the same for all. */
function wiredEnvironment(caller: Place, places: readonly Place[], links: Links): Readonly<Record<string, string>> {
  const others = places.filter(({ id }) => id !== caller.id);
  const wires = Object.fromEntries(others.map(({ id, peerPort }) => [peerPort, links.port(caller.id, id)]));
  return { WIRES: JSON.stringify(wires), NODE_OPTIONS: `--import ${pathToFileURL(join(__dirname, "wires.mjs")).href}` };
}

function written(flags: Flags): string[] {
  return Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`There is no ${what}.`);
  return value;
}
