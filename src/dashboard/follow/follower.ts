import { isAddress } from "../../grpc/address.ts";
import type { LogEntry, MemberSample, NodeSample } from "../../observe/live.ts";
import type { DashboardLimits } from "../base/limits.ts";
import type { MetNode, NodeBatch, OpenFeed } from "./node-feed.ts";
import { NodeWatch } from "./node-watch.ts";

export interface FollowerPorts {
  readonly open: OpenFeed;
  readonly onMet: (met: MetNode) => void;
  readonly onHeard: (node: number) => void;
  readonly onLost: (node: number, why: string) => void;
  readonly onBatch: (batch: NodeBatch) => void;
}

/** Where a node is reached, and what it allows. */
export interface FollowedNode {
  readonly node: number;
  readonly address: string;
  readonly peerAddress: string;
  readonly isHeard: boolean;
  readonly allowsFaults: boolean;
}

/**
 * Listens to every node of one cluster, each once. It starts from the addresses that it is given, which are never forgotten,
 * and learns those of other members from what nodes tell: a member's own word for its address may mean nothing where this
 * process is, so the address at which a node was met goes before it.
 */
export class Follower {
  readonly #limits: DashboardLimits;
  readonly #ports: FollowerPorts;
  readonly #given: readonly string[];
  readonly #watches = new Map<string, NodeWatch>();
  /** Which watch each node was met at. */
  readonly #homes = new Map<number, NodeWatch>();
  /** Nodes that were told to be heard, or lost; in no set: neither. */
  readonly #heard = new Set<number>();
  readonly #lost = new Set<number>();
  #members: readonly MemberSample[] = [];
  #membersTerm = -1;
  #cluster: { readonly id: string; readonly incarnation: string } | null = null;

  constructor(given: readonly string[], limits: DashboardLimits, ports: FollowerPorts) {
    this.#given = given;
    this.#limits = limits;
    this.#ports = ports;
    for (const address of given) this.#watch(address);
  }

  get cluster(): { readonly id: string; readonly incarnation: string } {
    return this.#cluster ?? { id: "", incarnation: "" };
  }

  /** Members and whoever is heard, in the order of their ids. */
  get nodes(): FollowedNode[] {
    const ids = new Set([...this.#members.map(({ id }) => id), ...this.#homes.keys()]);
    return [...ids].sort((a, b) => a - b).map((id) => this.#nodeOf(id));
  }

  /** Client addresses under which nodes may be reached: those at which some were met first. */
  get endpoints(): string[] {
    const met = [...this.#homes.values()].filter(({ isHeard }) => isHeard).map(({ address }) => address);
    return [...new Set([...met, ...this.#given])];
  }

  /** Entries of one node's log. Rejects with an Error that has a sentence. */
  entries(node: number, first: number, last: number): Promise<readonly LogEntry[]> {
    const home = this.#homes.get(node);
    return home?.entries(first, last) ?? Promise.reject(new Error(`Node ${node} is not heard now.`));
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.close();
    this.#watches.clear();
  }

  #nodeOf(id: number): FollowedNode {
    const member = this.#members.find((each) => each.id === id);
    const home = this.#homes.get(id);
    return {
      node: id,
      address: home?.address ?? member?.clientAddress ?? "",
      peerAddress: member?.peerAddress ?? "",
      isHeard: home?.isHeard ?? false,
      allowsFaults: home?.met?.allowsFaults ?? false,
    };
  }

  #watch(address: string): void {
    if (this.#watches.has(address) || this.#watches.size >= this.#limits.nodesMax) return;
    const watch = new NodeWatch(address, this.#limits, {
      open: this.#ports.open,
      onMet: (watch, met) => this.#onMet(watch, met),
      onBatch: (watch, batch) => this.#onBatch(watch, batch),
      onLost: (watch, why) => this.#onLost(watch, why),
    });
    this.#watches.set(address, watch);
  }

  #onMet(watch: NodeWatch, met: MetNode): boolean {
    if (!this.#isOurs(met)) return false;
    const home = this.#homes.get(met.node);
    if (home !== undefined && home !== watch && home.isHeard) return false;
    this.#homes.set(met.node, watch);
    this.#ports.onMet(met);
    return true;
  }

  /** Another cluster may have taken over a port, and has no place in this picture. If nobody of the old one is left, it is the picture. */
  #isOurs({ clusterId: id, incarnationId: incarnation }: MetNode): boolean {
    if (this.#cluster?.id === id && this.#cluster.incarnation === incarnation) return true;
    if (this.#heard.size > 0) return false;
    this.#cluster = { id, incarnation };
    this.#homes.clear();
    this.#lost.clear();
    this.#members = [];
    this.#membersTerm = -1;
    return true;
  }

  #onBatch(watch: NodeWatch, batch: NodeBatch): void {
    if (this.#homes.get(batch.node) !== watch) return;
    if (!this.#heard.has(batch.node)) {
      this.#heard.add(batch.node);
      this.#lost.delete(batch.node);
      this.#ports.onHeard(batch.node);
    }
    if (batch.sample !== null) this.#learn(batch.sample);
    this.#ports.onBatch(batch);
  }

  #onLost(watch: NodeWatch, why: string): void {
    const node = watch.met?.node ?? this.#members.find(({ clientAddress }) => clientAddress === watch.address)?.id;
    if (node !== undefined && (this.#homes.get(node) ?? watch) === watch) this.#lose(node, why);
  }

  #lose(node: number, why: string): void {
    this.#heard.delete(node);
    if (this.#lost.has(node)) return;
    this.#lost.add(node);
    this.#ports.onLost(node, why);
  }

  /** A leader knows best who the members are; of others only what no leader has said yet is taken. */
  #learn({ role, term, members }: NodeSample): void {
    if (members.length === 0 || term < this.#membersTerm) return;
    if (role !== "leader" && this.#membersTerm >= 0) return;
    this.#membersTerm = role === "leader" ? term : -1;
    this.#members = members;
    // First, so that addresses which nobody has any more take no room.
    this.#forgetStrangers();
    for (const member of members) if (this.#homes.get(member.id)?.isHeard !== true) this.#lookFor(member);
  }

  /** Whoever is known as a member only now may have been looked for before, under an address alone. */
  #lookFor({ id, clientAddress }: MemberSample): void {
    const isKnown = isAddress(clientAddress);
    if (isKnown) this.#watch(clientAddress);
    // It may have moved there. Why it is not heard where it was met has been told.
    if (this.#homes.has(id)) return;
    if (!isKnown) return this.#lose(id, "it is not known where it is reached");
    const watch = this.#watches.get(clientAddress);
    if (watch === undefined) return this.#lose(id, `${this.#limits.nodesMax} nodes are followed already, as many as may be`);
    if (watch.met === null && watch.lossReason !== null) this.#lose(id, watch.lossReason);
  }

  /**
   * A node that is no member any more, and is not heard, is not looked for, and nobody is at an address that no member has any more;
   * those that were given always stay.
   */
  #forgetStrangers(): void {
    for (const [node, watch] of this.#homes) {
      if (watch.isHeard || this.#members.some(({ id }) => id === node)) continue;
      this.#homes.delete(node);
      this.#lost.delete(node);
    }
    const homes = [...this.#homes.values()];
    for (const [address, watch] of this.#watches) {
      if (this.#given.includes(address) || homes.includes(watch)) continue;
      if (this.#members.some(({ id, clientAddress }) => clientAddress === address && this.#homes.get(id)?.isHeard !== true))
        continue;
      watch.close();
      this.#watches.delete(address);
    }
  }
}
