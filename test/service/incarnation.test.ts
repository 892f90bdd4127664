import { type ServiceError, status } from "@grpc/grpc-js";
import type { CloseSessionRequest } from "../../src/generated/balsa/client/v1/CloseSessionRequest.ts";
import type { KeepSessionRequest } from "../../src/generated/balsa/client/v1/KeepSessionRequest.ts";
import type { OpenSessionRequest } from "../../src/generated/balsa/client/v1/OpenSessionRequest.ts";
import type { OpenSessionResponse__Output as Opened } from "../../src/generated/balsa/client/v1/OpenSessionResponse.ts";
import type { ReadRequest } from "../../src/generated/balsa/client/v1/ReadRequest.ts";
import type { ScanRequest } from "../../src/generated/balsa/client/v1/ScanRequest.ts";
import type { SubmitRequest } from "../../src/generated/balsa/client/v1/SubmitRequest.ts";
import type { WatchRequest } from "../../src/generated/balsa/client/v1/WatchRequest.ts";
import type { WatchResponse__Output as WatchResponse } from "../../src/generated/balsa/client/v1/WatchResponse.ts";
import { errorInfoOf } from "../../src/grpc/error-info.ts";
import { decodeSessionCommand } from "../../src/machine/session-codec.ts";
import { incarnationId, otherIncarnationId } from "../incarnations.ts";
import { ask, errorOf, type ReadResults, Results, RunningServer, type SubmitResults } from "./running-server.ts";

// What callers are told by a node of another life of the cluster than the one that they know.

let running: RunningServer;
beforeEach(async () => {
  running = await RunningServer.start();
});
afterEach(() => running.stop());

function set(key: string, more: Partial<SubmitRequest> = {}): SubmitRequest {
  return { commands: [{ set: { key, value: { text: "1" } } }], ...more };
}

const calls = {
  submit: (request: SubmitRequest) => ask((sent: SubmitRequest, done) => running.client.submit(sent, done), request),
  read: (request: ReadRequest) => ask((sent: ReadRequest, done) => running.client.read(sent, done), request),
  scan: (request: ScanRequest) => ask((sent: ScanRequest, done) => running.client.scan(sent, done), request),
  open: (request: OpenSessionRequest) =>
    ask<OpenSessionRequest, Opened>((sent, done) => running.client.openSession(sent, done), request),
  keep: (request: KeepSessionRequest) => ask((sent: KeepSessionRequest, done) => running.client.keepSession(sent, done), request),
  close: (request: CloseSessionRequest) =>
    ask((sent: CloseSessionRequest, done) => running.client.closeSession(sent, done), request),
};

/** The first word of a watch. @throws ServiceError that ends it before */
function watch(request: WatchRequest): Promise<WatchResponse> {
  const call = running.client.watch(request);
  return new Promise((resolve, reject) => {
    call.on("error", reject);
    call.on("data", (message) => {
      resolve(message);
      call.cancel();
    });
  });
}

/** How many commands have reached the cluster. */
function commandCount(): number {
  return running.node.commands.length;
}

test("every answer says of which life of the cluster it is; on a stream, every message", async () => {
  expect(await calls.submit(set("a"))).toMatchObject({ incarnationId });
  expect(await calls.read({ key: "a" })).toMatchObject({ incarnationId });
  expect(await calls.scan({})).toMatchObject({ incarnationId });
  expect(await calls.open({})).toMatchObject({ incarnationId });
  expect(await watch({ all: true })).toMatchObject({ incarnationId });
  const call = running.client.submitStream();
  const messages: unknown[] = [];
  call.on("data", (message) => messages.push(message));
  call.write({ items: [{ id: 1, request: set("b") }] });
  call.end();
  await new Promise((resolve) => call.on("end", resolve));
  expect(messages).toMatchObject([{ incarnationId, results: [{ response: { succeeded: true, incarnationId: "" } }] }]);
});

test("a request for another life is refused before anything happens, and the error names this one", async () => {
  const other = { incarnationId: otherIncarnationId };
  const failing = [calls.submit(set("a", other)), calls.read({ key: "a", ...other }), calls.scan(other), calls.open(other)];
  for (const answer of [...failing, watch({ all: true, ...other })]) {
    expect(await errorOf(answer)).toMatchObject({
      code: status.FAILED_PRECONDITION,
      reason: "OTHER_CLUSTER",
      message: expect.stringMatching(new RegExp(`${otherIncarnationId}.*${incarnationId}.*begun again or recovered by force`)),
      metadata: { mayHaveHappened: "false", incarnationId },
    });
  }
  expect([commandCount(), running.node.linearizeCount]).toEqual([0, 0]);
  const same = { incarnationId };
  await Promise.all([calls.submit(set("a", same)), calls.read({ key: "a", ...same }), calls.scan(same), calls.open(same)]);
  await watch({ all: true, ...same });
});

