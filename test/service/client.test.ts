import { createServer } from "node:net";
import { BalsaClient } from "../../src/client/client.ts";
import type { Expected } from "../../src/client/values/messages.ts";
import { type ClientOptions, clientOptionDefaults } from "../../src/client/values/options.ts";
import { bootstrapMembers } from "../../src/core/members.ts";
import { incarnationId } from "../incarnations.ts";
import { errorOf } from "../support/error-of.ts";
import { RunningServer, until } from "./running-server.ts";

const servers: RunningServer[] = [];
const clients: BalsaClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function start(): Promise<RunningServer> {
  const server = await RunningServer.start();
  servers.push(server);
  return server;
}

/** A node that leads, and others that follow it. */
async function startThree(): Promise<[leader: RunningServer, follower: RunningServer, follower: RunningServer]> {
  const three = [await start(), await start(), await start()] as const;
  three[1].node.view = { ...three[1].node.view, id: 2, role: "follower" };
  three[2].node.view = { ...three[2].node.view, id: 3, role: "follower" };
  return [...three];
}

function connect(to: readonly (RunningServer | string)[], options: Partial<ClientOptions> = {}): BalsaClient {
  const endpoints = to.map((each) => (typeof each === "string" ? each : each.address));
  // What a session adds has its own tests; without one it shows what each write does.
  const client = new BalsaClient({ endpoints, leaderWaitMs: 2_000, session: false, ...options });
  clients.push(client);
  return client;
}

describe("what it does", () => {
  test("sets, reads, compares, deletes and scans, text as text and data as data", async () => {
    const client = connect([await start()]);
    expect(await client.set("a", "1")).toEqual({ revision: 1, existed: false });
    expect(await client.set("raw", Buffer.from([0, 255]))).toEqual({ revision: 2, existed: false });
    expect(await client.get("a")).toEqual({ key: "a", value: "1", revision: 1 });
    expect(await client.get("raw", { local: true })).toEqual({ key: "raw", value: Buffer.from([0, 255]), revision: 2 });
    expect(await client.get("none")).toBeNull();
    const current = { key: "a", value: "1", revision: 1 };
    expect(await client.compareAndSet("a", { value: "0" }, "2")).toEqual({ succeeded: false, revision: 3, current });
    expect(await client.compareAndSet("a", { revision: 1 }, "2")).toEqual({ succeeded: true, revision: 4, current: null });
    expect(await client.compareAndSet("b", { absent: true }, Buffer.from("x"))).toMatchObject({ succeeded: true });
    expect(await client.compareAndSet("b", { value: Buffer.from("x") }, null)).toMatchObject({ succeeded: true });
    expect(await client.delete("raw")).toEqual({ revision: 7, existed: true });
    expect(await client.delete("raw")).toEqual({ revision: 8, existed: false });
    expect(await client.scanPage()).toEqual({ items: [{ key: "a", value: "2", revision: 4 }], nextStart: null });
  });

  test("a batch takes effect all or not at all", async () => {
    const client = connect([await start()]);
    const batch = () =>
      client.batch([
        { type: "compareAndSet", key: "lock", expected: { absent: true }, newValue: "mine" },
        { type: "set", key: "a", value: "1" },
        { type: "delete", key: "b" },
      ]);
    expect((await batch()).succeeded).toBe(true);
    await client.delete("a");
    const second = await batch();
    expect(second.succeeded).toBe(false);
    expect(second.results[0]).toEqual({ succeeded: false, existed: true, current: { key: "lock", value: "mine", revision: 1 } });
    expect(await client.get("a")).toBeNull();
  });

  test("a scan goes through all pages", async () => {
    const client = connect([await start()]);
    const keys = Array.from({ length: 25 }, (_, i) => `key-${i + 10}`);
    await Promise.all(keys.map((key) => client.set(key, "v")));
    const found: string[] = [];
    for await (const { key } of client.scan({ prefix: "key-", limit: 10 })) found.push(key);
    expect(found).toEqual(keys);
  });

  test("reads that are made in one turn travel together", async () => {
    const server = await start();
    const client = connect([server]);
    await client.get("a");
    server.node.state.fetches.length = 0;
    server.node.linearizeCount = 0;
    await Promise.all(Array.from({ length: 200 }, (_, i) => client.get(`key-${i}`)));
    expect(server.node.linearizeCount).toBe(1);
    expect(server.node.state.fetches.length).toBeLessThan(10);
  });

  test("a node's status is told, that of a node that is down is an error", async () => {
    const server = await start();
    const client = connect([server]);
    expect(await client.status(server.address)).toMatchObject({ role: "ROLE_LEADER", clusterId: "test" });
    expect(await errorOf(client.status(await deadAddress()))).toMatchObject({ mayHaveHappened: false });
  });
});

