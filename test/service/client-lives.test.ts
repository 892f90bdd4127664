import { BalsaClient } from "../../src/client/client.ts";
import type { BalsaError } from "../../src/client/values/balsa-error.ts";
import type { Change } from "../../src/client/values/messages.ts";
import type { ClientOptions } from "../../src/client/values/options.ts";
import { decodeSessionCommand } from "../../src/machine/session-codec.ts";
import { incarnationId as firstLife, otherIncarnationId as secondLife } from "../incarnations.ts";
import { errorOf } from "../support/error-of.ts";
import { RunningServer, until } from "./running-server.ts";

// A client that lives on while the cluster at its endpoints is wiped and begun again, or recovered by force.

const servers: RunningServer[] = [];
const clients: BalsaClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function start(incarnationId = firstLife, port = 0): Promise<RunningServer> {
  const server = await RunningServer.start({}, null, {}, { incarnationId, port });
  servers.push(server);
  return server;
}

/** The cluster is gone, which its client has noticed, and another life of it begins where it was. */
async function beginAgain(old: RunningServer, client?: BalsaClient): Promise<RunningServer> {
  await stop(old);
  await until(() => client === undefined || client.endpoint === null, "the client has noticed");
  return start(secondLife, Number(old.address.split(":")[1]));
}

async function stop(server: RunningServer): Promise<void> {
  servers.splice(servers.indexOf(server), 1);
  await server.stop();
}

function connect(to: readonly RunningServer[], options: Partial<ClientOptions> = {}): BalsaClient {
  const endpoints = to.map(({ address }) => address);
  const client = new BalsaClient({ endpoints, discover: false, clusterPatienceMs: 100, ...options });
  clients.push(client);
  return client;
}

function commandsAt({ node }: RunningServer) {
  return node.commands.map((command) => decodeSessionCommand(command));
}

const toldOnce = { code: "OTHER_CLUSTER", mayHaveHappened: false, facts: { incarnationId: secondLife } };

test("a client knows the life of its cluster from its first contact on", async () => {
  const client = connect([await start()]);
  expect(client.incarnationId).toBe("");
  await client.get("a");
  expect(client.incarnationId).toBe(firstLife);
});

test("each kind of request fails once before anything is done in another life, and then goes on in it", async () => {
  const first = await start();
  const client = connect([first]);
  await client.set("a", "1");
  await client.get("a");
  const second = await beginAgain(first, client);
  expect(await errorOf(client.set("a", "2"))).toMatchObject(toldOnce);
  expect(await errorOf(client.get("a"))).toMatchObject(toldOnce);
  expect(second.node.commands).toEqual([]);
  expect(await client.get("a")).toBeNull();
  expect(await client.set("a", "3")).toMatchObject({ existed: false });
  expect(await client.get("a")).toMatchObject({ value: "3" });
  expect(client.incarnationId).toBe(secondLife);
});

test("a scan fails likewise, and never goes on through another life's keys", async () => {
  const first = await start();
  const client = connect([first]);
  for (const key of ["a", "b", "c"]) await client.set(key, "1");
  const scan = client.scan({ limit: 1 });
  const seen = [(await scan.next()).value?.key];
  const second = await beginAgain(first, client);
  const other = connect([second]);
  for (const key of ["x", "y", "z"]) await other.set(key, "2");
  const rest = async () => {
    for await (const { key } of scan) seen.push(key);
  };
  expect(await errorOf(rest())).toMatchObject({ code: "OTHER_CLUSTER" });
  for (const key of seen) expect(["a", "b", "c"]).toContain(key);
  const found: string[] = [];
  for await (const { key } of client.scan({ limit: 1 })) found.push(key);
  expect(found).toEqual(["x", "y", "z"]);
});

test("a scan that has begun ends also if the client has gone over meanwhile", async () => {
  const first = await start();
  const client = connect([first]);
  for (const key of ["a", "b", "c"]) await client.set(key, "1");
  const scan = client.scan({ limit: 1 });
  await scan.next();
  await beginAgain(first);
  await errorOf(client.set("x", "2"));
  await errorOf(client.get("x"));
  await client.set("x", "2");
  expect(await errorOf(scan.next())).toMatchObject({ code: "OTHER_CLUSTER" });
});