test("a message of a stream that is for another life has all its items refused, and the next one is answered", async () => {
  const [writing, reading] = [running.client.submitStream(), running.client.readStream()];
  const [writes, reads]: [SubmitResults, ReadResults] = [new Results(writing), new Results(reading)];
  const items = [1, 2, 3].map((id) => ({ id, request: set(`key${id}`) }));
  writing.write({ items, incarnationId: otherIncarnationId });
  reading.write({ items: [{ id: 1, request: { key: "a" } }], incarnationId: otherIncarnationId });
  writing.write({ items: [{ id: 4, request: set("b") }], incarnationId });
  writing.write({
    items: [
      { id: 5, request: set("c") },
      { id: 6, request: set("d", { incarnationId: otherIncarnationId }) },
    ],
  });
  reading.write({ items: [{ id: 2, request: { key: "b" } }], incarnationId });
  writing.end();
  reading.end();
  await Promise.all([writes.end, reads.end]);
  const refused = { error: { code: status.FAILED_PRECONDITION, reason: "OTHER_CLUSTER", mayHaveHappened: false } };
  for (const id of [1, 2, 3, 6]) expect(writes.byId.get(id)).toMatchObject(refused);
  for (const id of [4, 5]) expect(writes.byId.get(id)).toMatchObject({ response: { succeeded: true } });
  expect(reads.byId.get(1)).toMatchObject(refused);
  expect(reads.byId.get(2)).toHaveProperty("response");
  expect(commandCount()).toBe(2);
});

describe("a session of another life", () => {
  let old: Opened;
  beforeEach(async () => {
    const before = await RunningServer.start({}, null, {}, { incarnationId: otherIncarnationId });
    // Both clusters have come equally far, so both have opened a session at index 1.
    old = await ask<OpenSessionRequest, Opened>((sent, done) => before.client.openSession(sent, done), {});
    await before.stop();
    const own = await calls.open({});
    expect(running.node.commands.map(decodeSessionCommand)).toMatchObject([{ type: "openAs" }]);
    const session = { id: own.sessionId, sequence: 1, firstOutstanding: 1 };
    await calls.submit({ commands: [{ set: { key: "lock", value: { text: "own" }, attached: true } }], session });
  });

  const named = { named: true, what: "that says so" };
  const bare = { named: false, what: "whose caller gives nothing but its number" };

  test.each([named, bare])(
    "$what: is lost, and nothing that is sent in it reaches the new owner of its index",
    async ({ named }) => {
      const before = commandCount();
      const life = named ? { incarnationId: otherIncarnationId } : {};
      const { sessionId } = old;
      const lost = { code: status.FAILED_PRECONDITION, reason: "SESSION_LOST", metadata: { mayHaveHappened: "false" } };
      const session = { id: sessionId, sequence: 2, firstOutstanding: 1, ...life };
      expect(await errorOf(calls.submit(set("a", { session })))).toMatchObject(lost);
      expect(await errorOf(calls.keep({ sessionId, ...life }))).toMatchObject(lost);
      // Closed is what it should be.
      expect(await calls.close({ sessionId, ...life })).toEqual({});
      const call = running.client.submitStream();
      const results: SubmitResults = new Results(call);
      call.write({ items: [{ id: 1, request: set("a", { session }) }] });
      call.end();
      await results.end;
      expect(results.byId.get(1)).toMatchObject({ error: { reason: "SESSION_LOST", mayHaveHappened: false } });
      expect(await calls.read({ key: "lock" })).toMatchObject({ found: { value: { text: "own" } } });
      if (named) expect(commandCount()).toBe(before);
    },
  );

  test("has an id that is no session's here, and one that a client can still count with", () => {
    expect(Number.isSafeInteger(old.sessionId + 2 ** 51)).toBe(true);
    expect(old.sessionId).not.toBe(1);
  });
});

describe("a watch", () => {
  test("from a revision that the cluster has not come to is refused at once, instead of waiting for what is none of it", async () => {
    for (const key of ["a", "b"]) await calls.submit(set(key));
    const error: ServiceError = await watch({ all: true, fromRevision: 4 }).then(
      () => Promise.reject(new Error("it began")),
      (why) => why,
    );
    expect(errorInfoOf(error.metadata)).toMatchObject({ reason: "OTHER_CLUSTER", metadata: { incarnationId } });
    expect(error.details).toContain("The newest revision of this incarnation");
  });

  test("from the revision after the newest one waits for it", async () => {
    for (const key of ["a", "b"]) await calls.submit(set(key));
    expect(await watch({ all: true, fromRevision: 3 })).toMatchObject({ revision: 2 });
  });

  test("from a revision that this node has not come to, but others have, waits until it has", async () => {
    for (const key of ["a", "b"]) await calls.submit(set(key));
    running.node.appliedIndex = 1;
    running.node.reads = { type: "readable", appliedIndex: 2 };
    expect(await watch({ all: true, fromRevision: 3, incarnationId })).toMatchObject({ revision: 2 });
  });

  test("from beyond what a node without a leader knows is sent elsewhere", async () => {
    running.node.reads = { type: "refused", reason: "noLeader" };
    expect(await errorOf(watch({ all: true, fromRevision: 3 }))).toMatchObject({ reason: "NO_LEADER" });
  });
});
