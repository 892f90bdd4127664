import { type NodeStatus, StatusReader } from "../../../../src/server/node/node-status.ts";
import { errorText } from "../../../../src/terminal/error-text.ts";
import { newestLeader } from "../../../support/newest-leader.ts";
import { until } from "../../../support/until.ts";
import { each } from "../each.ts";
import type { ChaosCluster, NodeAnswer } from "../types.ts";
import { type Assembly, assemble } from "./assembly.ts";
import { Engine } from "./engine.ts";
import type { Hand } from "./hand.ts";
import { buildImages, type Images } from "./images.ts";
import type { Place } from "./place.ts";
import { tracesOf } from "./traces.ts";

export interface DockerClusterOptions {
  /** How many nodes it begins with; 5 by default. */
  readonly nodes?: number;
}

const nodesDefault = 5;
/** For a node that comes and goes. */
const spares = 1;
/** Long enough for a machine that does something else as well; a cluster that is well needs a fraction. */
const settleWithinMs = 30_000;
const statusTimeoutMs = 1_000;

/**
 * The shipped image in containers: nodes on a private network with addresses of their own choosing, each with a volume,
 * client ports published on 127.0.0.1. Everything bears the label of the run, by which it is removed.
 */
export class DockerCluster implements ChaosCluster {
  readonly images: Images;
  readonly hand: Hand;
  readonly smallDisk: Place;
  readonly clockVolume: string;
  readonly #engine: Engine;
  readonly #places: readonly Place[];
  readonly #occupied: Set<number>;
  readonly #status = new StatusReader({ timeoutMs: statusTimeoutMs });

  private constructor(nodes: number, assembly: Assembly, ports: { engine: Engine; images: Images }) {
    this.images = ports.images;
    this.#engine = ports.engine;
    this.hand = assembly.hand;
    this.smallDisk = assembly.smallDisk;
    this.clockVolume = assembly.clockVolume;
    this.#places = assembly.places;
    this.#occupied = new Set(assembly.places.slice(0, nodes).map(({ id }) => id));
  }

  /** Builds what must be built and starts all nodes. The caller must `remove` it; what fails here is removed here. */
  static async start({ nodes = nodesDefault }: DockerClusterOptions = {}): Promise<DockerCluster> {
    const [engine, images] = await Promise.all([Engine.connect(), buildImages()]);
    try {
      const assembly = await assemble(engine, images, { nodes, spares });
      const cluster = new DockerCluster(nodes, assembly, { engine, images });
      await Promise.all(cluster.places.map((place) => place.start()));
      await cluster.settled();
      return cluster;
    } catch (error) {
      // Why it did not start is what counts; whatever stays is removed by the next run.
      await engine.removeAll().catch(() => undefined);
      throw error;
    }
  }

  /** Removes all that was made for it, whatever its state. */
  async remove(): Promise<void> {
    this.#status.close();
    await this.#engine.removeAll();
  }

