import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemClock } from "../../src/main/clock.ts";
import { readConfig } from "../../src/main/config.ts";
import { DiskUsage } from "../../src/main/disk-usage.ts";
import { Log } from "../../src/main/log.ts";
import { NodeServer } from "../../src/main/node-server.ts";
import { openDataDirectory } from "../../src/storage/open.ts";
import { freePorts } from "../cluster/free-ports.ts";

/** A whole node in this process, a cluster of its own on loopback, with a data directory that goes with it. */
export interface OneNode {
  readonly address: string;
  readonly dataDir: string;
  /** Stops the node and leaves its data. */
  stop(): Promise<void>;
  /** Also removes its data. */
  remove(): Promise<void>;
}

export async function startOneNode(): Promise<OneNode> {
  const [peerPort, clientPort] = await freePorts(2);
  const dataDir = mkdtempSync(join(tmpdir(), "balsa-one-node-"));
  const flags = [
    "--id",
    "1",
    "--listen",
    `127.0.0.1:${peerPort}`,
    "--client-listen",
    `127.0.0.1:${clientPort}`,
    "--data-dir",
    dataDir,
  ];
  const result = readConfig(flags, {});
  if (result.type !== "config") throw new Error(JSON.stringify(result));
  const { config } = result;
  const owner = { clusterId: config.clusterId, nodeId: 1, bootstrap: config.bootstrap };
  const data = await openDataDirectory(
    { ...owner, directory: dataDir },
    { clock: new SystemClock(), now: () => new Date().toISOString(), newDiskId: () => "disk 1" },
  );
  const log = new Log({ node: 1, clusterId: config.clusterId, levels: config.logLevels }, { write: () => undefined });
  let stopped: (why: Error | null) => void = () => undefined;
  const gone = new Promise<Error | null>((resolve) => {
    stopped = resolve;
  });
  const server = new NodeServer(config, { log, data, diskUsage: new DiskUsage(dataDir), version: "test", onStopped: stopped });
  await server.start();
  const stop = async () => {
    server.stop();
    const why = await gone;
    if (why !== null) throw why;
  };
  const remove = async () => {
    await stop();
    rmSync(dataDir, { recursive: true });
  };
  return { address: `127.0.0.1:${clientPort}`, dataDir, stop, remove };
}
