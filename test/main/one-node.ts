import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNode, type NodeSettings } from "../../src/server/embed/create-node.ts";
import { freePorts } from "../support/free-ports.ts";

/** A whole node in this process, a cluster of its own on loopback, with a data directory that goes with it. */
export interface OneNode {
  readonly address: string;
  readonly dataDir: string;
  /** Stops the node and leaves its data. */
  stop(): Promise<void>;
  /** Also removes its data. */
  remove(): Promise<void>;
}

/** @param more other keys of its configuration */
export async function startOneNode(more: NodeSettings["more"] = {}): Promise<OneNode> {
  const [peerPort, clientPort] = await freePorts(2);
  const dataDir = mkdtempSync(join(tmpdir(), "balsa-one-node-"));
  const address = `127.0.0.1:${clientPort}`;
  const node = await createNode({ id: 1, listen: `127.0.0.1:${peerPort}`, clientListen: address, dataDir, more });
  const stop = async () => {
    await node.stop();
    await node.stopped;
  };
  const remove = async () => {
    await stop();
    rmSync(dataDir, { recursive: true });
  };
  return { address, dataDir, stop, remove };
}
