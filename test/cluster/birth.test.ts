import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BalsaClient } from "../../src/client/client.ts";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { freePorts } from "../support/free-ports.ts";
import { Cluster, type Flags } from "../support/harness.ts";
import type { NodeProcess } from "../support/node-process.ts";
import { until } from "../support/until.ts";
import { balsa, runAdvised } from "./balsa.ts";

// Real processes: a cluster begins once, and no node begins a second one beside it.

jest.setTimeout(120_000);

let cluster: Cluster;
afterEach(() => cluster.remove());

/** Where the nodes of a list are, and the flags that say so. */
class Places {
  readonly #ports: readonly number[];
  readonly #ids: readonly number[];

  constructor(ids: readonly number[], ports: readonly number[]) {
    this.#ids = ids;
    this.#ports = ports;
  }

  peer(id: number): string {
    return `127.0.0.1:${this.#ports[2 * this.#ids.indexOf(id)]}`;
  }

  client(id: number): string {
    return `127.0.0.1:${this.#ports[2 * this.#ids.indexOf(id) + 1]}`;
  }

  flags(id: number, list = this.#ids): Flags {
    const each = (address: (id: number) => string) => list.map((member) => `${member}=${address(member)}`).join(",");
    return {
      id: String(id),
      peers: each((member) => this.peer(member)),
      "client-addresses": each((member) => this.client(member)),
      listen: this.peer(id),
      "client-listen": this.client(id),
      "data-dir": dataDir(id),
    };
  }
}

let places: Places;
const dataDir = (id: number): string => join(cluster.folder, `data-${id}`);

/** Nodes 1, 2 and 3, none of which was started yet. */
async function setPlaces(): Promise<void> {
  cluster = await Cluster.start({ nodes: 0 });
  places = new Places([1, 2, 3], await freePorts(6));
}

/** @param list whom it is told of */
function start(id: number, list?: readonly number[], more: Flags = {}): NodeProcess {
  const node = cluster.guest(id, { ...places.flags(id, list), "log-format": "voice", ...more });
  node.start();
  return node;
}

async function client(id: number, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await balsa("--endpoints", places.client(id), ...args);
  if (code !== 0) throw new Error(`balsa ${args.join(" ")} at node ${id} ended with ${code}: ${stderr}`);
  return stdout.trim();
}

async function incarnationOf(id: number): Promise<string> {
  const [status] = JSON.parse(await client(id, "status", "--json")) as { incarnationId: string }[];
  return status?.incarnationId ?? "";
}

async function says(node: NodeProcess, what: RegExp): Promise<void> {
  await until(
    () => `${what} is said, after:\n${node.output}`,
    20_000,
    () => what.test(node.output) || undefined,
  );
}

/** Starts all three, and writes a key that must never be missing. */
async function beginThree(): Promise<NodeProcess[]> {
  await setPlaces();
  const nodes = [1, 2, 3].map((id) => start(id));
  await writes(1, "key", "value");
  // Each of them has applied it by then.
  for (const id of [1, 2, 3]) expect(await client(id, "get", "key")).toBe("value");
  return nodes;
}

async function writes(id: number, key: string, value: string): Promise<void> {
  await until(
    `node ${id} serves`,
    20_000,
    async () => (await balsa("--endpoints", places.client(id), "set", key, value)).code === 0 || undefined,
  );
}

function wipe(...ids: readonly number[]): void {
  for (const id of ids) rmSync(dataDir(id), { recursive: true });
}