describe("which node it takes", () => {
  test("the leader, if it is told to prefer it", async () => {
    const [leader, ...followers] = await startThree();
    const client = connect([...followers, leader]);
    await client.set("a", "1");
    expect(client.endpoint).toBe(leader.address);
    expect(leader.node.commands).toHaveLength(1);
  });

  test("one that is up, if others are down, or take connections and say nothing", async () => {
    const silent = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const silentAddress = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    const server = await start();
    server.node.view = { ...server.node.view, role: "follower", leader: 2 };
    const client = connect([await deadAddress(), silentAddress, server], { leaderWaitMs: 100 });
    const before = performance.now();
    await client.set("a", "1");
    expect(performance.now() - before).toBeLessThan(900);
    client.close();
    silent.close();
  });

  test("another one, once its node stops; what the old node did nothing about is done by the new one", async () => {
    const [leader, follower] = await startThree();
    const client = connect([leader, follower]);
    await client.set("a", "1");
    servers.splice(servers.indexOf(leader), 1);
    await leader.stop(2_000);
    follower.node.view = { ...follower.node.view, role: "leader", leader: 2 };
    expect(await client.set("a", "2")).toMatchObject({ revision: 1 });
    expect(client.endpoint).toBe(follower.address);
  });

  test("the new leader, when the old one has become a follower", async () => {
    const [leader, follower] = await startThree();
    const client = connect([leader, follower]);
    await client.set("a", "1");
    leader.node.view = { ...leader.node.view, role: "follower", leader: 2 };
    follower.node.view = { ...follower.node.view, role: "leader", leader: 2 };
    leader.node.writes = { type: "unknown", reason: "leaderChanged" };
    expect(await errorOf(client.set("a", "2"))).toMatchObject({ code: "LEADER_CHANGED", mayHaveHappened: true });
    await until(() => client.endpoint === follower.address, "it has moved");
    expect(await client.set("a", "3")).toMatchObject({ revision: 1 });
  });
});

describe("which nodes it knows", () => {
  /** All of them name these as the members' client addresses. */
  function tellMembers(told: readonly RunningServer[], members: readonly RunningServer[]): void {
    const nodes = members.map(({ address }, i) => ({ id: i + 1, peerAddress: "", clientAddress: address, diskId: "" }));
    for (const { node } of told) node.view = { ...node.view, members: bootstrapMembers(nodes, incarnationId) };
  }

  /** Stops a node that the client talks to, and waits until the client knows: what it sends before may have arrived. */
  async function stopped(server: RunningServer, client: BalsaClient): Promise<void> {
    await server.stop();
    await until(() => client.endpoint !== server.address, "the client has lost it");
  }

  test("those that the members name as well: told of one, it goes on when that one is gone", async () => {
    const three = await startThree();
    const [leader, follower] = three;
    tellMembers(three, three);
    const client = connect([leader]);
    await client.set("a", "1");
    servers.splice(servers.indexOf(leader), 1);
    await stopped(leader, client);
    follower.node.view = { ...follower.node.view, role: "leader", leader: 2 };
    await client.set("a", "2");
    expect(client.endpoint).toBe(follower.address);
  });

  test("those that came while it was connected", async () => {
    const three = await startThree();
    const [leader, follower] = three;
    tellMembers(three, [leader]);
    const client = connect([leader], { membersCheckMs: 10 });
    await client.set("a", "1");
    tellMembers(three, three);
    const asked = leader.node.viewCount;
    // A node looks twice for each question, and the client asks again only once it has the answer to the one before.
    await until(() => leader.node.viewCount > asked + 5, "it has looked again");
    servers.splice(servers.indexOf(leader), 1);
    await stopped(leader, client);
    follower.node.view = { ...follower.node.view, role: "leader", leader: 2 };
    await client.set("a", "2");
    expect(client.endpoint).toBe(follower.address);
  });

  test("none but those that it was told, if it shall not discover others", async () => {
    const three = await startThree();
    const [leader] = three;
    tellMembers(three, three);
    const client = connect([leader], { discover: false, requestTimeoutMs: 1_500 });
    await client.set("a", "1");
    servers.splice(servers.indexOf(leader), 1);
    await stopped(leader, client);
    expect(await errorOf(client.set("a", "2"))).toMatchObject({ mayHaveHappened: false });
  });
});

