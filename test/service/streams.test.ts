import { status } from "@grpc/grpc-js";
import type { ReadResult__Output as ReadResult } from "../../src/generated/balsa/client/v1/ReadResult.ts";
import type { SubmitItem } from "../../src/generated/balsa/client/v1/SubmitItem.ts";
import type { SubmitResult__Output as SubmitResult } from "../../src/generated/balsa/client/v1/SubmitResult.ts";
import { errorInfoOf } from "../../src/grpc/error-info.ts";
import { Results, RunningServer, until } from "./running-server.ts";

let running: RunningServer;
beforeEach(async () => {
  running = await RunningServer.start({ streamItemsMax: 8, messageItemsMax: 20, clientMessageBytesMax: 1_000 });
});
afterEach(() => running.stop());

const set = (id: number, key = `key-${id}`, text = "value"): SubmitItem => ({
  id,
  request: { commands: [{ set: { key, value: { text } } }] },
});
const sets = (first: number, count: number): SubmitItem[] => Array.from({ length: count }, (_, i) => set(first + i));

test("every item is answered under its id, and the stream ends well when the client has ended its side", async () => {
  const call = running.client.submitStream();
  const results = new Results<SubmitResult>(call);
  call.write({ items: [set(7), set(5)] });
  call.write({ items: [set(6)] });
  call.end();
  expect(await results.end).toBeNull();
  expect([...results.byId.keys()].sort()).toEqual([5, 6, 7]);
  expect(results.byId.get(5)?.response).toMatchObject({ succeeded: true, revision: 2 });
});

test("what is answered in one turn shares a message", async () => {
  const call = running.client.submitStream();
  const results = new Results<SubmitResult>(call);
  running.node.writes = "hold";
  call.write({ items: sets(1, 7) });
  await until(() => running.node.heldCount === 7, "the node has all items");
  running.node.release();
  await until(() => results.byId.size === 7, "all are answered");
  expect(results.sizes).toEqual([7]);
  call.end();
});

test("an item that is wrong is refused alone; the others of its message go on", async () => {
  const call = running.client.submitStream();
  const results = new Results<SubmitResult>(call);
  call.write({ items: [set(1), set(2, ""), { id: 3 }, set(4)] });
  call.end();
  await results.end;
  expect(results.byId.get(2)?.error).toMatchObject({ code: status.INVALID_ARGUMENT, reason: "EMPTY_KEY", mayHaveHappened: false });
  expect(results.byId.get(3)?.error).toMatchObject({
    code: status.INVALID_ARGUMENT,
    reason: "EMPTY_REQUEST",
    mayHaveHappened: false,
  });
  expect([1, 4].map((id) => results.byId.get(id)?.outcome)).toEqual(["response", "response"]);
});

test("rule 21: when the leader steps down, every waiting item is answered at once with an unknown outcome", async () => {
  const call = running.client.submitStream();
  const results = new Results<SubmitResult>(call);
  running.node.writes = "hold";
  call.write({ items: sets(1, 5) });
  await until(() => running.node.heldCount === 5, "the node has all items");
  running.node.release({ type: "unknown", reason: "leaderChanged" });
  await until(() => results.byId.size === 5, "all are answered");
  for (const { error } of results.byId.values()) {
    expect(error).toMatchObject({ code: status.ABORTED, reason: "LEADER_CHANGED", mayHaveHappened: true });
  }
  call.end();
});

test("rule 54: an item refused for overload is answered at once with RESOURCE_EXHAUSTED, and nothing happened", async () => {
  const call = running.client.submitStream();
  const results = new Results<SubmitResult>(call);
  running.node.writes = { type: "refused", reason: "overloaded", leader: null };
  call.write({ items: [set(1)] });
  call.end();
  await results.end;
  expect(results.byId.get(1)?.error).toMatchObject({
    code: status.RESOURCE_EXHAUSTED,
    reason: "OVERLOADED",
    mayHaveHappened: false,
  });
});

test("items of one message beyond the limit are refused", async () => {
  const call = running.client.submitStream();
  const results = new Results<SubmitResult>(call);
  call.write({ items: sets(1, 22) });
  call.end();
  await results.end;
  expect([...results.byId.values()].filter(({ error }) => error?.reason === "TOO_MANY_ITEMS").map(({ id }) => id)).toEqual([
    21, 22,
  ]);
  expect(running.node.commands).toHaveLength(20);
});

test("a stream with too many unanswered items is not read on, and goes on once they are answered", async () => {
  const call = running.client.submitStream();
  const results = new Results<SubmitResult>(call);
  running.node.writes = "hold";
  const count = 200;
  for (let id = 1; id <= count; id++) call.write({ items: [set(id)] });
  await until(() => running.node.heldCount === 8, "the node has as many items as a stream may hold");
  // Nothing can tell that no more will come; a server that reads on has long done so by now.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(running.node.heldCount).toBe(8);
  running.node.writes = "run";
  running.node.release();
  await until(() => results.byId.size === count, "all are answered");
  call.end();
  expect(await results.end).toBeNull();
});