describe("one node with data, whose list is edited to three, and two that are new", () => {
  beforeEach(async () => {
    await setPlaces();
    const alone = start(1, [1]);
    await writes(1, "key", "value");
    await alone.terminate();
  });

  test("the new ones begin no cluster, end, and name the command by which they join the one there is", async () => {
    const old = start(1);
    const fresh = [2, 3].map((id) => start(id));
    for (const node of fresh) {
      expect(await node.ended(20_000)).toEqual({ code: exitCodes.notAMember, signal: null });
      expect(node.lastLine).toMatch(
        /Node 1 is in cluster "balsa" already, and node \d is none of its members.*run: balsa serve --join /,
      );
    }
    for (const id of [2, 3]) expect(readdirSync(dataDir(id))).toEqual([]);
    expect(await client(1, "get", "key")).toBe("value");
    expect(old.isRunning).toBe(true);
    const [, words = ""] = /run: balsa serve (.*)$/.exec(fresh[0]?.lastLine ?? "") ?? [];
    expect(words).toContain(`--join ${places.client(1)}`);
    const given = words.split(" ");
    const joiner = cluster.newcomer(
      Object.fromEntries(given.flatMap((word, at) => (at % 2 === 0 ? [[word.slice(2), given[at + 1] ?? ""]] : []))),
    );
    joiner.start();
    await until(
      "it is a voter",
      20_000,
      async () => /"nodeId":2.*VOTER/.test(await client(1, "member", "list", "--json")) || undefined,
    );
    expect(await client(2, "get", "key")).toBe("value");
    await joiner.terminate();
  });

  test("they wait and say for whom while that node is down, and serve nobody; when it comes, its data are all there", async () => {
    const fresh = [2, 3].map((id) => start(id));
    for (const node of fresh) await says(node, /waits to begin: node 1 at .* does not answer/);
    for (const id of [2, 3])
      expect((await balsa("--endpoints", places.client(id), "set", "key", "other", "--timeout", "500")).code).toBe(
        exitCodes.unreachable,
      );
    start(1);
    for (const node of fresh) expect(await node.ended(20_000)).toMatchObject({ code: exitCodes.notAMember });
    await writes(1, "another", "value");
    expect(await client(1, "get", "key")).toBe("value");
  });
});

describe("three nodes of which a majority loses its disks at once", () => {
  test("are refused by the one that is left, which tells them what to do, and no write is made", async () => {
    const nodes = await beginThree();
    await Promise.all(nodes.map((node) => node.terminate()));
    wipe(1, 2);
    const left = start(3);
    const emptied = [1, 2].map((id) => start(id));
    for (const node of emptied) {
      expect(await node.ended(20_000)).toMatchObject({ code: exitCodes.notAMember });
      expect(node.lastLine).toMatch(/The disk of node \d was lost or replaced.*run: balsa node rejoin/);
    }
    expect((await balsa("--endpoints", places.client(3), "set", "key", "other", "--timeout", "500")).code).toBe(
      exitCodes.unreachable,
    );
    expect(await client(3, "get", "key", "--local")).toBe("value");
    // The way out is that of a lost majority, and leads to all that the node that is left had.
    await left.terminate();
    expect(await balsa("cluster", "recover", "--force", "--data-dir", dataDir(3))).toMatchObject({ code: 0 });
    const recovered = start(3);
    await writes(3, "more", "value");
    const advised = await runAdvised(emptied[0]?.lastLine ?? "");
    expect(advised).toMatchObject({ code: 0 });
    const again = start(1);
    await until(
      "node 1 serves again",
      20_000,
      async () => (await balsa("--endpoints", places.client(1), "get", "key")).stdout.trim() === "value" || undefined,
    );
    await Promise.all([recovered, again].map((node) => node.terminate()));
  });

  test("begin nothing while the third is down, and say so; with it they are refused", async () => {
    const nodes = await beginThree();
    await Promise.all(nodes.map((node) => node.terminate()));
    wipe(1, 2);
    const emptied = [1, 2].map((id) => start(id));
    for (const node of emptied) await says(node, /waits to begin: node 3 at .* does not answer/);
    start(3);
    for (const node of emptied) expect(await node.ended(20_000)).toMatchObject({ code: exitCodes.notAMember });
    expect(await client(3, "get", "key", "--local")).toBe("value");
  });

  test("begin again if all of them do: it is another life of the cluster, and says so", async () => {
    const nodes = await beginThree();
    const before = await incarnationOf(1);
    expect(before).toMatch(/^[0-9a-f]{32}$/);
    await Promise.all(nodes.map((node) => node.terminate()));
    wipe(1, 2, 3);
    const again = [1, 2, 3].map((id) => start(id));
    await writes(1, "key", "new");
    const after = await incarnationOf(1);
    expect(after).not.toBe(before);
    for (const [at, node] of again.entries()) {
      await says(node, new RegExp(`Cluster "balsa" is born, as incarnation ${after}`));
      expect(await incarnationOf(at + 1)).toBe(after);
    }
  });
});

