import { BalsaAdmin } from "../../client/admin.ts";
import { BalsaClient } from "../../client/client.ts";
import type { KeyValue, Value } from "../../client/values/messages.ts";
import { isAddress } from "../../grpc/address.ts";
import type { DashboardLimits } from "../base/limits.ts";
import { type Nodes, nodeIn, type Of } from "./ports.ts";
import { readSubmitted } from "./submitted.ts";

/** Most letters of a value that are told. */
const valueLengthMax = 200;

/** Controls that do what any client and operator may. Each resolves to a sentence, and throws an Error with one. */
export class ClientControls {
  readonly #limits: Pick<DashboardLimits, "controlMs">;
  readonly #nodes: Nodes;

  constructor(limits: DashboardLimits, nodes: Nodes) {
    this.#limits = limits;
    this.#nodes = nodes;
  }

  /** @param node which one is asked; 0: the leader */
  async submit({ node, command }: Of<"submit">): Promise<string> {
    const submitted = readSubmitted(command);
    return this.#withClient(node, async (client) => {
      const key = JSON.stringify(submitted.key);
      switch (submitted.does) {
        case "set": {
          const { revision } = await client.set(submitted.key, submitted.value);
          return `Set ${key} at revision ${revision}.`;
        }
        case "delete": {
          const { revision, existed } = await client.delete(submitted.key);
          return existed ? `Deleted ${key} at revision ${revision}.` : `There was no ${key}.`;
        }
        case "cas": {
          const { succeeded, revision, current } = await client.compareAndSet(
            submitted.key,
            { value: submitted.old },
            submitted.value,
          );
          if (succeeded) return `Changed ${key} at revision ${revision}.`;
          throw new Error(`Not changed: ${current === null ? `there is no ${key}` : `${key} has another value`}.`);
        }
        default:
          return submitted satisfies never;
      }
    });
  }

  async read({ node, key }: Of<"read">): Promise<string> {
    return this.#withClient(node, async (client) => foundText(key, await client.get(key)));
  }

  async transfer(node: number): Promise<string> {
    return `Node ${await this.#admin().transferLeadership(node)} leads now.`;
  }

  async addNode(peerAddress: string): Promise<string> {
    if (!isAddress(peerAddress)) throw new Error('An address is written "host:7000".');
    const { nodeId } = await this.#admin().addNode({ peerAddress });
    return `Node ${nodeId} is a learner now: start it with --join and the client address of any member. It gets a vote once it has caught up.`;
  }

  async removeNode(node: number): Promise<string> {
    await this.#admin().removeNode({ nodeId: nodeIn(this.#nodes, node).node });
    return `Node ${node} is being removed.`;
  }

  #admin(): BalsaAdmin {
    return new BalsaAdmin({ endpoints: this.#nodes.endpoints, requestTimeoutMs: this.#limits.controlMs });
  }

  /** Without a session: whoever looks on sees what became of a write, and sends it again if it is to be. */
  async #withClient(node: number, act: (client: BalsaClient) => Promise<string>): Promise<string> {
    const of =
      node === 0
        ? { endpoints: this.#nodes.endpoints }
        : { endpoints: [nodeIn(this.#nodes, node).address], discover: false, prefer: "any" as const };
    const client = new BalsaClient({ ...of, session: false, requestTimeoutMs: this.#limits.controlMs, name: "dashboard" });
    try {
      return await act(client);
    } finally {
      await client.close();
    }
  }
}

function foundText(key: string, found: KeyValue | null): string {
  const name = JSON.stringify(key);
  return found === null ? `There is no ${name}.` : `${name} is ${valueText(found.value)}, since revision ${found.revision}.`;
}

function valueText(value: Value): string {
  if (typeof value !== "string") return `${value.length} bytes`;
  return JSON.stringify(value.length > valueLengthMax ? `${value.slice(0, valueLengthMax)}...` : value);
}