test("what had left and was not answered may have happened in the life before; what had not, surely did not", async () => {
  const first = await start();
  const client = connect([first], { sessionWindowMax: 1 });
  await client.set("a", "1");
  first.node.writes = "hold";
  const answers = [errorOf(client.set("a", "2")), errorOf(client.set("a", "3"))];
  await until(() => first.node.heldCount === 1, "the node has one of them");
  const second = await beginAgain(first);
  const [sent, waiting] = await Promise.all(answers);
  expect(sent).toMatchObject({ code: "OTHER_CLUSTER_MIDWAY", mayHaveHappened: true });
  expect(waiting).toMatchObject({ code: "OTHER_CLUSTER", mayHaveHappened: false });
  expect(second.node.commands).toEqual([]);
});

describe("a session of the life before", () => {
  test("is followed by one of the new life, and its end does not touch what others have there", async () => {
    const first = await start();
    const client = connect([first]);
    await client.set("a", "1");
    const second = await beginAgain(first);
    const owner = connect([second]);
    await owner.compareAndSet("lock", { absent: true }, "owner", { attached: true });
    await errorOf(client.set("a", "2"));
    await client.set("a", "3");
    await client.close();
    expect(await owner.get("lock")).toMatchObject({ value: "owner" });
    const closed = commandsAt(second).filter(({ type }) => type === "close");
    const opened = commandsAt(second).filter(({ type }) => type === "openAs");
    expect([opened.length, closed.length]).toEqual([2, 1]);
  });

  test("of a client that closes without having noticed closes nobody else's", async () => {
    const first = await start();
    const client = connect([first]);
    await client.set("lock", "old", { attached: true });
    const second = await beginAgain(first);
    const owner = connect([second]);
    await owner.compareAndSet("lock", { absent: true }, "owner", { attached: true });
    await client.close();
    expect(commandsAt(second).filter(({ type }) => type === "close")).toEqual([]);
    expect(await owner.get("lock")).toMatchObject({ value: "owner" });
  });

  test("a session with attached keys is lost to the program, which hears that the cluster is another one and renews it", async () => {
    const first = await start();
    const losses: BalsaError[] = [];
    const client = connect([first], { onSessionLost: (error) => losses.push(error) });
    await client.set("lock", "mine", { attached: true });
    const second = await beginAgain(first);
    const lost = { code: "SESSION_LOST", message: expect.stringContaining("The cluster is another one than before") };
    expect((await errorOf(client.set("lock", "mine"))).code).toMatch(/^OTHER_CLUSTER/);
    expect(await errorOf(client.set("lock", "mine"))).toMatchObject(lost);
    expect(losses).toMatchObject([lost]);
    expect(second.node.commands).toEqual([]);
    client.renewSession();
    expect(await client.set("lock", "mine", { attached: true })).toMatchObject({ existed: false });
  });
});

