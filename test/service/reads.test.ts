import { status } from "@grpc/grpc-js";
import type { ReadRequest } from "../../src/generated/balsa/client/v1/ReadRequest.ts";
import type { ReadResponse__Output } from "../../src/generated/balsa/client/v1/ReadResponse.ts";
import type { ReadResult__Output as ReadResult } from "../../src/generated/balsa/client/v1/ReadResult.ts";
import type { ScanRequest } from "../../src/generated/balsa/client/v1/ScanRequest.ts";
import type { ScanResponse__Output } from "../../src/generated/balsa/client/v1/ScanResponse.ts";
import { encodeRequest, type KvCommand } from "../../src/machine/kv-codec.ts";
import { ReadRefused } from "../../src/node/ports/read-refused.ts";
import { incarnationId } from "../incarnations.ts";
import { ask, errorOf, Results, RunningServer } from "./running-server.ts";

let running: RunningServer;
beforeEach(async () => {
  running = await RunningServer.start({ keyBytesMax: 10, readKeysMax: 4, waitingReadsMax: 20 });
});
afterEach(() => running.stop());

function read(request: ReadRequest): Promise<ReadResponse__Output> {
  return ask<ReadRequest, ReadResponse__Output>((wanted, done) => running.client.read(wanted, done), request);
}

async function write(...commands: KvCommand[]): Promise<void> {
  await new Promise((resolve) => running.node.submit(encodeRequest(commands), 1_000, resolve));
}

test("a read finds the value with its kind and revision, or nothing", async () => {
  await write({ type: "set", key: "a", value: "one" }, { type: "set", key: "b", value: Buffer.from([0xff]) });
  expect(await read({ key: "a" })).toEqual({
    found: { key: "a", value: { kind: "text", text: "one" }, revision: 1 },
    appliedIndex: 1,
    incarnationId,
  });
  expect(await read({ key: "b" })).toMatchObject({ found: { value: { kind: "data", data: Buffer.from([0xff]) } } });
  expect(await read({ key: "c" })).toEqual({ found: null, appliedIndex: 1, incarnationId });
});

test("the applied index of an answer is never lower than a revision in it", async () => {
  await write({ type: "set", key: "a", value: "1" }, { type: "set", key: "b", value: "2" });
  // The records are written, and the node has not counted their entry as applied yet.
  running.node.appliedIndex = 0;
  expect(await read({ key: "a", local: true })).toMatchObject({ found: { revision: 1 }, appliedIndex: 1 });
  expect(await read({ key: "a" })).toMatchObject({ found: { revision: 1 }, appliedIndex: 1 });
  expect(await read({ key: "none" })).toMatchObject({ found: null, appliedIndex: 0 });
  const page = await ask<ScanRequest, ScanResponse__Output>((wanted, done) => running.client.scan(wanted, done), { limit: 1 });
  expect(page).toMatchObject({ items: [{ key: "a", revision: 1 }], appliedIndex: 1 });
  const call = running.client.readStream();
  const results = new Results<ReadResult>(call);
  call.write({ items: [{ id: 1, request: { key: "b" } }] });
  call.end();
  await results.end;
  expect(results.byId.get(1)).toMatchObject({ response: { found: { revision: 1 }, appliedIndex: 1 } });
});

test("unary reads that arrive together share one round to the majority and few trips to the disk", async () => {
  await write({ type: "set", key: "a", value: "1" });
  // The first call opens the connection; the others then leave, and arrive, together.
  await read({ key: "a" });
  running.node.linearizeCount = 0;
  running.node.state.fetches.length = 0;
  const answers = await Promise.all(Array.from({ length: 12 }, () => read({ key: "a" })));
  expect(answers.every((answer) => answer.found?.revision === 1)).toBe(true);
  expect(running.node.linearizeCount).toBeLessThanOrEqual(3);
  expect(Math.max(...running.node.state.fetches)).toBe(4);
});

test("a local read asks nobody", async () => {
  await write({ type: "set", key: "a", value: "1" });
  running.node.reads = { type: "refused", reason: "noLeader" };
  expect(await read({ key: "a", local: true })).toMatchObject({ found: { revision: 1 } });
  expect(running.node.linearizeCount).toBe(0);
});

test.each([
  ["noLeader", "NO_LEADER", status.UNAVAILABLE],
  ["notLeader", "NOT_LEADER", status.UNAVAILABLE],
  ["stopping", "STOPPING", status.UNAVAILABLE],
  ["timeout", "READ_TIMEOUT", status.DEADLINE_EXCEEDED],
] as const)("a read that the node refuses as %s is answered %s and surely did nothing", async (reason, seen, code) => {
  running.node.reads = { type: "refused", reason };
  expect(await errorOf(read({ key: "a" }))).toMatchObject({ code, reason: seen, metadata: { mayHaveHappened: "false" } });
});

test("rule 54: a read refused for overload is answered at once with RESOURCE_EXHAUSTED", async () => {
  running.node.reads = { type: "refused", reason: "overloaded" };
  expect(await errorOf(read({ key: "a" }))).toMatchObject({ code: status.RESOURCE_EXHAUSTED, reason: "OVERLOADED" });
});

test("rule 54: reads beyond those that may wait at a node are refused at once, and counted down again", async () => {
  for (const [count, refused] of [
    [25, 5],
    [20, 0],
  ] as const) {
    const call = running.client.readStream();
    const results = new Results<ReadResult>(call);
    call.write({ items: Array.from({ length: count }, (_, id) => ({ id, request: { key: "a" } })) });
    call.end();
    expect(await results.end).toBeNull();
    expect([...results.byId.values()].filter(({ error }) => error?.reason === "OVERLOADED")).toHaveLength(refused);
  }
});

test.each([
  ["EMPTY_KEY", ""],
  ["KEY_TOO_LARGE", "k".repeat(11)],
])("%s: a read of %j is refused", async (reason, key) => {
  expect(await errorOf(read({ key }))).toMatchObject({ code: status.INVALID_ARGUMENT, reason });
  expect(await errorOf(read({ key, local: true }))).toMatchObject({ code: status.INVALID_ARGUMENT, reason });
});

test("a damaged record is never served: the read fails and the node is told to stop", async () => {
  const damage = new Error("the record fails its checksum");
  running.node.state.damage = damage;
  expect(await errorOf(read({ key: "a" }))).toMatchObject({ code: status.DATA_LOSS, reason: "STATE_DAMAGED" });
  expect(await errorOf(ask((request, done) => running.client.scan(request, done), {}))).toMatchObject({ reason: "STATE_DAMAGED" });
  expect(running.damages).toEqual([damage, damage]);
});

test.each([
  ["OVERLOADED", "overloaded"],
  ["STOPPING", "stopping"],
] as const)("%s: records that cannot be read now are no damage, and the node goes on", async (reason, why) => {
  running.node.state.damage = new ReadRefused(why, "too many open files");
  expect(await errorOf(read({ key: "a" }))).toMatchObject({ reason });
  expect(await errorOf(ask((request, done) => running.client.scan(request, done), {}))).toMatchObject({ reason });
  expect(running.damages).toEqual([]);
});
