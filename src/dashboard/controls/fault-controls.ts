import { FaultCaller } from "../../client/connection/fault-caller.ts";
import type { LinkDirection } from "../../generated/balsa/admin/v1/LinkDirection.ts";
import type { SetFaultRequest } from "../../generated/balsa/admin/v1/SetFaultRequest.ts";
import type { DashboardLimits } from "../base/limits.ts";
import type { FollowedNode } from "../follow/follower.ts";
import { type Nodes, nameOf, nodeIn, nodesIn, type Of } from "./ports.ts";

type LinkRequest = NonNullable<SetFaultRequest["link"]>;

/** What befalls the messages of a link. */
type Effect = Omit<LinkRequest, "peerId" | "direction">;

/** Longest pause that a node takes, in ms. */
const pauseMs = 60_000;

/** Controls that have nodes harm themselves, over FaultService. Each resolves to a sentence, and throws an Error with one. */
export class FaultControls {
  readonly #limits: Pick<DashboardLimits, "faultMs" | "controlMs">;
  readonly #nodes: Nodes;

  constructor(limits: DashboardLimits, nodes: Nodes) {
    this.#limits = limits;
    this.#nodes = nodes;
  }

  async cut({ from, to, both }: Of<"cut">): Promise<string> {
    await this.#harm(from, to, both, { cut: true });
    return `Messages from ${nameOf(from)} to ${nameOf(to)}${both ? ", and back," : ""} are lost ${this.#until}.`;
  }

  async delay({ from, to, delayMs, jitterMs }: Of<"delay">): Promise<string> {
    await this.#harm(from, to, false, { delayMs, jitterMs });
    const late = jitterMs === 0 ? `${delayMs} ms` : `${delayMs} to ${delayMs + jitterMs} ms`;
    return `Messages from ${nameOf(from)} to ${nameOf(to)} are ${late} late ${this.#until}.`;
  }

  async lose({ from, to, ratio }: Of<"lose">): Promise<string> {
    await this.#harm(from, to, false, { loseRatio: ratio });
    return `${Number((100 * ratio).toPrecision(3))} % of the messages from ${nameOf(from)} to ${nameOf(to)} are lost ${this.#until}.`;
  }

  async isolate(node: number): Promise<string> {
    await this.#set(nodesIn(this.#nodes, node), link(0, "LINK_DIRECTION_BOTH", { cut: true }));
    return node === 0
      ? `No node hears another one ${this.#until}.`
      : `Node ${node} hears nobody, and nobody hears it, ${this.#until}.`;
  }

  /** Of one node: its own faults, and those of others that are about links to it. */
  async heal(node: number): Promise<string> {
    const own = nodesIn(this.#nodes, node);
    const others = node === 0 ? [] : this.#nodes.nodes.filter((each) => each.node !== node);
    const counts = await Promise.allSettled([
      ...own.map((each) => this.#at(each, (caller) => caller.clear([]))),
      ...others.map((each) => this.#at(each, (caller) => clearAbout(caller, node))),
    ]);
    const cleared = counts.flatMap((count) => (count.status === "fulfilled" ? count.value : [])).length;
    const silent = [...own, ...others].filter((_, at) => counts[at]?.status === "rejected").map((each) => each.node);
    const done = `${cleared === 1 ? "One fault" : `${cleared} faults`} of ${nameOf(node)} ${cleared === 1 ? "was" : "were"} cleared.`;
    if (silent.length === 0) return done;
    if (counts.every(({ status }) => status === "rejected")) throw new Error("No node could be asked to clear its faults.");
    return `${done} Node ${silent.join(", ")} could not be asked.`;
  }

  async pause(node: number): Promise<string> {
    await this.#set(nodesIn(this.#nodes, node), { turn: { pauseMs } });
    return `${capital(nameOf(node))} ${node === 0 ? "take" : "takes"} no turn for ${pauseMs / 1000} s, unless resumed before.`;
  }

  async resume(node: number): Promise<string> {
    await Promise.all(nodesIn(this.#nodes, node).map((each) => this.#at(each, clearTurns)));
    return `${capital(nameOf(node))} ${node === 0 ? "go" : "goes"} on.`;
  }

  async exit(node: number): Promise<string> {
    await this.#set(nodesIn(this.#nodes, node), { exit: {} });
    return `${capital(nameOf(node))} ended ${node === 0 ? "themselves" : "itself"} like kill -9. Whoever keeps it running starts it again.`;
  }

  get #until(): string {
    return `for ${this.#limits.faultMs / 1000} s`;
  }

  /** A fault of a link is made at the sender, which tells at once what it loses; at the receiver if the sender is not there. */
  async #harm(from: number, to: number, both: boolean, effect: Effect): Promise<void> {
    if (from === to && from !== 0) throw new Error(`Node ${from} has no link to itself.`);
    if (from === 0) {
      const at = nodesIn(this.#nodes, to);
      return this.#set(at, link(0, both ? "LINK_DIRECTION_BOTH" : to === 0 ? "LINK_DIRECTION_OUT" : "LINK_DIRECTION_IN", effect));
    }
    const sender = nodeIn(this.#nodes, from);
    if (to !== 0 && !sender.isHeard) {
      const receiver = nodeIn(this.#nodes, to);
      return this.#set([receiver], link(from, both ? "LINK_DIRECTION_BOTH" : "LINK_DIRECTION_IN", effect));
    }
    return this.#set([sender], link(to, both ? "LINK_DIRECTION_BOTH" : "LINK_DIRECTION_OUT", effect));
  }

  async #set(nodes: readonly FollowedNode[], fault: SetFaultRequest): Promise<void> {
    // The others have an end of their own.
    const request = { ...fault, durationMs: "link" in fault ? this.#limits.faultMs : 0 };
    const set = await Promise.allSettled(nodes.map((node) => this.#at(node, (caller) => caller.set(request))));
    const failed = set.find((one) => one.status === "rejected");
    // With all nodes meant, those that are there are enough: the others are down.
    if (failed !== undefined && set.every(({ status }) => status === "rejected")) throw failed.reason;
  }

  async #at<T>({ node, address }: FollowedNode, ask: (caller: FaultCaller) => Promise<T>): Promise<T> {
    if (address === "") throw new Error(`It is not known where node ${node} is reached.`);
    const caller = new FaultCaller({ endpoint: address, timeoutMs: this.#limits.controlMs });
    try {
      return await ask(caller);
    } finally {
      caller.close();
    }
  }
}

function link(peerId: number, direction: LinkDirection, effect: Effect): SetFaultRequest {
  return { link: { peerId, direction, ...effect } };
}

async function clearAbout(caller: FaultCaller, node: number): ReturnType<FaultCaller["clear"]> {
  const about = (await caller.list()).filter((fault) => fault.link?.peerId === node).map(({ id }) => id);
  return about.length === 0 ? [] : caller.clear(about);
}

async function clearTurns(caller: FaultCaller): Promise<void> {
  const turns = (await caller.list()).filter(({ turn }) => turn !== undefined && turn !== null).map(({ id }) => id);
  if (turns.length > 0) await caller.clear(turns);
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