test("results go in messages of bounded size, a large one alone", async () => {
  const call = running.client.submitStream();
  const results = new Results<SubmitResult>(call);
  call.write({ items: [set(1, "a", "x".repeat(5_000)), set(2, "b", "x".repeat(100)), set(3, "c", "x".repeat(100))] });
  await until(() => results.byId.size === 3, "all are written");
  call.end();
  const reading = running.client.readStream();
  const found = new Results<ReadResult>(reading);
  reading.write({ items: ["b", "a", "b", "c", "b"].map((key, id) => ({ id, request: { key } })) });
  reading.end();
  await found.end;
  expect(found.byId.get(1)?.response?.found?.value?.text).toHaveLength(5_000);
  expect(found.sizes).toEqual([1, 1, 2, 1]);
});

test("a client that takes no results is not sent ever more, and gets all of them when it takes them", async () => {
  const call = running.client.submitStream();
  const results = new Results<SubmitResult>(call);
  call.write({ items: [set(0, "large", "x".repeat(500_000))] });
  await until(() => results.byId.size === 1, "the value is written");
  call.end();

  const reading = running.client.readStream();
  const found = new Results<ReadResult>(reading);
  reading.pause();
  const count = 60;
  for (let id = 1; id <= count; id++) reading.write({ items: [{ id, request: { key: "large" } }] });
  const fetchedCount = () => running.node.state.fetches.reduce((sum, keys) => sum + keys, 0);
  let before = -1;
  // The server goes on until what it may hold is full; then it stands still.
  while (before !== fetchedCount()) {
    before = fetchedCount();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(fetchedCount()).toBeLessThan(count);
  reading.resume();
  reading.end();
  expect(await found.end).toBeNull();
  expect(found.byId.size).toBe(count);
});

test("all reads of one message share one round to the majority and one trip to the disk", async () => {
  const call = running.client.readStream();
  const results = new Results<ReadResult>(call);
  call.write({ items: Array.from({ length: 20 }, (_, id) => ({ id, request: { key: `key-${id}` } })) });
  call.end();
  await results.end;
  expect(results.byId.size).toBe(20);
  expect(running.node.linearizeCount).toBe(1);
  expect(running.node.state.fetches).toEqual([20]);
});

test("rule 55: an item whose id is beyond 2^53 - 1 ends the stream, as no answer could name it", async () => {
  const call = running.client.submitStream();
  const results = new Results<SubmitResult>(call);
  call.write({ items: [{ ...set(1), id: "9007199254740992" }] });
  const error = await results.end;
  expect(error?.code).toBe(status.INVALID_ARGUMENT);
  expect(error && errorInfoOf(error.metadata)?.reason).toBe("ITEM_ID_OUT_OF_RANGE");
  expect(running.node.commands).toEqual([]);
});

test("a client that goes away leaves nothing behind that breaks the server", async () => {
  const call = running.client.submitStream();
  const results = new Results<SubmitResult>(call);
  running.node.writes = "hold";
  call.write({ items: sets(1, 5) });
  await until(() => running.node.heldCount === 5, "the node has all items");
  call.cancel();
  expect((await results.end)?.code).toBe(status.CANCELLED);
  running.node.release();
  running.node.writes = "run";
  const next = running.client.submitStream();
  const nextResults = new Results<SubmitResult>(next);
  next.write({ items: [set(1)] });
  next.end();
  expect(await nextResults.end).toBeNull();
});

test("a server that stops answers what it has read, refuses what still comes, then ends the stream with STOPPING", async () => {
  const call = running.client.submitStream();
  const results = new Results<SubmitResult>(call);
  running.node.writes = "hold";
  call.write({ items: [set(1)] });
  await until(() => running.node.heldCount === 1, "the node has the item");
  const stopped = new Promise<void>((resolve) => running.server.stop(5_000, resolve));
  running.node.release();
  await until(() => results.byId.size === 1, "it is answered");
  call.write({ items: [set(2)] });
  const error = await results.end;
  expect(results.byId.get(1)?.outcome).toBe("response");
  expect(results.byId.get(2)?.error).toMatchObject({ reason: "STOPPING", mayHaveHappened: false });
  expect(error && errorInfoOf(error.metadata)?.reason).toBe("STOPPING");
  await stopped;
});

test("a server that stops lets a client that leaves by itself go in peace", async () => {
  const call = running.client.submitStream();
  const results = new Results<SubmitResult>(call);
  call.write({ items: [set(1)] });
  await until(() => results.byId.size === 1, "it is answered");
  const stopped = new Promise<void>((resolve) => running.server.stop(5_000, resolve));
  call.end();
  expect(await results.end).toBeNull();
  await stopped;
});
