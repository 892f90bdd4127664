import { status } from "@grpc/grpc-js";
import type { Command } from "../../src/generated/balsa/client/v1/Command.ts";
import type { SubmitRequest } from "../../src/generated/balsa/client/v1/SubmitRequest.ts";
import type { SubmitResponse__Output } from "../../src/generated/balsa/client/v1/SubmitResponse.ts";
import type { Outcome } from "../../src/node/ports/ports.ts";
import { incarnationId } from "../incarnations.ts";
import { ask, errorOf, RunningServer } from "./running-server.ts";

let running: RunningServer;
beforeEach(async () => {
  running = await RunningServer.start({ keyBytesMax: 10, valueBytesMax: 20, batchCommandsMax: 3, batchBytesMax: 100 });
});
afterEach(() => running.stop());

function submit(...commands: Command[]): Promise<SubmitResponse__Output> {
  return ask<SubmitRequest, SubmitResponse__Output>((request, done) => running.client.submit(request, done), { commands });
}

const set = (key: string, text: string): Command => ({ set: { key, value: { text } } });

test("a set is answered with its revision, a repeated one says that the key existed", async () => {
  expect(await submit(set("a", "1"))).toEqual({
    succeeded: true,
    revision: 1,
    results: [{ succeeded: true, existed: false, current: null }],
    incarnationId,
  });
  expect(await submit(set("a", "2"))).toEqual({
    succeeded: true,
    revision: 2,
    results: [{ succeeded: true, existed: true, current: null }],
    incarnationId,
  });
});

test("a batch takes effect all or not at all, and says which comparison did not hold and what is there", async () => {
  await submit(set("a", "1"));
  await submit({ set: { key: "raw", value: { data: Buffer.from([1, 2]) } } });
  const response = await submit(
    set("b", "2"),
    { compareAndSet: { key: "a", value: { text: "0" }, newValue: { text: "9" } } },
    { compareAndSet: { key: "raw", absent: true } },
  );
  expect(response.succeeded).toBe(false);
  expect(response.results).toEqual([
    { succeeded: true, existed: false, current: null },
    { succeeded: false, existed: true, current: { key: "a", revision: 1, value: { kind: "text", text: "1" } } },
    { succeeded: false, existed: true, current: { key: "raw", revision: 2, value: { kind: "data", data: Buffer.from([1, 2]) } } },
  ]);
  const b = await submit({ compareAndSet: { key: "b", absent: true, newValue: { text: "x" } } });
  expect(b.succeeded).toBe(true);
});

test.each<[string, Command]>([
  ["value", { compareAndSet: { key: "a", value: { text: "1" }, newValue: { text: "2" } } }],
  ["revision", { compareAndSet: { key: "a", revision: 1, newValue: { text: "2" } } }],
])("a comparison with the right %s holds once", async (_, command) => {
  await submit(set("a", "1"));
  expect((await submit(command)).succeeded).toBe(true);
  expect((await submit(command)).succeeded).toBe(false);
});

test("limits are inclusive: a key and a value just as long as allowed are taken", async () => {
  expect((await submit(set("k".repeat(10), "v".repeat(20)))).succeeded).toBe(true);
  expect((await submit({ delete: { key: "é".repeat(5) } })).succeeded).toBe(true);
  expect((await submit(set("a", "1"), set("b", "2"), set("c", "3"))).succeeded).toBe(true);
});

test("whoever allows larger values can have them: the size of a message follows the limits", async () => {
  const large = await RunningServer.start({ valueBytesMax: 6 * 1024 * 1024 });
  const commands = [set("a", "v".repeat(6 * 1024 * 1024))];
  const response = await ask<SubmitRequest, SubmitResponse__Output>((wanted, done) => large.client.submit(wanted, done), {
    commands,
  });
  expect(response.succeeded).toBe(true);
  await large.stop();
});

test("an empty text and empty data are values", async () => {
  expect((await submit(set("a", ""), { set: { key: "b", value: { data: Buffer.alloc(0) } } })).succeeded).toBe(true);
});

const long = "v".repeat(21);
test.each<[string, string, Command[]]>([
  ["EMPTY_REQUEST", "no command", []],
  ["COMMAND_MISSING", "a command of no kind", [{}]],
  ["EMPTY_KEY", "a set without a key", [set("", "1")]],
  ["EMPTY_KEY", "a delete without a key", [{ delete: {} }]],
  ["EMPTY_KEY", "a comparison without a key", [{ compareAndSet: { absent: true } }]],
  ["KEY_TOO_LARGE", "a key of one byte too many", [set("k".repeat(11), "1")]],
  ["KEY_TOO_LARGE", "a key of few letters but many bytes", [set("é".repeat(6), "1")]],
  ["VALUE_MISSING", "a set without a value", [{ set: { key: "a" } }]],
  ["VALUE_MISSING", "a set with a value of no kind", [{ set: { key: "a", value: {} } }]],
  ["VALUE_MISSING", "a new value of no kind", [{ compareAndSet: { key: "a", absent: true, newValue: {} } }]],
  ["VALUE_MISSING", "an expected value of no kind", [{ compareAndSet: { key: "a", value: {} } }]],
  ["VALUE_TOO_LARGE", "a text of one byte too many", [set("a", long)]],
  ["VALUE_TOO_LARGE", "a text of few letters but many bytes", [set("a", "é".repeat(11))]],
  ["VALUE_TOO_LARGE", "data of one byte too many", [{ set: { key: "a", value: { data: Buffer.alloc(21) } } }]],
  ["VALUE_TOO_LARGE", "an expected value too large", [{ compareAndSet: { key: "a", value: { text: long } } }]],
  ["VALUE_TOO_LARGE", "a new value too large", [{ compareAndSet: { key: "a", absent: true, newValue: { text: long } } }]],
  ["BATCH_TOO_LARGE", "too many commands", [set("a", "1"), set("b", "1"), set("c", "1"), set("d", "1")]],
  ["BATCH_TOO_LARGE", "too many bytes", ["a", "b", "c"].map((key) => set(key.repeat(10), "v".repeat(20)))],
  ["EXPECTED_MISSING", "a comparison with nothing", [{ compareAndSet: { key: "a" } }]],
  ["EXPECTED_MISSING", "absent set to false", [{ compareAndSet: { key: "a", absent: false } }]],
  ["REVISION_OUT_OF_RANGE", "revision 0", [{ compareAndSet: { key: "a", revision: 0 } }]],
])("%s: %s is refused before anything is done, even in a batch", async (reason, _, commands) => {
  const inBatch = commands.length === 1 ? [set("ok", "1"), ...commands] : commands;
  for (const request of [commands, inBatch]) {
    expect(await errorOf(submit(...request))).toMatchObject({
      code: status.INVALID_ARGUMENT,
      reason,
      metadata: { mayHaveHappened: "false" },
    });
  }
  expect(running.node.commands).toEqual([]);
});

