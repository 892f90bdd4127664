import type { ServiceDefinition } from "@grpc/grpc-js";
import { BalsaClient } from "../../src/client/client.ts";
import { type DoorOptions, doorDefaults } from "../../src/door/options.ts";
import type { ScanResponse__Output } from "../../src/generated/balsa/client/v1/ScanResponse.ts";
import { clientServiceDefinition } from "../../src/grpc/service-definitions.ts";
import { encodeRequest } from "../../src/machine/kv-codec.ts";
import { ChangeFeed } from "../../src/node/watch/change-feed.ts";
import { type ServiceOptions, serviceOptionDefaults } from "../../src/service/answers/options.ts";
import { RawClient } from "../door/raw-client.ts";
import { preface, unaryCall, windowSetting, windowUpdate } from "../door/raw-http2.ts";
import { changeLimits, testClock } from "./fake-node.ts";
import { ask, RunningServer, until } from "./running-server.ts";

const MB = 1_000_000;
const limits: Pick<DoorOptions, "unreadBytesMax" | "unreadBytesTotalMax" | "unreadTimeoutMs"> = {
  unreadBytesMax: 3 * MB,
  unreadBytesTotalMax: 1_000 * MB,
  unreadTimeoutMs: 400,
};
/** Past the limit go the pages, or trips to the disk, that were begun while there was room. */
const begunMax = 5 * MB;
const closedWindow = Buffer.concat([preface, windowSetting(0)]);

let running: RunningServer;

jest.setTimeout(20_000);
afterEach(() => running.stop());

async function start(door: Partial<typeof limits> = {}, service: Partial<ServiceOptions> = {}): Promise<void> {
  running = await RunningServer.start(service, null, { ...limits, ...door });
  running.node.changes = new ChangeFeed({ ...changeLimits, changeHistoryBytesMax: 100 * MB }, testClock, 0);
  for (let i = 0; i < 10; i++) await set(`large-${i}`, "x".repeat(MB));
  await set("small", "value");
}

function set(key: string, value: string): Promise<unknown> {
  return new Promise((resolve) => running.node.submit(encodeRequest([{ type: "set", key, value }]), 1_000, resolve));
}

function call(method: string, stream: number, request: object): Buffer {
  const { path, requestSerialize } = (clientServiceDefinition as ServiceDefinition)[method] ?? {};
  if (path === undefined || requestSerialize === undefined) throw new Error(`There is no ${method}.`);
  return unaryCall(path, stream, requestSerialize(request));
}

function calls(method: string, count: number, request: (i: number) => object): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, i) => call(method, 2 * i + 1, request(i))));
}

const scanSmall = () =>
  ask<object, ScanResponse__Output>((request, done) => running.client.scan(request, done), { prefix: "small" });
const closed = () => running.server.door.counters.closed.unread;
/** Keeps asking as an honest client until it holds. */
async function untilServed(holds: () => boolean, what: string): Promise<void> {
  let served = 0;
  await until(
    () => holds(),
    what,
    async () => {
      expect((await scanSmall()).items).toHaveLength(1);
      served++;
    },
  );
  expect(served).toBeGreaterThan(0);
}

test("300 scans of 1 MB on six connections that are not read: no more is read for them than has room, they are closed, and others go on", async () => {
  await start();
  const clients = await Promise.all(Array.from({ length: 6 }, () => RawClient.open(running.port, closedWindow)));
  for (const client of clients) client.send(calls("Scan", 50, (i) => ({ prefix: `large-${i % 10}` })));
  await untilServed(() => closed() === 6, "all are closed");
  expect(running.unread.bytesPeak).toBeGreaterThan(6 * limits.unreadBytesMax);
  expect(running.unread.bytesPeak).toBeLessThan(6 * (limits.unreadBytesMax + begunMax));
  await until(() => running.unread.bytes === 0, "nothing is kept");
});

const manyReads: Record<string, () => Buffer> = {
  "1,000 reads in as many calls": () => calls("Read", 1_000, (i) => ({ key: `large-${i % 10}`, local: true })),
  "1,000 reads in one stream": () =>
    call("ReadStream", 1, { items: Array.from({ length: 1_000 }, (_, id) => ({ id, request: { key: `large-${id % 10}` } })) }),
  "1,000 reads in as many streams": () =>
    calls("ReadStream", 1_000, (i) => ({ items: [{ id: 1, request: { key: `large-${i % 10}` } }] })),
};

