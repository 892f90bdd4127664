import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BalsaClient } from "../../src/client/client.ts";
import type { Change } from "../../src/client/values/messages.ts";
import type { BalsaNode, NodeMap } from "../../src/main/balsa-node.ts";
import { createNode, type NodeSettings } from "../../src/server/embed/create-node.ts";
import { freePorts } from "../support/free-ports.ts";
import { until } from "../support/until.ts";

// The map of nodes inside a program: what a client has over the network, without one.

jest.setTimeout(60_000);

let folder: string;
let nodes: BalsaNode[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "balsa-node-map-"));
  nodes = [];
  const ports = (await freePorts(4)).map((port) => `127.0.0.1:${port}`);
  const peers = Object.fromEntries(ports.slice(0, 3).map((address, place) => [place + 1, address]));
  await Promise.all([1, 2, 3].map((id) => start({ id, peers, listen: peers[id], ...(id === 1 && { clientListen: ports[3] }) })));
  address = ports[3] ?? "";
});

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  rmSync(folder, { recursive: true, force: true });
});

/** The client port of node 1; the others have none. */
let address: string;

async function start(settings: Partial<NodeSettings> & { id: number }): Promise<BalsaNode> {
  const node = await createNode({ dataDir: join(folder, `n${settings.id}`), ...settings });
  nodes.push(node);
  return node;
}

/** Adds one, and gives the revision at which that took effect. */
async function add(map: NodeMap, key: string): Promise<number> {
  for (;;) {
    const found = await map.get(key);
    const expected = found === null ? ({ absent: true } as const) : { revision: found.revision };
    const { succeeded, revision } = await map.compareAndSet(key, expected, String(Number(found?.value ?? 0) + 1));
    if (succeeded) return revision;
  }
}

const mapOf = (id: number): NodeMap => (nodes.find((node) => node.id === id) as BalsaNode).map;
const follower = async (): Promise<BalsaNode> =>
  until("a node follows another one", 10_000, async () => nodes.find(({ id, view }) => view.leader !== null && view.leader !== id));

test("what one node's map has written each of the others' reads, with the same revision", async () => {
  const { revision, existed } = await mapOf(1).set("boat", "balsa");
  expect(existed).toBe(false);
  for (const id of [1, 2, 3]) expect(await mapOf(id).get("boat")).toEqual({ key: "boat", value: "balsa", revision });
  expect(await mapOf(3).delete("boat")).toMatchObject({ existed: true });
  expect(await mapOf(2).get("boat")).toBeNull();
});

test("it is the map that clients see at the client port", async () => {
  const client = new BalsaClient({ endpoints: [address] });
  await mapOf(2).set("bytes", new Uint8Array([0, 255, 1]));
  expect((await client.get("bytes"))?.value).toEqual(Buffer.from([0, 255, 1]));
  await client.set("text", "ä€😀");
  expect((await mapOf(3).get("text"))?.value).toBe("ä€😀");
  await client.close();
});

test("comparisons and batches hold or change nothing, on a node that follows as well", async () => {
  const { map } = await follower();
  expect(await map.compareAndSet("stock", { absent: true }, "1")).toMatchObject({ succeeded: true, current: null });
  const failed = await map.compareAndSet("stock", { value: "2" }, "3");
  expect(failed).toMatchObject({ succeeded: false, current: { key: "stock", value: "1" } });
  const batch = await map.batch([
    { type: "set", key: "sold", value: "1" },
    { type: "compareAndSet", key: "stock", expected: { value: "2" }, newValue: null },
  ]);
  expect(batch.succeeded).toBe(false);
  expect(await map.get("sold")).toBeNull();
});

test("many writes of one turn all happen, once each", async () => {
  await Promise.all(Array.from({ length: 10 }, () => add(mapOf(2), "visits")));
  expect((await mapOf(1).get("visits"))?.value).toBe("10");
});

test("a scan goes from page to page, of one part of the map if it is asked of one", async () => {
  const part = mapOf(1).withPrefix("part/");
  await Promise.all(Array.from({ length: 25 }, (_, i) => part.set(`k${String(i).padStart(2, "0")}`, String(i))));
  const keys: string[] = [];
  for await (const { key } of part.scan({ limit: 10 })) keys.push(key);
  expect(keys).toEqual(Array.from({ length: 25 }, (_, i) => `k${String(i).padStart(2, "0")}`));
  expect((await mapOf(3).scanPage({ prefix: "part/", limit: 10 })).nextStart).toBe("part/k10");
});