  get ids(): readonly number[] {
    return [...this.#occupied].sort((a, b) => a - b);
  }

  /** Those that have a node, whether or not it runs. */
  get places(): readonly Place[] {
    return this.ids.map((id) => this.place(id));
  }

  place(id: number): Place {
    const found = this.#places.find((place) => place.id === id);
    if (found === undefined) throw new RangeError(`There is no place ${id}.`);
    return found;
  }

  /** Those that have none. */
  get spares(): readonly Place[] {
    return this.#places.filter(({ id }) => !this.#occupied.has(id));
  }

  /** A place without a node, which has one from now on. */
  occupySpare(): Place {
    const [spare] = this.spares;
    if (spare === undefined) throw new Error("Every place has a node.");
    this.#occupied.add(spare.id);
    return spare;
  }

  /** The place has a node again, or is about to. */
  occupy(id: number): void {
    this.#occupied.add(this.place(id).id);
  }

  /** The place has no node any more. */
  vacate(id: number): void {
    this.#occupied.delete(id);
  }

  /**
   * How a node is told to join the cluster, as its environment: by all members, so that the leader is among them. The others
   * name the leader by the address that clients on this machine know, which leads nowhere from inside a container.
   */
  joining(place: Place): Record<string, string> {
    const members = this.places.filter(({ id }) => id !== place.id);
    return {
      BALSA_JOIN: members.map(({ ip }) => `${ip}:8000`).join(","),
      BALSA_ADVERTISE_PEER: `${place.ip}:7000`,
      BALSA_ADVERTISE_CLIENT: place.endpoint,
    };
  }

  endpoint(id: number): string {
    return this.place(id).endpoint;
  }

  endpoints(): readonly string[] {
    return this.places.map(({ endpoint }) => endpoint);
  }

  /** What the node at this place says of itself, or null if it does not answer within a second. */
  async status(id: number): Promise<NodeStatus | null> {
    const status = await this.#status.read(this.endpoint(id));
    return status instanceof Error ? null : status;
  }

  /** Starts the node at this place, if it does not run, and waits until it answers; it need not know a leader yet. */
  async bringUp(place: Place): Promise<void> {
    await place.start();
    await until(`the node at place ${place.id} answers`, settleWithinMs, async () => (await this.status(place.id)) ?? undefined);
  }

  async answers(): Promise<readonly NodeAnswer[]> {
    const asked = this.ids.map(async (place) => ({ place, status: await this.status(place) }));
    return (await Promise.all(asked)).filter((answer): answer is NodeAnswer => answer.status !== null);
  }

  async statuses(): Promise<readonly NodeStatus[]> {
    return (await this.answers()).map(({ status }) => status);
  }

  leader(): Promise<number> {
    let seen: readonly NodeAnswer[] = [];
    return until(
      () => `a majority follows one leader: ${describe(seen)}`,
      settleWithinMs,
      async () => {
        seen = await this.answers();
        const leader = leaderAmong(seen);
        return leader !== undefined && leader.followers.length * 2 > this.#occupied.size ? leader.id : undefined;
      },
    );
  }

  settled(): Promise<readonly NodeStatus[]> {
    let seen: readonly NodeAnswer[] = [];
    return until(
      () => `every node follows one leader and has applied all: ${describe(seen)}`,
      settleWithinMs,
      async () => {
        seen = await this.answers();
        const leader = leaderAmong(seen);
        if (leader === undefined || leader.followers.length < this.#occupied.size) return undefined;
        const statuses = seen.map(({ status }) => status);
        return statuses.every(({ appliedIndex }) => appliedIndex === leader.lastIndex) ? statuses : undefined;
      },
    );
  }

  traces(): Promise<readonly string[]> {
    return tracesOf(this);
  }

  async logs(): Promise<ReadonlyMap<number, string>> {
    // One that cannot be had must not cost the others.
    const logOf = (place: Place) => place.logs().catch((error: unknown) => `There is no log: ${errorText(error)}\n`);
    const logs = await each(this.#places, async (place) => [place.id, await logOf(place)] as const);
    return new Map(logs.filter(([, log]) => log !== ""));
  }
}

/** Who leads, and all that follow it in its term, itself included. */
function leaderAmong(answers: readonly NodeAnswer[]) {
  const leader = newestLeader(answers.map(({ status }) => status));
  const place = answers.find(({ status }) => status === leader)?.place;
  if (leader === undefined || place === undefined) return undefined;
  const followers = answers.filter(({ status }) => status.leaderId === leader.nodeId && status.term === leader.term);
  return { id: place, lastIndex: leader.lastIndex, followers };
}

function describe(answers: readonly NodeAnswer[]): string {
  return answers
    .map(
      ({ place, status }) =>
        `n${place} ${status.role} term ${status.term} leader ${status.leaderId} applied ${status.appliedIndex}`,
    )
    .join("; ");
}
