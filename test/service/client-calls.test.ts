import { BalsaAdmin } from "../../src/client/admin.ts";
import { BalsaClient } from "../../src/client/client.ts";
import type { BalsaError } from "../../src/client/values/balsa-error.ts";
import type { GivenClientOptions } from "../../src/client/values/options.ts";
import { RunningServer, until } from "./running-server.ts";

// What every call of the client library can be told, and what a client tells of itself.

let server: RunningServer;
const clients: BalsaClient[] = [];
beforeEach(async () => {
  server = await RunningServer.start();
});
afterEach(async () => {
  server.node.writes = "run";
  server.node.reads = "run";
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await server.stop();
});

function connect(options: Partial<GivenClientOptions> = {}): BalsaClient {
  const client = new BalsaClient({ endpoints: [server.address], discover: false, ...options });
  clients.push(client);
  return client;
}

async function errorOf(answer: Promise<unknown>): Promise<BalsaError> {
  return answer.then(
    () => {
      throw new Error("the call did not fail");
    },
    (error: BalsaError) => error,
  );
}

const calls: [
  name: string,
  changes: boolean,
  call: (client: BalsaClient, options: { signal?: AbortSignal; timeoutMs?: number }) => Promise<unknown>,
][] = [
  ["get", false, (client, options) => client.get("a", options)],
  ["set", true, (client, options) => client.set("a", "1", options)],
  ["delete", true, (client, options) => client.delete("a", options)],
  ["compareAndSet", true, (client, options) => client.compareAndSet("a", { absent: true }, "1", options)],
  ["batch", true, (client, options) => client.batch([{ type: "delete", key: "a" }], options)],
  ["scanPage", false, (client, options) => client.scanPage(options)],
  ["scan", false, async (client, options) => client.scan(options).next()],
];

describe.each(calls)("%s", (_name, changes, call) => {
  test("that is aborted before it is made sends nothing", async () => {
    const client = connect();
    const before = server.node.commands.length + server.node.linearizeCount;
    expect(await errorOf(call(client, { signal: AbortSignal.abort() }))).toMatchObject({
      code: "ABORTED",
      mayHaveHappened: false,
    });
    expect(server.node.commands.length + server.node.linearizeCount).toBe(before);
  });

  test("that is aborted on its way ends at once, and says whether it may have happened", async () => {
    const client = connect();
    await client.set("b", "1");
    server.node.writes = "hold";
    server.node.reads = "hold";
    const given = new AbortController();
    const answer = errorOf(call(client, { signal: given.signal }));
    const [commands, reads] = [server.node.commands.length, server.node.linearizeCount];
    await until(() => server.node.commands.length > commands || server.node.linearizeCount > reads, "it has arrived");
    given.abort(new Error("enough"));
    expect(await answer).toMatchObject({
      code: changes ? "ABORTED_MIDWAY" : "ABORTED",
      mayHaveHappened: changes,
      cause: expect.objectContaining({ message: "enough" }),
    });
  });

  test("has a time limit of its own", async () => {
    const client = connect({ requestTimeoutMs: 60_000 });
    await client.set("b", "1");
    server.node.writes = "hold";
    server.node.reads = "hold";
    expect(await errorOf(call(client, { timeoutMs: 100 }))).toMatchObject({ mayHaveHappened: changes });
  });

  test.each([{ timeoutMs: 0 }, { timeoutMs: "1" }, { signal: {} }])("refuses %j before anything is sent", async (options) => {
    expect(await errorOf(call(connect(), options as never))).toBeInstanceOf(TypeError);
  });
});

test("a write that is given up leaves the session usable: the next one takes effect, and it never does later", async () => {
  const client = connect();
  await client.set("b", "1");
  server.node.writes = "hold";
  const given = new AbortController();
  const answer = errorOf(client.set("a", "given up", { signal: given.signal }));
  const before = server.node.commands.length;
  await until(() => server.node.commands.length > before, "it has arrived");
  given.abort();
  await answer;
  server.node.writes = "run";
  expect(await client.set("b", "2")).toMatchObject({ existed: true });
});

test("a watch ends with an error when its signal aborts, and when no node has begun to tell in time", async () => {
  const given = new AbortController();
  const watch = connect().watch({ signal: given.signal });
  await watch.started();
  given.abort();
  await expect(watch[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "ABORTED" });
  expect(server.node.changes.watcherCount).toBeLessThanOrEqual(1);
  const nowhere = new BalsaClient({ endpoints: ["127.0.0.1:1"] });
  clients.push(nowhere);
  await expect(nowhere.watch({ timeoutMs: 50 }).started()).rejects.toMatchObject({ code: "UNREACHABLE" });
});

test("calls of operators can be given up and have a time limit", async () => {
  const admin = new BalsaAdmin({ endpoints: ["127.0.0.1:1"], requestTimeoutMs: 60_000 });
  expect(await errorOf(admin.members({ signal: AbortSignal.abort() }))).toMatchObject({ code: "ABORTED" });
  expect(await errorOf(admin.removeNode({ nodeId: 1 }, { timeoutMs: 50 }))).toMatchObject({ code: "UNREACHABLE" });
  const given = new AbortController();
  const answer = errorOf(admin.transferLeadership(0, { signal: given.signal }));
  given.abort();
  expect(await answer).toMatchObject({ code: "ABORTED", mayHaveHappened: false });
});

test("a client tells when it is connected, who leads, and that its session is lost", async () => {
  const client = connect();
  const told: unknown[][] = [];
  client.on("connected", (endpoint) => told.push(["connected", endpoint]));
  client.on("leader", (leader) => told.push(["leader", leader]));
  client.on("disconnected", (endpoint) => told.push(["disconnected", endpoint]));
  await client.get("a");
  await until(() => told.length === 2, "both are told");
  expect(told).toEqual([
    ["leader", { nodeId: 1, term: 3 }],
    ["connected", server.address],
  ]);
  await server.stop();
  await until(() => told.length > 2, "the loss is told");
  expect(told[2]).toEqual(["disconnected", server.address]);
  server = await RunningServer.start();
});

test("an error says what to do about it, as the node has said", async () => {
  const client = connect();
  await client.set("b", "1");
  server.node.writes = { type: "refused", reason: "overloaded", leader: null };
  expect(await errorOf(client.set("a", "1"))).toMatchObject({ code: "OVERLOADED", retry: "backOff" });
  expect(await errorOf(client.set("a".repeat(5_000), "1"))).toMatchObject({ code: "KEY_TOO_LARGE", retry: "never" });
});

test("a client, a watch and a lock are closed by the block that uses them", async () => {
  const client = connect();
  await client[Symbol.asyncDispose]();
  expect(await errorOf(client.get("a"))).toMatchObject({ code: "CLIENT_CLOSED" });
});