test.each(["9007199254740992", "18446744073709551615"])(
  "rule 55: a revision of %s, beyond 2^53 - 1, is refused with a clear error",
  async (revision) => {
    const error = await errorOf(submit({ compareAndSet: { key: "a", revision, newValue: { text: "1" } } }));
    expect(error).toMatchObject({
      code: status.INVALID_ARGUMENT,
      reason: "REVISION_OUT_OF_RANGE",
      metadata: { mayHaveHappened: "false" },
    });
    expect(error.message).toContain("2^53 - 1");
    expect(running.node.commands).toEqual([]);
  },
);

test("rule 55: a revision of 2^53 - 1 is compared exactly", async () => {
  await submit(set("a", "1"));
  expect((await submit({ compareAndSet: { key: "a", revision: "9007199254740991" } })).succeeded).toBe(false);
});

const refused = (reason: "notLeader" | "noLeader" | "overloaded" | "stopping"): Outcome => ({
  type: "refused",
  reason,
  leader: null,
});
test.each<[Outcome, string, status, string]>([
  [refused("noLeader"), "NO_LEADER", status.UNAVAILABLE, "false"],
  [refused("notLeader"), "NOT_LEADER", status.UNAVAILABLE, "false"],
  [refused("stopping"), "STOPPING", status.UNAVAILABLE, "false"],
  [{ type: "unknown", reason: "leaderChanged" }, "LEADER_CHANGED", status.ABORTED, "true"],
  [{ type: "unknown", reason: "timeout" }, "TIMEOUT", status.DEADLINE_EXCEEDED, "true"],
  [{ type: "unknown", reason: "stopping" }, "STOPPED_MIDWAY", status.ABORTED, "true"],
])("rule 21: %j is answered with %s, which tells whether it may have happened", async (outcome, reason, code, mayHaveHappened) => {
  running.node.writes = outcome;
  expect(await errorOf(submit(set("a", "1")))).toMatchObject({ code, reason, metadata: { mayHaveHappened } });
});

test("rule 54: what the node refuses for overload is answered at once with RESOURCE_EXHAUSTED, and nothing happened", async () => {
  running.node.writes = refused("overloaded");
  const error = await errorOf(submit(set("a", "1")));
  expect(error).toMatchObject({ code: status.RESOURCE_EXHAUSTED, reason: "OVERLOADED", metadata: { mayHaveHappened: "false" } });
});

test("an error names the leader and, where the configuration knows it, its client address", async () => {
  running.node.writes = refused("notLeader");
  running.node.view = { ...running.node.view, role: "follower", leader: 2 };
  expect((await errorOf(submit(set("a", "1")))).metadata).toEqual({
    mayHaveHappened: "false",
    retry: "elsewhere",
    leader: "2",
    leaderAddress: "host2:8000",
  });
  running.node.view = { ...running.node.view, leader: 3 };
  expect((await errorOf(submit(set("a", "1")))).metadata).toEqual({
    mayHaveHappened: "false",
    retry: "elsewhere",
    leader: "3",
  });
  running.node.view = { ...running.node.view, leader: null };
  expect((await errorOf(submit(set("a", "1")))).metadata).toEqual({ mayHaveHappened: "false", retry: "elsewhere" });
});

test("a request that the machine cannot read is an invalid argument, with the machine's words", async () => {
  running.node.writes = { type: "done", index: 5, result: Buffer.from("\x02The request is odd.") };
  const error = await errorOf(submit(set("a", "1")));
  expect(error).toMatchObject({ code: status.INVALID_ARGUMENT, reason: "MALFORMED_COMMAND", message: "The request is odd." });
});

test("the node gets the time that the call has left, and never more than the service gives a request", async () => {
  await submit(set("a", "1"));
  const deadline = Date.now() + 2_000;
  await new Promise((resolve) => running.client.submit({ commands: [set("a", "1")] }, { deadline }, resolve));
  const [without, within] = running.node.timeouts;
  expect(without).toBe(10_000);
  expect(within).toBeGreaterThan(1_000);
  expect(within).toBeLessThanOrEqual(2_000);
});
