import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BalsaClient } from "../../src/client/client.ts";
import { BalsaError } from "../../src/client/values/balsa-error.ts";
import { ConfigError } from "../../src/config/config.ts";
import type { Machine } from "../../src/machine/machine.ts";
import { NotAMember } from "../../src/node/ports/not-a-member.ts";
import { createNode, type NodeSettings } from "../../src/server/embed/create-node.ts";
import type { BalsaNode } from "../../src/server/embed/embedded-node.ts";
import { StatusReader } from "../../src/server/node/node-status.ts";
import { CannotListen } from "../../src/server/node/peer-server.ts";
import { freePorts } from "../support/free-ports.ts";
import { until } from "../support/until.ts";

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
  const peers = { 1: `127.0.0.1:${own}`, 2: `127.0.0.1:${gone}` };
  const more = { forceBootstrap: "on", forceWaitMs: 100 } as const;
  const node = await start({ id: 1, peers, listen: peers[1], more });
  const error = await node.submit(Buffer.from("vain"), { timeoutMs: 300 }).catch((reason) => reason);
  expect(error).toBeInstanceOf(BalsaError);
  expect(error).toMatchObject({ code: "NO_LEADER", mayHaveHappened: false, retry: "backOff" });
  await expect(node.read([key], { timeoutMs: 300 })).rejects.toMatchObject({ name: "BalsaError", code: "NO_LEADER" });
  expect(await node.read([key], { local: true })).toEqual([undefined]);
});

describe("a node whose cluster is yet to begin", () => {
  test("waits for the others, says for whom, and is given up by a signal", async () => {
    const [own, gone] = await freePorts(2);
    const peers = { 1: `127.0.0.1:${own}`, 2: `127.0.0.1:${gone}` };
    const lines: string[] = [];
    const end = new AbortController();
    const waiting = createNode({
      id: 1,
      dataDir: join(folder, "n1"),
      peers,
      listen: peers[1],
      signal: end.signal,
      logTo: { write: (line) => void lines.push(line) },
    });
    await until(
      "it says whom it waits for",
      20_000,
      () => lines.some((line) => line.includes(`node 2 at ${peers[2]} does not answer`)) || undefined,
    );
    end.abort(new Error("nobody waits any more"));
    await expect(waiting).rejects.toThrow("nobody waits any more");
    // Its port is free again, and its directory as good as new.
    const node = await start({ id: 1, listen: peers[1] });
    expect((await node.submit(Buffer.from("one"))).index).toBeGreaterThan(0);
  });

  test("begins none beside the one that others are in, and leaves its directory empty", async () => {
    const [first, second] = await freePorts(2);
    const peers = { 1: `127.0.0.1:${first}`, 2: `127.0.0.1:${second}` };
    await start({ id: 1, listen: peers[1] });
    const dataDir = join(folder, "n2");
    const error = await createNode({ id: 2, dataDir, peers, listen: peers[2] }).catch((reason) => reason);
    expect(error).toBeInstanceOf(NotAMember);
    expect(error).toMatchObject({ reason: "stranger", message: expect.stringContaining("node 2 is none of its members") });
    expect(readdirSync(dataDir)).toEqual([]);
  });
});

test("settings that make no sense are refused with a sentence for each, and nothing is created", async () => {
  const dataDir = join(folder, "nothing");
  const error = await createNode({ id: 0, dataDir, more: { heartbeatMs: -1 } }).catch((reason) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  expect(error.problems).toHaveLength(2);
  expect(existsSync(dataDir)).toBe(false);
});

test.each<[string, object, string]>([
  ["an id as text", { id: "1" }, "settings.id"],
  ["no id but null", { id: null }, "settings.id"],
  ["a directory that is a URL", { dataDir: new URL("file:///tmp") }, "settings.dataDir"],
  ["an address that is a port", { listen: 7000 }, "settings.listen"],
  ["a client address that is null", { clientListen: null }, "settings.clientListen"],
  ["a cluster that is a number", { clusterId: 5 }, "settings.clusterId"],
  ["peers as text", { peers: "1=host:7000" }, "settings.peers"],
  ["peers in an array", { peers: ["host:7000"] }, "settings.peers"],
  ["a peer without an address", { peers: { 1: "host:7000", 2: undefined } }, "settings.peers[2]"],
  ["a machine that is a class", { machine: class {} }, "settings.machine"],
  ["a machine that applies nothing", { machine: { reads: () => [] } }, "settings.machine.apply"],
  ["more keys as text", { more: "heartbeatMs=5" }, "settings.more"],
  ["a key that is a switch", { more: { heartbeatMs: true } }, "settings.more.heartbeatMs"],
  ["events for nobody", { onEvent: "log" }, "settings.onEvent"],
  ["a log that cannot be written to", { logTo: {} }, "settings.logTo.write"],
  ["a signal that is none", { signal: 5 }, "settings.signal"],
])("%s is a TypeError, and nothing is created", async (_, settings, name) => {
  const dataDir = join(folder, "nothing");
  const error = await createNode({ id: 1, dataDir, ...settings } as NodeSettings).catch((reason) => reason);
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toMatch(new RegExp(`^${name.replace(/[[\].]/g, "\\$&")} must be `));
  expect(existsSync(dataDir)).toBe(false);
});

test("settings that are undefined are as if they were left out", async () => {
  const names = ["peers", "clientListen", "clusterId", "onEvent", "logTo"].map((name) => [name, undefined]);
  const [port] = await freePorts(1);
  const more = { heartbeatMs: undefined, log: undefined };
  const node = await start({ id: 1, listen: `127.0.0.1:${port}`, ...Object.fromEntries(names), more });
  const options = { timeoutMs: undefined, local: undefined };
  await node.submit(Buffer.from("one"), options);
  expect((await node.read([key], options)).map(text)).toEqual(["one"]);
});

test("commands and keys that are no bytes are TypeErrors, and nothing is done", async () => {
  const [port] = await freePorts(1);
  const node = await start({ id: 1, listen: `127.0.0.1:${port}` });
  const before = node.view.lastIndex;
  for (const other of ["text", null, undefined, 5, [1, 2], new DataView(new ArrayBuffer(1)), new Uint16Array(1)]) {
    const given = other as never;
    await expect(node.submit(given)).rejects.toThrow(/^command must be a Uint8Array/);
    await expect(node.read([key, given])).rejects.toThrow(/^keys\[1\] must be a Uint8Array/);
    await expect(node.read(given)).rejects.toThrow(TypeError);
  }
  const options = { timeoutMs: "5" as unknown as number };
  await expect(node.submit(Buffer.from("one"), options)).rejects.toThrow(/^options.timeoutMs must be a number/);
  await expect(node.read([key], { timeoutMs: Number.NaN })).rejects.toThrow(/^options.timeoutMs must be a number/);
  await expect(node.read([key], { local: 1 as unknown as boolean })).rejects.toThrow(/^options.local must be true or false/);
  expect(node.view.lastIndex).toBe(before);
});

test("a port that is taken rejects, and lets the data directory go", async () => {
  const [port, other] = await freePorts(2);
  const listen = `127.0.0.1:${port}`;
  await start({ id: 1, listen });
  const error = await createNode({ id: 2, dataDir: join(folder, "n2"), machine: lastCommand, listen }).catch((reason) => reason);
  expect(error).toBeInstanceOf(CannotListen);
  expect(error.message).toContain(String(port));
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
