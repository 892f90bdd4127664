import { type ClientReadableStream, type ServiceError, status } from "@grpc/grpc-js";
import type { Command } from "../../src/generated/balsa/client/v1/Command.ts";
import type { WatchRequest } from "../../src/generated/balsa/client/v1/WatchRequest.ts";
import type { WatchResponse__Output as WatchResponse } from "../../src/generated/balsa/client/v1/WatchResponse.ts";
import { errorInfoOf } from "../../src/grpc/error-info.ts";
import { ChangeFeed } from "../../src/node/watch/change-feed.ts";
import { changeLimits, testClock } from "./fake-node.ts";
import { ask, RunningServer, until } from "./running-server.ts";

let running: RunningServer;
beforeEach(async () => {
  running = await RunningServer.start({ watchProgressMs: 20 });
});
afterEach(() => running.stop());

const set = (key: string, text: string): Command => ({ set: { key, value: { text } } });
const submit = (...commands: Command[]) =>
  ask<object, object>((request, done) => running.client.submit(request, done), { commands });

/** What a watcher is told. */
class Watcher {
  readonly call: ClientReadableStream<WatchResponse>;
  readonly messages: WatchResponse[] = [];
  error: ServiceError | null = null;

  constructor(request: WatchRequest) {
    this.call = running.client.watch(request);
    this.call.on("data", (message: WatchResponse) => this.messages.push(message));
    this.call.on("error", (error: ServiceError) => {
      this.error = error;
    });
  }

  get told(): string[] {
    return this.messages.flatMap(({ changes }) =>
      changes.map(({ key, value, revision }) => `${revision} ${key}=${value?.text ?? "-"}`),
    );
  }

  get revision(): number {
    return this.messages.at(-1)?.revision ?? -1;
  }

  async reason(): Promise<string | undefined> {
    await until(() => this.error !== null, "the watch has ended");
    return this.error === null ? undefined : errorInfoOf(this.error.metadata)?.reason;
  }
}

test("a watch tells the changes of its key, of its prefix, or all, in order", async () => {
  const one = new Watcher({ key: "a", fromRevision: 1 });
  const some = new Watcher({ prefix: "a", fromRevision: 1 });
  const all = new Watcher({ all: true, fromRevision: 1 });
  await submit(set("a", "1"));
  await submit(set("ab", "2"), set("b", "3"));
  await submit({ delete: { key: "a" } });
  await until(() => all.told.length === 4, "all is told");
  expect(all.told).toEqual(["1 a=1", "2 ab=2", "2 b=3", "3 a=-"]);
  await until(() => one.told.length === 2 && some.told.length === 3, "the others are told their part");
  expect(one.told).toEqual(["1 a=1", "3 a=-"]);
  expect(some.told).toEqual(["1 a=1", "2 ab=2", "3 a=-"]);
});

test("from a revision on means that one included; from 0, what comes after", async () => {
  for (const text of ["1", "2", "3"]) await submit(set("a", text));
  const third = new Watcher({ key: "a", fromRevision: 3 });
  const next = new Watcher({ key: "a" });
  await until(() => next.messages.length > 0, "the watch has begun");
  expect(next.revision).toBe(3);
  await submit(set("a", "4"));
  await until(() => third.told.length === 2 && next.told.length === 1, "both are told");
  expect(third.told).toEqual(["3 a=3", "4 a=4"]);
  expect(next.told).toEqual(["4 a=4"]);
});

test("a watcher whose keys do not change learns how far it is", async () => {
  const quiet = new Watcher({ key: "quiet", fromRevision: 1 });
  await submit(set("a", "1"));
  await submit(set("a", "2"));
  await until(() => quiet.revision === 2, "it is told the progress");
  expect(quiet.told).toEqual([]);
});

test("a revision that is no longer kept is refused with the oldest one that is", async () => {
  running.node.appliedIndex = 41;
  running.node.changes = new ChangeFeed(changeLimits, testClock, 41);
  const late = new Watcher({ all: true, fromRevision: 41 });
  expect(await late.reason()).toBe("REVISION_GONE");
  expect(late.error?.code).toBe(status.OUT_OF_RANGE);
  expect(late.error && errorInfoOf(late.error.metadata)?.metadata).toEqual({
    mayHaveHappened: "false",
    oldestRevision: "42",
    retry: "elsewhere",
  });
  expect(late.messages).toEqual([]);
});

test("a watcher that takes nothing is dropped once the history cannot wait for it, and costs nobody else", async () => {
  const slow = new Watcher({ all: true, fromRevision: 1 });
  slow.call.pause();
  const quick = new Watcher({ all: true, fromRevision: 1 });
  const text = "x".repeat(100_000);
  const count = 60;
  for (let i = 0; i < count; i++) await submit(set(`key${i}`, text));
  await until(() => quick.messages.at(-1)?.revision === count, "the other one has all");
  expect(quick.told).toHaveLength(count);
  slow.call.resume();
  expect(await slow.reason()).toBe("WATCH_TOO_SLOW");
  // What it was told is without a gap, so it can go on elsewhere.
  expect(slow.told.map((line) => Number(line.split(" ")[0]))).toEqual(slow.told.map((_, i) => i + 1));
  expect(slow.told.length).toBeLessThan(count);
});

test("a watch at a node that hears no leader ends, so that its client can go elsewhere", async () => {
  const watcher = new Watcher({ all: true, fromRevision: 1 });
  await until(() => watcher.messages.length === 1, "the watch has begun");
  running.node.changes.onLeader(false);
  expect(await watcher.reason()).toBe("NO_LEADER");
});

test("a server that stops ends its watches with STOPPING", async () => {
  const watcher = new Watcher({ all: true, fromRevision: 1 });
  await until(() => watcher.messages.length === 1, "the watch has begun");
  const stopped = new Promise<void>((resolve) => running.server.stop(5_000, resolve));
  expect(await watcher.reason()).toBe("STOPPING");
  await stopped;
});

test("a client that goes away leaves no watcher behind", async () => {
  const watcher = new Watcher({ all: true, fromRevision: 1 });
  await until(() => watcher.messages.length === 1, "the watch has begun");
  expect(running.node.changes.watcherCount).toBe(1);
  watcher.call.cancel();
  await until(() => running.node.changes.watcherCount === 0, "it is forgotten");
});

test.each<[string, WatchRequest]>([
  ["WATCH_KEYS_MISSING", {}],
  ["WATCH_KEYS_MISSING", { all: false }],
  ["EMPTY_KEY", { key: "" }],
  ["REVISION_OUT_OF_RANGE", { all: true, fromRevision: "9007199254740992" }],
])("%s: %j is refused", async (reason, request) => {
  const watcher = new Watcher(request);
  expect(await watcher.reason()).toBe(reason);
  expect(watcher.error?.code).toBe(status.INVALID_ARGUMENT);
});