describe("by force", () => {
  test("a cluster begins without a node that does not answer, and that one takes its place when it comes", async () => {
    await setPlaces();
    const nodes = [start(1, [1, 2, 3], { "force-bootstrap": "on", "force-wait-ms": "500" }), start(2)];
    await writes(2, "key", "value");
    expect(nodes[0]?.output).toMatch(/It began without a word of node 3/);
    start(3);
    await until(
      "node 3 has the key",
      20_000,
      async () => (await balsa("--endpoints", places.client(3), "get", "key")).stdout.trim() === "value" || undefined,
    );
    await until(
      "its disk is named",
      20_000,
      async () => !/"diskId":""/.test(await client(1, "member", "list", "--json")) || undefined,
    );
  });

  test("it means nothing to a node that has data, and is warned of", async () => {
    const nodes = await beginThree();
    await nodes[0]?.terminate();
    const again = start(1, [1, 2, 3], { "force-bootstrap": "on" });
    await says(again, /forceBootstrap is ignored, as .* has data/);
    await until(
      "it is back",
      20_000,
      async () => (await balsa("--endpoints", places.client(1), "get", "key")).stdout.trim() === "value" || undefined,
    );
  });
});

describe("two lives of one cluster that meet", () => {
  test("a survivor that was recovered by mistake and the majority that lives do not obey each other, both say so, and neither ends", async () => {
    const nodes = await beginThree();
    await nodes[2]?.kill();
    expect(await balsa("cluster", "recover", "--force", "--data-dir", dataDir(3))).toMatchObject({ code: 0 });
    const survivor = start(3);
    await writes(3, "whose", "survivor");
    await writes(1, "whose", "majority");
    await says(survivor, /Another cluster calls from .*This is node 3 of cluster "balsa" \(incarnation [0-9a-f]{32}\)/);
    for (const node of nodes.slice(0, 2))
      await says(node, /Node 3 at .* does not listen to this node, as it is of another cluster/);
    expect(await client(3, "get", "whose")).toBe("survivor");
    for (const id of [1, 2]) expect(await client(id, "get", "whose")).toBe("majority");
    expect([...nodes.slice(0, 2), survivor].map(({ isRunning }) => isRunning)).toEqual([true, true, true]);
  });

  test("of two that were begun by force apart, one alone gets the third node, and the other serves nobody and says why", async () => {
    await setPlaces();
    const forced = { "force-bootstrap": "on", "force-wait-ms": "300" };
    for (const id of [2, 3]) {
      const node = start(id, [1, 2, 3], forced);
      await says(node, /It began without a word of node/);
      await node.terminate();
    }
    const [two, three] = [start(2), start(3)] as [NodeProcess, NodeProcess];
    for (const node of [two, three]) {
      await says(node, /Another cluster calls from/);
      await says(node, /does not listen to this node, as it is of another cluster/);
    }
    start(1);
    const serving = await until("one of the two serves", 20_000, async () => {
      for (const id of [2, 3])
        if ((await balsa("--endpoints", places.client(id), "set", "key", "value", "--timeout", "500")).code === 0) return id;
      return undefined;
    });
    const other = 5 - serving;
    expect(await client(1, "get", "key")).toBe("value");
    const reader = new BalsaClient({ endpoints: [places.client(other)], discover: false, session: false, requestTimeoutMs: 500 });
    await expect(reader.get("key")).rejects.toMatchObject({ mayHaveHappened: false });
    await reader.close();
    expect([two, three].map(({ isRunning }) => isRunning)).toEqual([true, true]);
  });
});

test("a node that waits may be stopped, and leaves nothing that stands in the way of a start with another list", async () => {
  await setPlaces();
  const waiting = start(2);
  await says(waiting, /waits to begin/);
  expect(await waiting.terminate()).toMatchObject({ code: 0 });
  expect(existsSync(join(dataDir(2), "log"))).toBe(false);
  start(2, [2]);
  await writes(2, "key", "value");
});
