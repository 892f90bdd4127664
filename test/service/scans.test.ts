import { status } from "@grpc/grpc-js";
import type { ScanRequest } from "../../src/generated/balsa/client/v1/ScanRequest.ts";
import type { ScanResponse__Output } from "../../src/generated/balsa/client/v1/ScanResponse.ts";
import { encodeRequest } from "../../src/machine/kv-codec.ts";
import { ask, errorOf, RunningServer } from "./running-server.ts";

const keys = ["a", "a/1", "a/2", "a/é", "a0", "b", "b\u0000", "z", "é"];
let running: RunningServer;
beforeAll(async () => {
  running = await RunningServer.start({ scanLimitDefault: 4, scanLimitMax: 6, scanBytesMax: 200 });
  for (const key of [...keys].reverse()) await set(key, `value of ${key}`);
});
afterAll(() => running.stop());

function set(key: string, value: string): Promise<unknown> {
  return new Promise((resolve) => running.node.submit(encodeRequest([{ type: "set", key, value }]), 1_000, resolve));
}

function scan(request: ScanRequest): Promise<ScanResponse__Output> {
  return ask<ScanRequest, ScanResponse__Output>((wanted, done) => running.client.scan(wanted, done), request);
}

async function keysOf(request: ScanRequest): Promise<string[]> {
  return (await scan(request)).items.map((item) => item.key);
}

/** Page after page until the last. */
async function pages(request: ScanRequest): Promise<string[][]> {
  const found: string[][] = [];
  let start = request.start ?? "";
  do {
    const page = await scan({ ...request, start });
    found.push(page.items.map((item) => item.key));
    start = page.nextStart;
  } while (start !== "");
  return found;
}

test("a scan gives keys in the order of their UTF-8, with values and revisions", async () => {
  const { items, appliedIndex } = await scan({ prefix: "a/" });
  expect(items).toEqual([
    { key: "a/1", value: { kind: "text", text: "value of a/1" }, revision: 8 },
    { key: "a/2", value: { kind: "text", text: "value of a/2" }, revision: 7 },
    { key: "a/é", value: { kind: "text", text: "value of a/é" }, revision: 6 },
  ]);
  expect(appliedIndex).toBe(9);
});

test.each<[string, ScanRequest, string[]]>([
  ["a prefix", { prefix: "a" }, ["a", "a/1", "a/2", "a/é", "a0"]],
  ["a prefix that is one key", { prefix: "é" }, ["é"]],
  ["a prefix of no key", { prefix: "c" }, []],
  ["a range, its end not among them", { start: "a/2", end: "b" }, ["a/2", "a/é", "a0"]],
  ["a range within a prefix", { prefix: "a/", start: "a/2" }, ["a/2", "a/é"]],
  ["a prefix cut by an end", { prefix: "a/", end: "a/é" }, ["a/1", "a/2"]],
  ["a range around a prefix", { prefix: "b", start: "a", end: "zz" }, ["b", "b\u0000"]],
  ["a range that ends before it starts", { start: "b", end: "a" }, []],
  ["a start after the prefix", { prefix: "a", start: "b" }, []],
])("a scan of %s", async (_, request, expected) => {
  const response = await scan({ ...request, limit: 6 });
  expect(response.items.map((item) => item.key)).toEqual(expected);
  expect(response.nextStart).toBe("");
});

test.each([1, 2, 3, 4, 5, 6])("pages of %i follow each other without a gap, and the last says so", async (limit) => {
  const found = await pages({ limit });
  expect(found.flat()).toEqual(keys);
  expect(found).toHaveLength(Math.ceil(keys.length / limit));
});

test("a scan without a limit gets the default, one with too large a limit the most there is", async () => {
  expect(await keysOf({})).toHaveLength(4);
  expect(await keysOf({ limit: 1_000 })).toHaveLength(6);
});

test("a page ends before it grows too large, but holds at least one key", async () => {
  const prefix = "large/";
  for (const name of ["1", "2", "3", "4"]) await set(prefix + name, name === "2" ? "x".repeat(500) : "x".repeat(80));
  const found = await pages({ prefix, limit: 6 });
  expect(found).toEqual([["large/1"], ["large/2"], ["large/3", "large/4"]]);
});

test("a local scan asks nobody, and a linearizable one fails as a read does", async () => {
  running.node.reads = { type: "refused", reason: "noLeader" };
  const asked = running.node.linearizeCount;
  expect(await keysOf({ prefix: "z", local: true })).toEqual(["z"]);
  expect(running.node.linearizeCount).toBe(asked);
  expect(await errorOf(scan({ prefix: "z" }))).toMatchObject({ code: status.UNAVAILABLE, reason: "NO_LEADER" });
  running.node.reads = "run";
});
