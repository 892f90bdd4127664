import { hostname } from "node:os";
import { BalsaClient } from "../../src/client/client.ts";
import type { ClientOptions } from "../../src/client/values/options.ts";
import { decodeSessionCommand, encodeSessionCommand, type SessionCommand } from "../../src/machine/session-codec.ts";
import { errorOf } from "../support/error-of.ts";
import { RunningServer, until } from "./running-server.ts";

const servers: RunningServer[] = [];
const clients: BalsaClient[] = [];
afterEach(async () => {
  for (const server of servers) server.node.writes = "run";
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

/** A node that leads, and one that follows it. */
async function startTwo(): Promise<[leader: RunningServer, follower: RunningServer]> {
  const leader = await RunningServer.start();
  const follower = await RunningServer.start();
  servers.push(leader, follower);
  leader.node.unite([follower.node]);
  follower.node.view = { ...follower.node.view, id: 2, role: "follower", leader: 1 };
  return [leader, follower];
}

/** The one who led is cut off from the others and knows no leader; another one leads. */
function depose(old: RunningServer, next: RunningServer): void {
  old.node.view = { ...old.node.view, role: "follower", leader: null };
  next.node.view = { ...next.node.view, role: "leader", leader: 2, term: 4 };
}

function connect(to: readonly RunningServer[], options: Partial<ClientOptions> = {}): BalsaClient {
  const endpoints = to.map(({ address }) => address);
  const client = new BalsaClient({ endpoints, leaderWaitMs: 2_000, discover: false, ...options });
  clients.push(client);
  return client;
}

function commandsAt(server: RunningServer): SessionCommand[] {
  return server.node.commands.map((command) => decodeSessionCommand(command));
}

function countOf(server: RunningServer, type: SessionCommand["type"]): number {
  return commandsAt(server).filter((command) => command.type === type).length;
}

test("a session is opened with the first write, all writes are in it, and it is closed with the client", async () => {
  const [leader] = await startTwo();
  const client = connect([leader]);
  await client.get("a");
  expect(commandsAt(leader)).toEqual([]);
  await Promise.all([client.set("a", "1"), client.set("b", "2")]);
  await client.set("a", "3");
  await client.close();
  const requests = commandsAt(leader).filter((command) => command.type === "request");
  expect(requests.map(({ session, sequence, firstOutstanding }) => [session, sequence, firstOutstanding])).toEqual([
    [1, 1, 1],
    [1, 2, 1],
    [1, 3, 3],
  ]);
  expect(commandsAt(leader)[0]).toEqual({
    type: "openAs",
    timeoutMs: 10_000,
    owner: "127.0.0.1",
    ownerMax: 1_000,
    name: hostname(),
  });
  expect(commandsAt(leader).at(-1)).toEqual({ type: "close", session: 1 });
});

test("rule 50: a write whose outcome is unknown is sent again, takes effect once, and has its first answer", async () => {
  const [leader] = await startTwo();
  const client = connect([leader]);
  await client.set("a", "0");
  leader.node.writes = "loseAnswers";
  const answer = client.compareAndSet("a", { value: "0" }, "1");
  await until(() => countOf(leader, "request") >= 3, "it was sent again");
  leader.node.writes = "run";
  // Another try by itself would say that the comparison does not hold.
  expect(await answer).toEqual({ succeeded: true, revision: 3, current: null });
  expect(await client.get("a")).toMatchObject({ value: "1", revision: 3 });
});

test("rule 50: a write whose connection broke is sent to another node and takes effect once", async () => {
  const [leader, follower] = await startTwo();
  const client = connect([leader, follower]);
  await client.set("a", "0");
  leader.node.writes = "hold";
  const answers = [client.compareAndSet("a", { value: "0" }, "1"), client.set("b", "1")];
  await until(() => leader.node.heldCount === 2, "the node has them");
  // The node runs the first of them, and its answer is lost with it.
  leader.node.release();
  servers.splice(servers.indexOf(leader), 1);
  follower.node.view = { ...follower.node.view, role: "leader", leader: 2 };
  await leader.stop();
  expect(await Promise.all(answers)).toMatchObject([{ succeeded: true }, { existed: false }]);
  expect(await client.get("a")).toMatchObject({ value: "1" });
});

test("rule 50: a write that a node keeps to itself goes to the leader that is found meanwhile, and takes effect once", async () => {
  const [old, next] = await startTwo();
  const client = connect([old, next], { answerCheckMs: 50 });
  await client.set("a", "0");
  old.node.writes = "hold";
  const answer = client.compareAndSet("a", { value: "0" }, "1");
  await until(() => old.node.heldCount === 1, "the node has it");
  depose(old, next);
  expect(await answer).toMatchObject({ succeeded: true });
  old.node.release();
  expect(await client.get("a")).toMatchObject({ value: "1" });
  expect(client.endpoint).toBe(next.address);
});

test("reads and scans that a node keeps to itself are made again at the leader that is found meanwhile", async () => {
  const [old, next] = await startTwo();
  const client = connect([old, next], { answerCheckMs: 50 });
  await client.set("a", "0");
  old.node.reads = "hold";
  const answers = Promise.all([client.get("a"), client.scanPage({ prefix: "a" })]);
  await until(() => old.node.linearizeCount >= 2, "the node has them");
  depose(old, next);
  expect(await answers).toMatchObject([{ value: "0" }, { items: [{ key: "a", value: "0" }] }]);
});

test("a write without a session that a node keeps to itself is not sent again", async () => {
  const [old, next] = await startTwo();
  const client = connect([old, next], { answerCheckMs: 50, requestTimeoutMs: 500, session: false });
  await client.set("a", "0");
  old.node.writes = "hold";
  const failure = errorOf(client.set("a", "1"));
  await until(() => old.node.heldCount === 1, "the node has it");
  depose(old, next);
  expect(await failure).toMatchObject({ code: "TIMEOUT", mayHaveHappened: true });
  expect(next.node.commands).toEqual([]);
});

test("rule 50: what was refused for sure is sent again in its own place", async () => {
  const [leader] = await startTwo();
  const client = connect([leader]);
  await client.set("a", "0");
  leader.node.writes = { type: "refused", reason: "noLeader", leader: null };
  const answer = client.set("a", "1");
  await until(() => countOf(leader, "request") >= 3, "it was sent again");
  leader.node.writes = "run";
  await answer;
  const places = commandsAt(leader).map((command) => (command.type === "request" ? command.sequence : 0));
  expect(new Set(places.slice(2))).toEqual(new Set([2]));
});

test("rule 21: a write that stays without an answer in its time may have happened, session or not", async () => {
  const [leader] = await startTwo();
  const client = connect([leader], { requestTimeoutMs: 400 });
  await client.set("a", "0");
  leader.node.writes = "loseAnswers";
  expect(await errorOf(client.set("a", "1"))).toMatchObject({ code: "TIMEOUT", mayHaveHappened: true });
});

test.each<[string, "loseAnswers" | "hold"]>([
  ["an answer that is lost", "loseAnswers"],
  ["an answer that does not come", "hold"],
])("a write that waits in vain for a session, for %s, surely did nothing", async (_, writes) => {
  const [leader] = await startTwo();
  const client = connect([leader], { requestTimeoutMs: 1_000, backOffMinMs: 300 });
  leader.node.writes = writes;
  expect(await errorOf(client.set("a", "1"))).toMatchObject({ mayHaveHappened: false });
  leader.node.writes = "run";
  leader.node.release();
  expect(await client.get("a")).toBeNull();
});

test("no more writes are under way than the cluster keeps answers for, and all get through", async () => {
  const [leader] = await startTwo();
  const client = connect([leader], { sessionWindowMax: 4 });
  await client.set("a", "0");
  leader.node.writes = "hold";
  const answers = Promise.all(Array.from({ length: 20 }, (_, i) => client.set(`key${i}`, "1")));
  await until(() => leader.node.heldCount === 4, "the window is full");
  leader.node.writes = "run";
  leader.node.release();
  await answers;
  const spans = commandsAt(leader).map((command) => (command.type === "request" ? command.sequence - command.firstOutstanding : 0));
  expect(Math.max(...spans)).toBeLessThan(4);
});

test("answers that are more than a session keeps at a time come all the same", async () => {
  const [leader] = await startTwo();
  const client = connect([leader]);
  await client.set("large", "x".repeat(20_000));
  const answers = Array.from({ length: 60 }, () => client.compareAndSet("large", { absent: true }, "y"));
  for (const { succeeded, current } of await Promise.all(answers)) {
    expect(succeeded).toBe(false);
    expect(current?.value).toHaveLength(20_000);
  }
  // More attempts than requests: some found no room at first.
  expect(countOf(leader, "request")).toBeGreaterThan(61);
});

/** The cluster forgets the client's session, as if it had expired, before it carries out anything that comes from now on. */
async function endSessionOf(leader: RunningServer): Promise<void> {
  const session = commandsAt(leader).find((command) => command.type === "request")?.session ?? 0;
  await new Promise((resolve) => leader.node.submit(encodeSessionCommand({ type: "close", session }), 1_000, resolve));
}

test("a session that is lost is followed by another one; what surely did nothing is done in that", async () => {
  const [leader] = await startTwo();
  const client = connect([leader]);
  await client.set("a", "1");
  await endSessionOf(leader);
  expect(await client.set("a", "2")).toMatchObject({ existed: true });
  expect(countOf(leader, "openAs")).toBe(2);
});

test("rule 51: what may have happened in a session that is lost is not done again in another one", async () => {
  const [leader] = await startTwo();
  const client = connect([leader]);
  await client.set("a", "1");
  leader.node.writes = "loseAnswers";
  const answer = errorOf(client.set("a", "2"));
  await until(() => countOf(leader, "request") >= 2, "it has left");
  // This answer is lost as well, and none comes before it.
  await endSessionOf(leader).catch(() => undefined);
  leader.node.writes = "run";
  expect(await answer).toMatchObject({ code: "SESSION_LOST_MIDWAY", mayHaveHappened: true });
});

test("attached keys go with the client", async () => {
  const [leader, follower] = await startTwo();
  const client = connect([leader]);
  const other = connect([follower]);
  await client.set("lock", "mine", { attached: true });
  expect(await other.compareAndSet("lock", { absent: true }, "theirs", { attached: true })).toMatchObject({ succeeded: false });
  await client.close();
  expect(await other.get("lock")).toBeNull();
});

test("the loss of a session with attached keys is told, and nothing is written until it is renewed", async () => {
  const [leader] = await startTwo();
  const losses: string[] = [];
  const client = connect([leader], { onSessionLost: (error) => losses.push(error.code) });
  await client.set("lock", "mine", { attached: true });
  await endSessionOf(leader);
  expect(await errorOf(client.set("a", "1"))).toMatchObject({ code: "SESSION_LOST", mayHaveHappened: false });
  expect(await errorOf(client.set("a", "1"))).toMatchObject({ code: "SESSION_LOST" });
  expect(losses).toEqual(["SESSION_LOST"]);
  expect(await client.get("a")).toBeNull();
  client.renewSession();
  expect(await client.set("lock", "mine", { attached: true })).toMatchObject({ existed: false });
});

test("a session with attached keys that could not be kept in time is lost by the client's own clock", async () => {
  const [leader] = await startTwo();
  const losses: string[] = [];
  const client = connect([leader], { sessionTimeoutMs: 1_000, onSessionLost: (error) => losses.push(error.code) });
  await client.set("lock", "mine", { attached: true });
  leader.node.writes = { type: "refused", reason: "noLeader", leader: null };
  await until(() => losses.length === 1, "the loss is told");
});

test("a session is kept while it holds keys, and given up when it is idle without", async () => {
  const [leader] = await startTwo();
  const holder = connect([leader], { sessionTimeoutMs: 1_000 });
  const idler = connect([leader], { sessionTimeoutMs: 1_000 });
  await idler.set("a", "1");
  await holder.set("lock", "mine", { attached: true });
  await until(() => countOf(leader, "close") === 1, "the idle one is closed");
  await until(() => countOf(leader, "keepAlive") >= 8, "the other one is kept");
  expect(await holder.get("lock")).not.toBeNull();
  await idler.set("a", "2");
  expect(countOf(leader, "openAs")).toBe(3);
});

test("an attached key without a session is refused by the node", async () => {
  const [leader] = await startTwo();
  const client = connect([leader], { session: false });
  expect(await errorOf(client.set("lock", "mine", { attached: true }))).toMatchObject({ code: "SESSION_MISSING" });
});