test.each(Object.keys(manyReads))("%s, of 1 MB each and not read, are bounded as well", async (name) => {
  await start();
  const client = await RawClient.open(running.port, closedWindow);
  client.send(manyReads[name]?.() ?? Buffer.alloc(0));
  await untilServed(() => closed() === 1, "it is closed");
  expect(running.unread.bytesPeak).toBeGreaterThan(limits.unreadBytesMax);
  // At first nobody knows how large the values are.
  expect(running.unread.bytesPeak).toBeLessThan(serviceOptionDefaults.readKeysMax * 1.1 * MB);
  await until(() => running.unread.bytes === 0, "nothing is kept");
});

test("a client that asks for 200 values of 1 MB at once, and reads them, gets them all from an ordinary node", async () => {
  const { unreadBytesMax, unreadBytesTotalMax, unreadTimeoutMs } = doorDefaults;
  await start({ unreadBytesMax, unreadBytesTotalMax, unreadTimeoutMs });
  const client = new BalsaClient({ endpoints: [running.address], discover: false });
  for (let i = 0; i < 300; i++) await client.get("small");
  const found = await Promise.all(Array.from({ length: 200 }, (_, i) => client.get(`large-${i % 10}`)));
  expect(found.map((each) => each?.value.length)).toEqual(found.map(() => MB));
  expect(closed()).toBe(0);
  await client.close();
});

test("reads that wait for their client to read leave places for the reads of others", async () => {
  await start({ unreadTimeoutMs: 60_000 }, { waitingReadsMax: 100, readKeysMax: 2 });
  const client = await RawClient.open(running.port, closedWindow);
  client.send(manyReads["1,000 reads in one stream"]?.() ?? Buffer.alloc(0));
  await until(() => running.unread.bytes > limits.unreadBytesMax, "it has too much to read");
  const read = () => ask<object, object>((request, done) => running.client.read(request, done), { key: "small" });
  for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 50 }, read));
  client.close();
});

test("watches that are not read get no more, on one connection all together, and are closed", async () => {
  await start();
  // Each learns that it has begun, and then takes no more.
  const client = await RawClient.open(running.port, Buffer.concat([preface, windowSetting(1_000)]));
  client.send(calls("Watch", 50, () => ({ all: true, fromRevision: 1 })));
  await untilServed(() => closed() === 1, "it is closed");
  expect(running.unread.bytesPeak).toBeGreaterThan(limits.unreadBytesMax);
  expect(running.unread.bytesPeak).toBeLessThan(limits.unreadBytesMax + begunMax);
  await until(() => running.node.changes.watcherCount === 0, "no watcher is left");
  expect(running.unread.bytes).toBe(0);
});

test("a client that reads many large answers slowly gets all of them: pages, reads, items and watches", async () => {
  await start({ unreadBytesMax: 1.5 * MB, unreadTimeoutMs: 250 });
  const client = await RawClient.open(running.port);
  client.send(
    Buffer.concat([
      call("Scan", 1, { prefix: "large-1" }),
      call("Scan", 3, { prefix: "large-2" }),
      call("Read", 5, { key: "large-3" }),
      call("Read", 7, { key: "large-4" }),
      call("ReadStream", 9, { items: [1, 2, 3].map((id) => ({ id, request: { key: "large-5" } })) }),
      call("Watch", 11, { prefix: "large-", fromRevision: 1 }),
    ]),
  );
  const steps = setInterval(() => {
    for (const stream of [1, 3, 5, 7, 9, 11, 0]) client.send(windowUpdate(stream, 200_000));
  }, 20);
  await until(
    () => client.dataBytes >= 17 * MB,
    "all is read",
    () => new Promise((resolve) => setTimeout(resolve, 20)),
    15_000,
  );
  clearInterval(steps);
  expect(client.ending).toBeNull();
  expect(closed()).toBe(0);
  client.close();
});

test("a client of gRPC that takes its time with each of many large answers is never closed", async () => {
  await start({ unreadBytesMax: 1.5 * MB, unreadTimeoutMs: 250 });
  const watch = running.client.watch({ prefix: "large-", fromRevision: 1 });
  const reading = running.client.readStream();
  reading.write({ items: Array.from({ length: 10 }, (_, id) => ({ id, request: { key: `large-${id}` } })) });
  const takeSlowly = async (stream: AsyncIterable<{ changes?: unknown[]; results?: unknown[] }>) => {
    let count = 0;
    for await (const { changes = [], results = [] } of stream) {
      count += changes.length + results.length;
      if (count === 10) return;
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  };
  await Promise.all([takeSlowly(watch), takeSlowly(reading)]);
  expect(closed()).toBe(0);
});
