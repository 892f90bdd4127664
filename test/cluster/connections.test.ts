import { readdirSync } from "node:fs";
import { BalsaClient } from "../../src/client/client.ts";
import { clientServiceDefinition } from "../../src/grpc/service-definitions.ts";
import { RawClient } from "../door/raw-client.ts";
import { callHeaders, flags, frame, grpcMessage, types, wrongs } from "../door/raw-http2.ts";
import { Cluster } from "../support/harness.ts";
import type { NodeProcess } from "../support/node-process.ts";
import { until } from "../support/until.ts";

/** Handles of its own that a node opens and closes as it works: files of LevelDB. */
const slack = 8;

jest.setTimeout(60_000);

let cluster: Cluster;

afterEach(() => cluster.remove());

function handles({ pid }: NodeProcess): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

async function portsOf(id: number): Promise<{ client: number; peer: number }> {
  await cluster.whole();
  await cluster.leader();
  return { client: portOf(cluster.endpoint(id)), peer: portOf(cluster.peerAddress(id)) };
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(":") + 1));
}

test("at both ports, connections that end in any wrong way leave no handle behind", async () => {
  cluster = await Cluster.start({ nodes: 1 });
  const ports = await portsOf(1);
  const node = cluster.node(1);
  const before = handles(node);
  for (const port of [ports.client, ports.peer]) {
    for (const wrong of Object.values(wrongs)) {
      const clients = await Promise.all(Array.from({ length: 10 }, () => RawClient.open(port, wrong)));
      for (const [i, client] of clients.entries()) {
        if (i % 2 === 0) client.finish();
        else client.close();
      }
    }
  }
  await until(
    () => `${before} handles are left as before, not ${handles(node)}`,
    10_000,
    async () => handles(node) <= before + slack || undefined,
  );
});

test("a node that may open few files lives and writes, however many connections come to its ports", async () => {
  cluster = await Cluster.start({
    nodes: 1,
    within: () => ["bash", "-c", 'ulimit -n 160; exec "$0" "$@"'],
    flags: { "compact-bytes": "262144", "compact-entries": "100" },
  });
  const ports = await portsOf(1);
  const client = new BalsaClient({ endpoints: cluster.endpoints, discover: false });
  await client.set("first", "1");
  const idle = await Promise.all(
    [ports.client, ports.peer].flatMap((port) => Array.from({ length: 300 }, () => RawClient.open(port))),
  );
  await until(
    () => "connections are refused",
    5_000,
    async () => idle.some(({ ending }) => ending === "ECONNRESET") || undefined,
  );
  for (let i = 0; i < 400; i += 8)
    await Promise.all(Array.from({ length: 8 }, (_, k) => client.set(`k/${i + k}`, "v".repeat(4_000))));
  expect(handles(cluster.node(1))).toBeLessThan(160);
  expect(cluster.node(1).isRunning).toBe(true);
  for (const each of idle) each.close();
  await client.close();
});

test("watchers that have vanished without a word lose their place to others", async () => {
  cluster = await Cluster.start({
    nodes: 1,
    flags: { "watchers-max": "5", "connection-keepalive-ms": "300", "connection-keepalive-timeout-ms": "500" },
  });
  const ports = await portsOf(1);
  const watch = grpcMessage(clientServiceDefinition.Watch.requestSerialize({ all: true, fromRevision: 1 }));
  const vanished = await Promise.all(Array.from({ length: 5 }, () => RawClient.open(ports.client)));
  for (const each of vanished) {
    each.send(frame(types.headers, flags.endHeaders, 1, callHeaders(clientServiceDefinition.Watch.path)));
    each.send(frame(types.data, flags.endStream, 1, watch));
  }
  await until(
    () => "all of them watch",
    5_000,
    async () => vanished.every(({ frames }) => frames.some(({ type }) => type === types.data)) || undefined,
  );
  // From here on they read no probe and answer none.
  for (const each of vanished) each.socket.pause();
  const client = new BalsaClient({ endpoints: cluster.endpoints });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { key } of client.watch({ prefix: "" })) {
      seen.push(key);
      if (seen.length === 3) return;
    }
  })();
  let written = 0;
  await until(
    () => "a living watcher has got a place",
    10_000,
    async () => {
      await client.set(`k/${written++}`, "v");
      return seen.length > 0 || undefined;
    },
  );
  for (let i = 0; i < 3; i++) await client.set("more", String(i));
  await reading;
  for (const each of vanished) each.close();
  await client.close();
});
