import { BalsaClient } from "../../src/client/client.ts";
import type { ChangeStream } from "../../src/client/values/change-stream.ts";
import type { Change } from "../../src/client/values/messages.ts";
import type { ClientOptions } from "../../src/client/values/options.ts";
import type { WatchOptions } from "../../src/client/values/watch-options.ts";
import { ChangeFeed } from "../../src/node/watch/change-feed.ts";
import { changeLimits, testClock } from "./fake-node.ts";
import { RunningServer, until } from "./running-server.ts";

const servers: RunningServer[] = [];
const clients: BalsaClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function startThree(): Promise<RunningServer[]> {
  const three = [await RunningServer.start(), await RunningServer.start(), await RunningServer.start()];
  servers.push(...three);
  three[0]?.node.unite(three.slice(1).map(({ node }) => node));
  return three;
}

function connect(to: readonly RunningServer[], options: Partial<ClientOptions> = {}): BalsaClient {
  const endpoints = to.map(({ address }) => address);
  const client = new BalsaClient({ endpoints, leaderWaitMs: 100, discover: false, session: false, ...options });
  clients.push(client);
  return client;
}

/** Follows a watch to its end, and keeps what it tells. */
function follow(client: BalsaClient, options: WatchOptions = {}): { watch: ChangeStream; told: Change[]; end: Promise<unknown> } {
  const watch = client.watch(options);
  const told: Change[] = [];
  const end = (async () => {
    for await (const change of watch) told.push(change);
    return null;
  })().catch((error) => error);
  return { watch, told, end };
}

/** The node that tells this watch its changes. */
function sourceOf(all: readonly RunningServer[]): RunningServer {
  const source = all.find(({ node }) => node.changes.watcherCount > 0);
  if (source === undefined) throw new Error("nobody is watched");
  return source;
}

async function stop(server: RunningServer): Promise<void> {
  servers.splice(servers.indexOf(server), 1);
  await server.stop();
}

test("a watch tells sets and deletes in order, from the revision asked for on", async () => {
  const client = connect(await startThree());
  await client.set("a", "0");
  const { told } = follow(client, { prefix: "a", from: 2 });
  await client.set("a", "1");
  await client.set("b", "1");
  await client.delete("a");
  await client.set("ab", Buffer.from([1]));
  await until(() => told.length === 3, "all is told");
  expect(told).toEqual([
    { type: "set", key: "a", value: "1", revision: 2 },
    { type: "delete", key: "a", revision: 4 },
    { type: "set", key: "ab", value: Buffer.from([1]), revision: 5 },
  ]);
});

test("once it has started, a watch from now on sees whatever is written after", async () => {
  const client = connect(await startThree());
  await client.set("a", "0");
  const { watch, told } = follow(client, { key: "a" });
  await watch.started();
  await client.set("a", "1");
  await until(() => told.length === 1, "it is told");
  expect(told).toEqual([{ type: "set", key: "a", value: "1", revision: 2 }]);
  await until(() => watch.revision === 2, "it says how far it is");
});

test("it goes on at another node when one fails, without a loss and without doubles", async () => {
  const three = await startThree();
  const writer = connect(three);
  const { told, watch } = follow(connect(three), { from: 1 });
  await watch.started();
  const count = 300;
  for (let i = 1; i <= count; i++) {
    await writer.set("key", String(i));
    if (i % 100 === 50 && three.length > 1) {
      const source = sourceOf(three);
      three.splice(three.indexOf(source), 1);
      await stop(source);
    }
  }
  await until(() => told.length >= count, "all is told");
  expect(told.map(({ revision }) => revision)).toEqual(told.map((_, i) => i + 1));
  expect(told.map((change) => change.type === "set" && change.value)).toEqual(told.map((_, i) => String(i + 1)));
});

test("it leaves a node that hears no leader", async () => {
  const three = await startThree();
  const { told, watch } = follow(connect(three), { from: 1 });
  await watch.started();
  const cutOff = sourceOf(three);
  cutOff.node.changes.onLeader(false);
  await until(() => cutOff.node.changes.watcherCount === 0, "it has left");
  await connect(three).set("a", "1");
  await until(() => told.length === 1, "another node tells");
});

test("a node that has forgotten is not the last word, if another one still keeps the changes", async () => {
  const three = await startThree();
  const client = connect(three);
  for (const value of ["1", "2", "3"]) await client.set("a", value);
  // Two nodes have started again since.
  for (const { node } of three.slice(1)) node.changes = new ChangeFeed(changeLimits, testClock, node.appliedIndex);
  const { told } = follow(client, { from: 1 });
  await until(() => told.length === 3, "all is told");
});

test("when no node keeps the changes, it fails and names the oldest revision that one of them keeps", async () => {
  const three = await startThree();
  const client = connect(three);
  for (const value of ["1", "2", "3"]) await client.set("a", value);
  for (const [i, { node }] of three.entries()) node.changes = new ChangeFeed(changeLimits, testClock, 1 + i);
  const { end } = follow(client, { from: 1 });
  expect(await end).toMatchObject({ code: "REVISION_GONE", facts: { oldestRevision: "2" } });
});

test("a program that takes its time loses nothing", async () => {
  const three = await startThree();
  const client = connect(three, { watchChangesMax: 10 });
  const watch = client.watch({ from: 1 });
  await watch.started();
  const count = 200;
  const value = "x".repeat(20_000);
  await Promise.all(Array.from({ length: count }, (_, i) => client.set(`key${i}`, value)));
  const told: number[] = [];
  const missed: unknown = await (async () => {
    for await (const { revision } of watch) {
      told.push(revision);
      if (told.length === count) return null;
    }
    return "it ended early";
  })().catch((error) => error);
  // 4 MB do not stay in a history of 1 MB: then the loss is an error, and not a gap.
  if (missed !== null) expect(missed).toMatchObject({ code: "REVISION_GONE" });
  expect(told).toEqual(told.map((_, i) => i + 1));
});

test("leaving the loop ends the watch, and so does close", async () => {
  const three = await startThree();
  const client = connect(three);
  const watch = client.watch({ from: 1 });
  await client.set("a", "1");
  for await (const change of watch) {
    expect(change.revision).toBe(1);
    break;
  }
  const other = follow(client, { from: 1 });
  await until(() => other.told.length === 1, "it is told");
  await client.close();
  expect(await other.end).toBeNull();
  await until(() => three.every(({ node }) => node.changes.watcherCount === 0), "nobody is watched any more");
});

test("what no node would take is an error at once", async () => {
  const { end } = follow(connect(await startThree()), { key: "" });
  expect(await end).toMatchObject({ code: "EMPTY_KEY" });
});
