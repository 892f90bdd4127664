import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BalsaClient } from "../../src/client/client.ts";
import type { Machine } from "../../src/machine/machine.ts";
import { ConfigError } from "../../src/main/config.ts";
import { createNode } from "../../src/main/create-node.ts";
import type { BalsaNode } from "../../src/main/embedded-node.ts";
import { NodeError } from "../../src/main/node-error.ts";
import { StatusReader } from "../../src/main/node-status.ts";
import { freePorts } from "../cluster/free-ports.ts";

// Nodes inside a program of one's own.

jest.setTimeout(60_000);

/** Keeps the last command under one key, and answers with the one before. */
const lastCommand: Machine = {
  reads: () => [key],
  apply: (_at, command, records) => {
    const before = records.get(key) ?? new Uint8Array(0);
    records.put(key, command);
    return before;
  },
};
const key = Buffer.from("last");
const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : Buffer.from(bytes).toString());

let folder: string;
let nodes: BalsaNode[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "balsa-embedded-"));
  nodes = [];
});

afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(settings: Partial<Parameters<typeof createNode>[0]> & { id: number }): Promise<BalsaNode> {
  const node = await createNode({ dataDir: join(folder, `n${settings.id}`), machine: lastCommand, ...settings });
  nodes.push(node);
  return node;
}

async function startThree(): Promise<void> {
  const ports = await freePorts(3);
  const peers = Object.fromEntries(ports.map((port, place) => [place + 1, `127.0.0.1:${port}`]));
  await Promise.all([1, 2, 3].map((id) => start({ id, peers, listen: peers[id] ?? "" })));
}

test("three nodes replicate a machine of one's own: any takes a command, any reads what was answered", async () => {
  await startThree();
  const [first, second, third] = nodes as [BalsaNode, BalsaNode, BalsaNode];
  expect(text((await first.submit(Buffer.from("one"))).result)).toBe("");
  const answer = await second.submit(Buffer.from("two"));
  expect(text(answer.result)).toBe("one");
  expect((await third.read([key, Buffer.from("nothing")])).map(text)).toEqual(["two", undefined]);
  const leaders = nodes.filter(({ view }) => view.role === "leader");
  expect(leaders).toHaveLength(1);
  expect(third.view.commitIndex).toBeGreaterThanOrEqual(answer.index);
});

test("a node that was stopped finds its records again", async () => {
  const [port] = await freePorts(1);
  const listen = `127.0.0.1:${port}`;
  const before = await start({ id: 1, listen });
  await before.submit(Buffer.from("kept"));
  await before.stop();
  const after = await start({ id: 1, listen });
  expect((await after.read([key])).map(text)).toEqual(["kept"]);
});

test("without a majority a command fails in time, and the error tells whether it may have happened", async () => {
  const [own, gone] = await freePorts(2);
  const node = await start({ id: 1, peers: { 1: `127.0.0.1:${own}`, 2: `127.0.0.1:${gone}` }, listen: `127.0.0.1:${own}` });
  const error = await node.submit(Buffer.from("vain"), { timeoutMs: 300 }).catch((reason) => reason);
  expect(error).toBeInstanceOf(NodeError);
  expect(error.mayHaveHappened).toBe(false);
  await expect(node.read([key], { timeoutMs: 300 })).rejects.toBeInstanceOf(NodeError);
  expect(await node.read([key], { local: true })).toEqual([undefined]);
});

test("settings that make no sense are refused with a sentence for each, and nothing is created", async () => {
  const dataDir = join(folder, "nothing");
  const error = await createNode({ id: 0, dataDir, more: { heartbeatMs: -1 } }).catch((reason) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  expect(error.problems).toHaveLength(2);
  expect(existsSync(dataDir)).toBe(false);
});

test("a port that is taken rejects, and lets the data directory go", async () => {
  const [port, other] = await freePorts(2);
  const listen = `127.0.0.1:${port}`;
  await start({ id: 1, listen });
  await expect(createNode({ id: 2, dataDir: join(folder, "n2"), machine: lastCommand, listen })).rejects.toThrow(String(port));
  const second = await start({ id: 2, listen: `127.0.0.1:${other}` });
  await expect(second.submit(Buffer.from("here"))).resolves.toBeDefined();
});

test("with a client port, operators see a machine of one's own, and clients find no map", async () => {
  const [port, clientPort] = await freePorts(2);
  const clientListen = `127.0.0.1:${clientPort}`;
  const node = await start({ id: 1, listen: `127.0.0.1:${port}`, clientListen });
  await node.submit(Buffer.from("one"));
  const status = new StatusReader({ timeoutMs: 5_000 });
  const client = new BalsaClient({ endpoints: [clientListen], requestTimeoutMs: 2_000 });
  try {
    expect(await status.read(clientListen)).toMatchObject({ nodeId: 1, role: "ROLE_LEADER" });
    await expect(client.get("last")).rejects.toThrow();
  } finally {
    status.close();
    client.close();
  }
});

test("the key-value map is what a node replicates if nothing else is said", async () => {
  const [port, clientPort] = await freePorts(2);
  const clientListen = `127.0.0.1:${clientPort}`;
  nodes.push(await createNode({ id: 1, dataDir: join(folder, "n1"), listen: `127.0.0.1:${port}`, clientListen }));
  const client = new BalsaClient({ endpoints: [clientListen] });
  try {
    await client.set("boat", "light");
    expect(await client.get("boat")).toMatchObject({ value: "light" });
  } finally {
    client.close();
  }
});
