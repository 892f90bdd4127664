import { type ServiceError, status } from "@grpc/grpc-js";
import { BalsaAdmin } from "../../src/client/admin.ts";
import { BalsaClient } from "../../src/client/client.ts";
import type { GetStatusRequest } from "../../src/generated/balsa/admin/v1/GetStatusRequest.ts";
import type { GetStatusResponse__Output as GetStatusResponse } from "../../src/generated/balsa/admin/v1/GetStatusResponse.ts";
import type { ListSessionsRequest } from "../../src/generated/balsa/admin/v1/ListSessionsRequest.ts";
import type { ListSessionsResponse__Output as ListSessionsResponse } from "../../src/generated/balsa/admin/v1/ListSessionsResponse.ts";
import type { OpenSessionRequest } from "../../src/generated/balsa/client/v1/OpenSessionRequest.ts";
import type { OpenSessionResponse__Output as OpenSessionResponse } from "../../src/generated/balsa/client/v1/OpenSessionResponse.ts";
import { ask, errorOf, RunningServer } from "./running-server.ts";

jest.setTimeout(30_000);

let server: RunningServer;
const clients: BalsaClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await server.stop();
});

type Done<Answer> = (error: ServiceError | null, answer?: Answer) => void;

const open = (timeoutMs = 0, name = "") =>
  ask((request: OpenSessionRequest, done: Done<OpenSessionResponse>) => server.client.openSession(request, done), {
    timeoutMs,
    name,
  });
const admin = () => new BalsaAdmin({ endpoints: [server.address] });

test("operators see whose sessions there are, which keys are attached, and end one", async () => {
  server = await RunningServer.start();
  const client = new BalsaClient({ endpoints: [server.address], discover: false, name: "worker 7" });
  clients.push(client);
  await client.set("lock/a", "mine", { attached: true });
  await client.set("lock/b", "mine", { attached: true });
  await open(5_000);
  const listed = await admin().listSessions({ keys: true });
  expect(listed).toMatchObject({ count: 2, countMax: 10_000, nextStartId: 0 });
  expect(listed.sessions).toMatchObject([
    {
      name: "worker 7",
      address: "127.0.0.1",
      timeoutMs: 10_000,
      expiresInMs: 11_250,
      attachedCount: 2,
      attachedKeys: ["lock/a", "lock/b"],
    },
    { name: "", address: "127.0.0.1", timeoutMs: 5_000, attachedCount: 0, attachedKeys: [] },
  ]);
  expect((await admin().listSessions()).sessions[0]).toMatchObject({ attachedCount: 2, attachedKeys: [] });
  const id = listed.sessions[0]?.sessionId ?? 0;
  await admin().endSession(id);
  expect((await admin().listSessions()).sessions.map(({ sessionId }) => sessionId)).not.toContain(id);
  expect(await client.get("lock/a")).toBeNull();
  await expect(client.set("a", "b")).rejects.toMatchObject({ code: "SESSION_LOST" });
  // One that has ended, and one that is of no life of this cluster.
  for (const unknown of [id, 1])
    await expect(admin().endSession(unknown)).rejects.toMatchObject({ code: "UNKNOWN_SESSION", mayHaveHappened: false });
});

test("a list of many comes in pages, each session once", async () => {
  server = await RunningServer.start();
  const opened = await Promise.all(Array.from({ length: 230 }, () => open()));
  const ids = opened.map(({ sessionId }) => Number(sessionId)).sort((a, b) => a - b);
  const seen: number[] = [];
  for (let startId = 0, isFirst = true; isFirst || startId !== 0; isFirst = false) {
    const page = await admin().listSessions({ startId });
    seen.push(...page.sessions.map(({ sessionId }) => sessionId));
    startId = page.nextStartId;
  }
  expect(seen).toEqual(ids);
});

test("a list is linearizable, unless a local one is asked for", async () => {
  server = await RunningServer.start();
  server.node.reads = { type: "refused", reason: "noLeader" };
  const list = (local: boolean) =>
    ask((request: ListSessionsRequest, done: Done<ListSessionsResponse>) => server.admin.listSessions(request, done), { local });
  expect(await errorOf(list(false))).toMatchObject({ reason: "NO_LEADER" });
  expect(await list(true)).toMatchObject({ sessions: [] });
});

test("one address has no more sessions than it may have, and the others have the rest", async () => {
  server = await RunningServer.start({ sessionsPerClientMax: 3 });
  for (let at = 0; at < 3; at += 1) await open();
  expect(await errorOf(open())).toMatchObject({ code: status.RESOURCE_EXHAUSTED, reason: "TOO_MANY_SESSIONS_OF_CLIENT" });
  const [first] = (await admin().listSessions()).sessions;
  await admin().endSession(first?.sessionId ?? 0);
  expect(await open()).toMatchObject({ timeoutMs: 10_000 });
});

test("a time-out or a name beyond the limit is refused, and the sentence names the limit", async () => {
  server = await RunningServer.start();
  expect(await open(300_000)).toMatchObject({ timeoutMs: 300_000 });
  for (const timeoutMs of [300_001, 86_400_000, 2 ** 40]) {
    expect(await errorOf(open(timeoutMs))).toMatchObject({
      reason: "SESSION_TIMEOUT_OUT_OF_RANGE",
      message: "A session's time-out is at most 300000 ms here (sessionTimeoutMaxMs).",
    });
  }
  expect(await errorOf(open(0, "ü".repeat(65)))).toMatchObject({ reason: "CLIENT_NAME_TOO_LONG" });
  expect(await open(0, "ü".repeat(64))).toMatchObject({ timeoutMs: 10_000 });
});

test("the status of a node tells how many sessions there are, and how many there may be", async () => {
  server = await RunningServer.start();
  for (let at = 0; at < 3; at += 1) await open();
  const getStatus = (request: GetStatusRequest, done: Done<GetStatusResponse>) => server.admin.getStatus(request, done);
  expect(await ask(getStatus, {})).toMatchObject({
    sessions: 3,
    sessionsMax: 10_000,
  });
});

test("a client's name is a text of bounded length", () => {
  for (const name of ["x".repeat(129), "\ud800", 7 as unknown as string])
    expect(() => new BalsaClient({ endpoints: ["127.0.0.1:1"], name })).toThrow(TypeError);
});