describe("what it tries again", () => {
  test("a write that found no leader, until there is one", async () => {
    const server = await start();
    const client = connect([server]);
    server.node.writes = { type: "refused", reason: "noLeader", leader: null };
    const answer = client.set("a", "1");
    await until(() => server.node.commands.length >= 3, "it was tried several times");
    server.node.writes = "run";
    expect(await answer).toEqual({ revision: 1, existed: false });
  });

  test("a request that no node has taken, until its time is up; then it surely did nothing", async () => {
    const client = connect([await deadAddress()], { requestTimeoutMs: 300 });
    expect(await errorOf(client.set("a", "1"))).toMatchObject({ code: "UNREACHABLE", mayHaveHappened: false });
    expect(await errorOf(client.get("a"))).toMatchObject({ code: "UNREACHABLE", mayHaveHappened: false });
    expect(await errorOf(client.scanPage())).toMatchObject({ code: "UNREACHABLE", mayHaveHappened: false });
  });

  test("a write that finds no leader in its whole time is told so", async () => {
    const server = await start();
    server.node.writes = { type: "refused", reason: "noLeader", leader: null };
    const client = connect([server], { requestTimeoutMs: 1_500 });
    expect(await errorOf(client.set("a", "1"))).toMatchObject({ code: "NO_LEADER", mayHaveHappened: false });
  });

  test("a scan and a read whose node has gone, at another one", async () => {
    const [leader, follower] = await startThree();
    const client = connect([leader, follower]);
    await client.set("a", "1");
    leader.node.reads = { type: "refused", reason: "stopping" };
    const reads = [client.get("none"), client.scanPage()];
    servers.splice(servers.indexOf(leader), 1);
    await leader.stop();
    expect(await Promise.all(reads)).toEqual([null, { items: [], nextStart: null }]);
  });
});

describe("what it never tries again without a session", () => {
  test.each(["leaderChanged", "timeout", "stopping"] as const)(
    "rule 21: a write whose outcome is unknown for %s: it fails once and says so",
    async (reason) => {
      const server = await start();
      server.node.writes = { type: "unknown", reason };
      const client = connect([server]);
      expect(await errorOf(client.set("a", "1"))).toMatchObject({ mayHaveHappened: true });
      expect(server.node.commands).toHaveLength(1);
    },
  );

  test("rule 21: a write whose connection broke before it was answered: it may have happened", async () => {
    const [leader, follower] = await startThree();
    const client = connect([leader, follower], { keepaliveMs: 200, keepaliveTimeoutMs: 200 });
    leader.node.writes = "hold";
    const answer = errorOf(client.set("a", "1"));
    await until(() => leader.node.heldCount === 1, "the node has it");
    servers.splice(servers.indexOf(leader), 1);
    await leader.stop();
    expect(await answer).toMatchObject({ code: "CONNECTION_LOST", mayHaveHappened: true });
    expect(follower.node.commands).toEqual([]);
  });

  test("rule 21: a write that was not answered in time: it may have happened", async () => {
    const server = await start();
    server.node.writes = "hold";
    const client = connect([server], { requestTimeoutMs: 1_500 });
    expect(await errorOf(client.set("a", "1"))).toMatchObject({ code: "TIMEOUT", mayHaveHappened: true });
    // Its answer comes too late, and harms nobody.
    server.node.release();
    server.node.writes = "run";
    expect(await client.set("b", "2")).toEqual({ revision: 2, existed: false });
  });

  test("rule 54: a request refused for overload: the caller hears at once", async () => {
    const server = await start();
    server.node.writes = { type: "refused", reason: "overloaded", leader: null };
    const client = connect([server]);
    expect(await errorOf(client.set("a", "1"))).toMatchObject({ code: "OVERLOADED", mayHaveHappened: false });
    expect(server.node.commands).toHaveLength(1);
  });

  test("rule 55: a request that is wrong", async () => {
    const client = connect([await start()]);
    const error = await errorOf(client.compareAndSet("a", { revision: 2 ** 53 }, "1"));
    expect(error).toMatchObject({
      name: "BalsaError",
      grpcStatus: "INVALID_ARGUMENT",
      code: "REVISION_OUT_OF_RANGE",
      mayHaveHappened: false,
    });
  });
});

