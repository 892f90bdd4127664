import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BalsaClient } from "../../src/client/client.ts";
import { createNode, type NodeSettings } from "../../src/server/embed/create-node.ts";
import type { BalsaNode } from "../../src/server/embed/embedded-node.ts";
import { freePorts } from "../support/free-ports.ts";

/** Three nodes of one cluster in this process, on loopback. */
export class ThreeNodes {
  /** Client addresses, by the order of ids. */
  readonly addresses: readonly string[];
  readonly #peers: Readonly<Record<number, string>>;
  readonly #folder = mkdtempSync(join(tmpdir(), "balsa-three-nodes-"));
  readonly #nodes = new Map<number, BalsaNode>();

  readonly #more: NodeSettings["more"];

  /** Resolves once they have taken a write. @param more other keys of their configuration */
  static async start(more: NodeSettings["more"] = {}): Promise<ThreeNodes> {
    const ports = (await freePorts(6)).map((port) => `127.0.0.1:${port}`);
    const three = new ThreeNodes(ports.slice(0, 3), ports.slice(3), more);
    await Promise.all([1, 2, 3].map((id) => three.startNode(id)));
    const client = new BalsaClient({ endpoints: three.addresses, requestTimeoutMs: 30_000 });
    await client.set("begun", "yes");
    await client.close();
    return three;
  }

  private constructor(addresses: readonly string[], peers: readonly string[], more: NodeSettings["more"]) {
    this.#more = more;
    this.addresses = addresses;
    this.#peers = Object.fromEntries(peers.map((address, at) => [at + 1, address]));
  }

  async startNode(id: number): Promise<void> {
    const [listen, clientListen] = [this.#peers[id] ?? "", this.addresses[id - 1] ?? ""];
    const clientAddresses = this.addresses.map((address, at) => `${at + 1}=${address}`).join(",");
    const node = await createNode({
      id,
      peers: this.#peers,
      listen,
      clientListen,
      dataDir: join(this.#folder, `node-${id}`),
      more: { clientAddresses, ...this.#more },
    });
    this.#nodes.set(id, node);
  }

  async stopNode(id: number): Promise<void> {
    await this.#nodes.get(id)?.stop();
    this.#nodes.delete(id);
  }

  async remove(): Promise<void> {
    await Promise.all([...this.#nodes.keys()].map((id) => this.stopNode(id)));
    rmSync(this.#folder, { recursive: true });
  }
}