describe("a watch of the life before", () => {
  /** Follows a watch to its end. */
  function follow(client: BalsaClient, from?: number) {
    const watch = client.watch(from === undefined ? {} : { from });
    const told: Change[] = [];
    const run = async () => {
      for await (const change of watch) told.push(change);
      return null;
    };
    return { told, watch, end: run().catch((error: unknown) => error) };
  }

  test.each([0, 5])(
    "ends with an error that says so, though the new one has %d changes more, and another one works",
    async (more) => {
      const first = await start();
      const writer = connect([first]);
      const client = connect([first]);
      const old = follow(client);
      await old.watch.started();
      for (let i = 0; i < 3; i++) await writer.set("a", String(i));
      await until(() => old.told.length === 3, "it was told");
      const second = await beginAgain(first);
      const other = connect([second]);
      for (let i = 0; i < 3 + more; i++) await other.set("b", String(i));
      expect(await old.end).toMatchObject(toldOnce);
      expect(old.told).toHaveLength(3);
      const next = follow(client);
      await next.watch.started();
      await other.set("c", "1");
      await until(() => next.told.length === 1, "the new one is told");
      expect(client.incarnationId).toBe(secondLife);
    },
  );

  test("that a program takes up from a revision of its own is refused once the client has gone over", async () => {
    const first = await start();
    const client = connect([first]);
    const { revision } = await client.set("a", "1");
    const second = await beginAgain(first);
    for (const key of ["a", "b", "c"]) await connect([second]).set(key, "1");
    await errorOf(client.set("a", "2"));
    expect(await follow(client, revision + 1).end).toMatchObject(toldOnce);
    await follow(client, revision + 1).watch.started();
  });

  test("that another run of the program takes up is refused if it says of which life it was", async () => {
    const second = await start(secondLife);
    const writer = connect([second]);
    for (const key of ["a", "b", "c"]) await writer.set(key, "1");
    const client = connect([second], { incarnationId: firstLife });
    expect(await follow(client, 2).end).toMatchObject(toldOnce);
    expect(await errorOf(client.compareAndSet("a", { revision: 2 }, "2"))).toMatchObject(toldOnce);
    expect(await client.get("a").catch((error) => error.code)).toBe("OTHER_CLUSTER");
    expect(await client.get("a")).toMatchObject({ value: "1" });
  });

  test("from a revision to come is refused at once: nothing would ever be told", async () => {
    const client = connect([await start()]);
    await client.set("a", "1");
    expect(await follow(client, 1_000).end).toMatchObject({ code: "OTHER_CLUSTER", facts: { incarnationId: firstLife } });
    expect(await client.get("a")).toMatchObject({ value: "1" });
  });
});

describe("while nodes of both lives are there", () => {
  test("a client stays with its own as long as that has a leader", async () => {
    const [first, second] = [await start(), await start(secondLife)];
    const client = connect([first]);
    await client.set("a", "1");
    const both = connect([first, second], { incarnationId: firstLife });
    for (let i = 0; i < 5; i++) await both.set("b", String(i));
    expect(both.endpoint).toBe(first.address);
    // An election lasts less long than its patience.
    first.node.view = { ...first.node.view, role: "follower", leader: null };
    first.node.writes = { type: "refused", reason: "noLeader", leader: null };
    const answer = both.set("b", "5");
    setTimeout(() => {
      first.node.view = { ...first.node.view, role: "leader", leader: 1 };
      first.node.writes = "run";
    }, 20);
    expect(await answer).toMatchObject({ existed: true });
    expect(second.node.commands).toEqual([]);
  });

  test("a client goes over once its own has had no leader for long, and says so", async () => {
    const [first, second] = [await start(), await start(secondLife)];
    const client = connect([first, second], { incarnationId: firstLife });
    await client.set("a", "1");
    first.node.view = { ...first.node.view, role: "follower", leader: null };
    first.node.writes = { type: "refused", reason: "noLeader", leader: null };
    expect((await errorOf(client.set("a", "2"))).code).toMatch(/^OTHER_CLUSTER(_MIDWAY)?$/);
    expect(await client.set("a", "3")).toMatchObject({ existed: false });
    expect(client.endpoint).toBe(second.address);
  });

  test("a watch goes on at a node of its own", async () => {
    const [first, twin] = [await start(), await start()];
    first.node.unite([twin.node]);
    const second = await start(secondLife);
    const client = connect([first, twin, second], { incarnationId: firstLife });
    const told: Change[] = [];
    const watch = client.watch();
    const end = (async () => {
      for await (const change of watch) told.push(change);
    })();
    await watch.started();
    const source = [first, twin].find(({ node }) => node.changes.watcherCount > 0) ?? first;
    const left = source === first ? twin : first;
    await stop(source);
    await connect([left]).set("a", "1");
    await until(() => told.length === 1, "it goes on");
    watch.close();
    await end;
  });
});
