import type { Action } from "../../observe/live.ts";
import type { OwnRecords } from "../../observe/records.ts";
import { errorText } from "../../terminal/error-text.ts";
import type { DashboardLimits } from "../base/limits.ts";
import { ClientControls } from "./client-controls.ts";
import { FaultControls } from "./fault-controls.ts";
import { type Nodes, nameOf, nodesIn, type Of, type Outcome, type Processes } from "./ports.ts";

export interface ControlDeskPorts {
  readonly nodes: Nodes;
  /** Null: nobody here has the processes at hand. */
  readonly processes: Processes | null;
  readonly say: (type: "control", fields: OwnRecords["control"]) => void;
}

/** Does what a page asks for, and puts it into everybody's timeline, done or not. */
export class ControlDesk {
  readonly #hasValues: boolean;
  readonly #ports: ControlDeskPorts;
  readonly #faults: FaultControls;
  readonly #client: ClientControls;

  constructor(options: { readonly limits: DashboardLimits; readonly showsValues: boolean }, ports: ControlDeskPorts) {
    this.#hasValues = options.showsValues;
    this.#ports = ports;
    this.#faults = new FaultControls(options.limits, ports.nodes);
    this.#client = new ClientControls(options.limits, ports.nodes);
  }

  /** Never rejects. */
  async do(action: Action): Promise<Outcome> {
    let outcome: Outcome;
    try {
      outcome = { ok: true, text: await this.#do(action) };
    } catch (error) {
      outcome = { ok: false, text: errorText(error) };
    }
    // Keys and values are of those who use the map, and an outcome may tell them.
    const isOpen = this.#hasValues || (action.do !== "submit" && action.do !== "read");
    const told = isOpen ? outcome.text : outcome.ok ? "It was done." : "It was not done.";
    this.#ports.say("control", { what: wordsOf(action, this.#hasValues), outcome: told, ok: outcome.ok });
    return outcome;
  }

  #do(action: Action): Promise<string> {
    switch (action.do) {
      case "pause":
      case "resume":
      case "kill":
      case "start":
        return this.#doToProcess(action);
      case "cut":
        return this.#faults.cut(action);
      case "delay":
        return this.#faults.delay(action);
      case "lose":
        return this.#faults.lose(action);
      case "isolate":
        return this.#faults.isolate(action.node);
      case "heal":
        return this.#faults.heal(action.node);
      case "submit":
        return this.#client.submit(action);
      case "read":
        return this.#client.read(action);
      case "transfer":
        return this.#client.transfer(action.node);
      case "addNode":
        return this.#client.addNode(action.peerAddress);
      case "removeNode":
        return this.#client.removeNode(action.node);
      default:
        return action satisfies never;
    }
  }

  async #doToProcess({ do: does, node }: Of<"pause">): Promise<string> {
    const { processes, nodes } = this.#ports;
    if (processes !== null) {
      const done = await Promise.allSettled(nodesIn(nodes, node).map((each) => processes[does](each.node)));
      const failed = done.find((one) => one.status === "rejected");
      if (failed !== undefined && done.every(({ status }) => status === "rejected")) throw failed.reason;
      return done.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [errorText(one.reason)])).join(" ");
    }
    switch (does) {
      case "pause":
        return this.#faults.pause(node);
      case "resume":
        return this.#faults.resume(node);
      case "kill":
        return this.#faults.exit(node);
      case "start":
        throw new Error("Nothing here can start a node: whoever runs its process or container does.");
      default:
        return does satisfies never;
    }
  }
}

/** What somebody did, for everybody to read. */
function wordsOf(action: Action, showsValues: boolean): string {
  switch (action.do) {
    case "cut":
      return `cut ${action.from} to ${action.to}${action.both ? ", both ways" : ""}`;
    case "delay":
      return `delay ${action.from} to ${action.to} by ${action.delayMs} ms${action.jitterMs > 0 ? `, up to ${action.jitterMs} ms more` : ""}`;
    case "lose":
      return `lose ${Number((100 * action.ratio).toPrecision(3))} % from ${action.from} to ${action.to}`;
    case "submit":
      return showsValues ? `submit ${action.command}` : "submit a command";
    case "read":
      return showsValues ? `read ${action.key}` : "read a key";
    case "transfer":
      return action.node === 0 ? "transfer leadership" : `transfer leadership to node ${action.node}`;
    case "addNode":
      return `add a node at ${action.peerAddress}`;
    case "removeNode":
      return `remove node ${action.node}`;
    default:
      return `${action.do} ${nameOf(action.node)}`;
  }
}
