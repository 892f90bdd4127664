import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BalsaClient } from "../../src/client/client.ts";
import { FaultCaller } from "../../src/client/connection/fault-caller.ts";
import { recordKey } from "../../src/machine/kv-records.ts";
import type { Machine } from "../../src/machine/machine.ts";
import type { NodeEvent } from "../../src/node/ports/node-events.ts";
import { createNode, type NodeSettings } from "../../src/server/embed/create-node.ts";
import type { BalsaNode } from "../../src/server/embed/embedded-node.ts";
import { openDatabase } from "../../src/storage/files/database.ts";
import { dataKey } from "../../src/storage/state/state-records.ts";
import { freePorts } from "../support/free-ports.ts";
import { until } from "../support/until.ts";

// What a node inside a program leaves behind when it has failed: nothing that the program would have to end for.

jest.setTimeout(60_000);

const key = Buffer.from("last");
/** Keeps the last command. */
const lastCommand: Machine = {
  reads: () => [key],
  apply: (_at, command, records) => {
    records.put(key, command);
    return new Uint8Array(0);
  },
};

let folder: string;
let nodes: BalsaNode[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "balsa-failed-"));
  nodes = [];
});

afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(settings: Partial<NodeSettings>): Promise<BalsaNode> {
  const node = await createNode({ id: 1, dataDir: join(folder, "node"), ...settings });
  nodes.push(node);
  return node;
}

/** Puts other bytes in place of the one record, in the closed state of the node. */
async function replaceRecord(bytes: Buffer, recordOf: Uint8Array = key): Promise<Buffer | undefined> {
  const options = { mayCreate: false, writeBufferBytes: 65_536, cacheBytes: 65_536 };
  const database = await openDatabase(join(folder, "node", "state"), options);
  const before = await database.get(dataKey(recordOf));
  await database.put(dataKey(recordOf), bytes);
  await database.close();
  return before;
}

/** A node that leads, and whose record is damaged. */
async function startDamaged(settings: Partial<NodeSettings>): Promise<{ node: BalsaNode; sound: Buffer }> {
  const before = await start({ machine: lastCommand, ...settings });
  await before.submit(Buffer.from("kept"));
  await before.stop();
  const sound = await replaceRecord(Buffer.from("damaged"));
  if (sound === undefined) throw new Error("there is no record");
  const node = await start({ machine: lastCommand, ...settings });
  await until("it leads", 10_000, () => (node.view.role === "leader" ? true : undefined));
  return { node, sound };
}

test.each([true, false])("a read that meets a damaged record ends the node, once, whoever reads (local: %s)", async (local) => {
  const [port] = await freePorts(1);
  const events: NodeEvent[] = [];
  const listen = `127.0.0.1:${port}`;
  const { node, sound } = await startDamaged({
    listen,
    more: { scrubBytesPerSecondMax: 0 },
    onEvent: (event) => events.push(event),
  });
  const reads = await Promise.allSettled([1, 2, 3].map(() => node.read([key], { local })));
  expect(reads[0]).toMatchObject({ status: "rejected", reason: { name: "StateDamaged" } });
  await expect(node.stopped).rejects.toMatchObject({ name: "StateDamaged" });
  expect(events.filter(({ type }) => type === "damageFound")).toHaveLength(1);
  // It confirms nothing more, and shows nothing more of a state that is damaged.
  await expect(node.submit(Buffer.from("vain"))).rejects.toMatchObject({ name: "BalsaError", code: "STOPPING" });
  await expect(node.read([key], { local })).rejects.toMatchObject({ name: "BalsaError", code: "STOPPING" });
  await Promise.all([node.stop(), node.stop()]);
  await replaceRecord(sound);
  const after = await start({ machine: lastCommand, listen });
  expect(String((await after.read([key]))[0])).toBe("kept");
});

test("a client's read that meets a damaged record ends the node too: it must not go on leading", async () => {
  const [port, clientPort] = await freePorts(2);
  const clientListen = `127.0.0.1:${clientPort}`;
  const settings: Partial<NodeSettings> = { listen: `127.0.0.1:${port}`, clientListen, more: { scrubBytesPerSecondMax: 0 } };
  const client = new BalsaClient({ endpoints: [clientListen], requestTimeoutMs: 1_000 });
  try {
    const before = await start(settings);
    await client.set("boat", "light");
    await before.stop();
    await replaceRecord(Buffer.from("damaged"), recordKey("boat"));
    const node = await start(settings);
    await expect(client.get("boat")).rejects.toThrow();
    await expect(node.stopped).rejects.toMatchObject({ name: "StateDamaged" });
    await expect(node.submit(Buffer.from("vain"))).rejects.toMatchObject({ name: "BalsaError", code: "STOPPING" });
    await node.stop();
    await start(settings);
  } finally {
    client.close();
  }
});

test("a node whose disk fails leaves its clients, its ports and its directory, and can be started again", async () => {
  const [port, clientPort] = await freePorts(2);
  const clientListen = `127.0.0.1:${clientPort}`;
  const settings: Partial<NodeSettings> = { listen: `127.0.0.1:${port}`, clientListen, more: { faults: "on" } };
  const node = await start(settings);
  const client = new BalsaClient({ endpoints: [clientListen], requestTimeoutMs: 2_000 });
  const faults = new FaultCaller({ endpoint: clientListen, timeoutMs: 2_000 });
  try {
    await client.set("boat", "light");
    await faults.set({ disk: { failWrites: true } });
    await expect(client.set("boat", "lost")).rejects.toThrow();
    await expect(node.stopped).rejects.toMatchObject({ name: "WriteFailed" });
    await node.stop();
    await start(settings);
    // Nobody knows what became of the write that failed; the one before it is safe.
    expect(["light", "lost"]).toContain((await client.get("boat"))?.value);
  } finally {
    client.close();
    faults.close();
  }
});

test("a program may stop its node in the very moment in which it fails", async () => {
  const { node } = await startDamaged({ more: { scrubBytesPerSecondMax: 0 } });
  const read = node.read([key], { local: true }).catch((error: Error) => error.name);
  await node.stop();
  expect(["StateDamaged", "BalsaError"]).toContain(await read);
  await start({ machine: lastCommand });
});

test("what no node can be made of rejects, and lets the data directory go", async () => {
  const broken: Machine = {
    ...lastCommand,
    get housekeeping(): never {
      throw new Error("a machine that is broken");
    },
  };
  await expect(start({ machine: broken })).rejects.toThrow("a machine that is broken");
  const node = await start({ machine: lastCommand });
  await expect(node.submit(Buffer.from("here"))).resolves.toBeDefined();
});

test("a program may stop its node from within the event that it is told, and the turn comes to its end first", async () => {
  let stopping: Promise<void> | null = null;
  const node: BalsaNode = await start({
    onEvent: ({ type }) => {
      if (type === "leaderElected") stopping = node.stop();
    },
  });
  await node.stopped;
  await stopping;
  await start({});
});