test("a watch tells every change in order, from now or from a revision on, also to one that takes them late", async () => {
  const { map } = await follower();
  const watch = map.watch({ prefix: "tide/" });
  await watch.started();
  const revisions: number[] = [];
  for (let i = 0; i < 3_000; i += 100) {
    const writes = Array.from({ length: 100 }, (_, j) => mapOf(1).set("tide/level", String(i + j)));
    revisions.push(...(await Promise.all(writes)).map(({ revision }) => revision));
  }
  await mapOf(1).delete("tide/level");
  const values: string[] = [];
  for await (const change of watch) {
    if (change.type === "delete") break;
    values.push(String(change.value));
  }
  expect(values).toEqual(Array.from({ length: 3_000 }, (_, i) => String(i)));
  const again: Change[] = [];
  for await (const change of map.watch({ key: "tide/level", from: revisions[2_990] ?? 0 })) {
    again.push(change);
    if (change.type === "delete") break;
  }
  expect(again).toHaveLength(11);
});

test("a lock that one node holds no other gets, and an election has one winner", async () => {
  const held = await mapOf(1).lock("job").acquire();
  expect(await mapOf(2).lock("job").tryAcquire()).toBeNull();
  await held.release();
  const next = await mapOf(2).lock("job").acquire();
  expect(next.fence).toBeGreaterThan(held.fence);
  await next.release();
  const leadership = await mapOf(1).election("chair").campaign("one");
  expect(await mapOf(3).election("chair").leader()).toMatchObject({ value: "one" });
  await leadership.release();
});

test("a call is given up by its signal or its time, and the error tells whether it may have happened", async () => {
  await expect(mapOf(1).set("late", "1", { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "ABORTED",
    mayHaveHappened: false,
  });
  await expect(mapOf(1).get("late", { timeoutMs: 0 })).rejects.toThrow(TypeError);
  await expect(mapOf(1).set("", "1")).rejects.toMatchObject({ code: "EMPTY_KEY", mayHaveHappened: false });
  expect(() => mapOf(1).watch({ key: "a", prefix: "b" })).toThrow(TypeError);
});

test("without a majority a write has its time, and then says that nothing happened or that it may have", async () => {
  const [peer, other] = (await freePorts(2)).map((port) => `127.0.0.1:${port}`);
  const peers = { 4: peer ?? "", 5: other ?? "" };
  const [fourth, fifth] = await Promise.all([4, 5].map((id) => start({ id, peers, listen: peers[id as 4] })));
  await fifth?.map.set("both", "up");
  expect((await fourth?.map.get("both"))?.value).toBe("up");
  await fifth?.stop();
  const error = await fourth?.map.set("both", "down", { timeoutMs: 1_500 }).catch((why) => why);
  expect(error).toMatchObject({ name: "BalsaError", mayHaveHappened: expect.any(Boolean) });
  expect(["TIMEOUT", "NO_LEADER", "SESSION_NOT_OPENED", "UNREACHABLE"]).toContain(error.code);
  expect((await fourth?.map.get("both", { local: true }))?.value).toBe("up");
});

test("with a machine of its own a node has no map, and says so", async () => {
  const machine = { reads: () => [], apply: () => new Uint8Array(0) };
  const node = await start({ id: 6, machine, dataDir: join(folder, "own") });
  expect(() => node.map).toThrow("This node was made with a machine of its own, and has no key-value map.");
});

test("when the node that leads stops, its watches end, its calls fail and its lock is free; writes of the others go on, each once", async () => {
  const led = await until("a node leads", 10_000, async () => nodes.find(({ id, view }) => id <= 3 && view.leader === id));
  const others = nodes.filter(({ id }) => id <= 3 && id !== led.id).map(({ map }) => map);
  const lock = await led.map.lock("lone").acquire();
  await led.map.set("alive", "yes", { attached: true });
  const watch = led.map.watch({ key: "alive" });
  await watch.started();
  const told = (async () => {
    for await (const _ of watch);
  })();
  const counting = others.map(async (map) => {
    for (let i = 0; i < 50; i++) await add(map, "shared");
  });
  await led.stop();
  await told;
  expect(lock.signal.aborted).toBe(true);
  await expect(led.map.get("alive")).rejects.toMatchObject({ code: "CLIENT_CLOSED", mayHaveHappened: false });
  await (await others[0]?.lock("lone").acquire())?.release();
  expect(await others[1]?.get("alive")).toBeNull();
  await Promise.all(counting);
  expect((await others[0]?.get("shared"))?.value).toBe("100");
});