describe("limits", () => {
  test("only so many requests are under way, and only so many wait; further ones fail at once", async () => {
    const server = await start();
    server.node.writes = "hold";
    const client = connect([server], { outstandingMax: 4, waitingMax: 6 });
    const first = Array.from({ length: 6 }, (_, i) => client.set(`a${i}`, "1"));
    expect(await errorOf(client.set("b", "1"))).toMatchObject({ code: "TOO_MANY_REQUESTS", mayHaveHappened: false });
    await until(() => server.node.heldCount === 4, "four are under way");
    server.node.writes = "run";
    server.node.release();
    expect((await Promise.all(first)).map(({ revision }) => revision).sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("a request larger than a node can take fails alone, without disturbing the others", async () => {
    const client = connect([await start()]);
    const large = errorOf(client.set("a", "x".repeat(5 * 1024 * 1024)));
    expect(await client.set("b", "1")).toMatchObject({ revision: 1 });
    expect(await large).toMatchObject({ code: "REQUEST_TOO_LARGE", mayHaveHappened: false });
  });

  test("large requests made in one turn go in several messages", async () => {
    const server = await start();
    const client = connect([server]);
    const value = "x".repeat(900_000);
    await Promise.all(Array.from({ length: 8 }, (_, i) => client.set(`key-${i}`, value)));
    const found = await Promise.all(Array.from({ length: 8 }, (_, i) => client.get(`key-${i}`)));
    expect(found.map((each) => each?.value.length)).toEqual(Array(8).fill(900_000));
  });

  test.each([{ endpoints: [] }, { endpoints: ["a:1"], requestTimeoutMs: 0 }, { endpoints: ["a:1"], outstandingMax: Number.NaN }])(
    "options that make no sense are refused: %j",
    (options) => {
      expect(() => new BalsaClient(options)).toThrow(TypeError);
    },
  );
});

describe("what is undefined is as if it were left out", () => {
  test("options of the client", async () => {
    const server = await start();
    const names = Object.keys(clientOptionDefaults);
    const client = new BalsaClient({ ...Object.fromEntries(names.map((name) => [name, undefined])), endpoints: [server.address] });
    clients.push(client);
    expect(await client.set("a", "1", { attached: undefined })).toMatchObject({ existed: false });
    expect(await client.get("a")).toMatchObject({ value: "1" });
  });

  test("options of its calls", async () => {
    const client = connect([await start()]);
    const { revision } = await client.set("a", "1", { attached: undefined });
    const nothing = { value: undefined, revision: undefined, absent: undefined };
    const expected = (part: object) => ({ ...nothing, ...part }) as unknown as Expected;
    expect(await client.get("a", { local: undefined })).toMatchObject({ value: "1" });
    expect(await client.compareAndSet("a", expected({ revision }), "2", { attached: undefined })).toMatchObject({
      succeeded: true,
    });
    expect(await client.compareAndSet("a", expected({ value: "2" }), "3", undefined)).toMatchObject({ succeeded: true });
    expect(await client.compareAndSet("b", expected({ absent: true }), "1")).toMatchObject({ succeeded: true });
    const page = { prefix: undefined, start: undefined, end: undefined, limit: undefined, local: undefined };
    expect((await client.scanPage(page)).items).toHaveLength(2);
    for await (const { key } of client.scan(page)) expect(["a", "b"]).toContain(key);
    const watch = client.watch({ key: undefined, prefix: undefined, from: undefined });
    await watch.started();
    watch.close();
  });
});

test("a client that is closed fails what waits, and tells which writes may have happened", async () => {
  const server = await start();
  server.node.writes = "hold";
  const client = connect([server], { outstandingMax: 1 });
  const left = errorOf(client.set("a", "1"));
  const waiting = errorOf(client.set("b", "1"));
  await until(() => server.node.heldCount === 1, "the first has left");
  client.close();
  expect(await left).toMatchObject({ code: "CLOSED_MIDWAY", mayHaveHappened: true });
  expect(await waiting).toMatchObject({ code: "CLIENT_CLOSED", mayHaveHappened: false });
  expect(await errorOf(client.get("a"))).toMatchObject({ code: "CLIENT_CLOSED" });
});

/** Nobody listens there. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}
