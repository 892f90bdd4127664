import { execFile } from "node:child_process";
import { cpSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { freePorts } from "../support/free-ports.ts";
import { Cluster } from "../support/harness.ts";
import { NodeProcess } from "../support/node-process.ts";
import { until } from "../support/until.ts";

// Real processes, one of which loses its disk: the machine is still there, and does not know what it promised.

jest.setTimeout(120_000);

const cli = resolve(__dirname, "../..", process.env.BALSA_TEST_DIST ?? "dist", "main/cli.js");

let cluster: Cluster;
let joiner: NodeProcess | null = null;
beforeEach(async () => {
  cluster = await Cluster.start({ nodes: 3 });
});
afterEach(async () => {
  if (joiner?.isRunning) await joiner.kill();
  await cluster.remove();
});

async function balsa(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [cli, "--endpoints", cluster.endpoints.join(","), ...args]);
  return stdout;
}

/** Once the members that every node follows name each one's disk. */
async function disksAreKnown(): Promise<void> {
  await until("the members name every disk", 20_000, async () => {
    const { members } = JSON.parse(await balsa("member", "list", "--json")) as { members: { diskId: string }[] };
    return members.every(({ diskId }) => diskId.length > 0) || undefined;
  });
  await cluster.settled();
}

test("rule 30: a node that lost its disk is refused under its old id, says so, and takes its own place as a new node", async () => {
  await balsa("set", "key", "value");
  await disksAreKnown();
  const lost = cluster.node(3);
  await lost.kill();
  rmSync(cluster.dataDir(3), { recursive: true });
  for (let start = 0; start < 2; start += 1) {
    lost.start();
    expect(await lost.ended(20_000)).toMatchObject({ code: exitCodes.notAMember });
    expect(lost.lastLine).toMatch(/disk of node 3 was lost or replaced.*under a new id.*run: balsa node rejoin/);
  }
  await balsa("member", "remove", "3");
  rmSync(cluster.dataDir(3), { recursive: true });
  const [listen, clientListen] = (await freePorts(2)).map((port) => `127.0.0.1:${port}`);
  const flags = { join: cluster.endpoint(1), listen, "client-listen": clientListen, "data-dir": cluster.dataDir(3) };
  joiner = new NodeProcess({
    id: 4,
    flags: Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value ?? ""]),
    logFile: join(cluster.folder, "n4.log"),
    within: [],
  });
  joiner.start();
  const { output } = await until("node 4 has a vote", 20_000, async () => {
    const list = await balsa("member", "list", "--json");
    const { members } = JSON.parse(list) as { members: { nodeId: number; role: string }[] };
    const roles = members.map(({ nodeId, role }) => `${nodeId} ${role.replace(/.*_/, "")}`);
    return roles.includes("4 VOTER") ? { output: roles } : undefined;
  });
  expect(output).toEqual(["1 VOTER", "2 VOTER", "4 VOTER"]);
  // With node 1 gone, node 4 is needed for a majority.
  await cluster.node(1).kill();
  await balsa("set", "key", "newer");
  const { stdout } = await promisify(execFile)(process.execPath, [cli, "--endpoints", clientListen ?? "", "get", "key"]);
  expect(stdout.trim()).toBe("newer");
});

test("where nobody is left who knew what a put-back disk had confirmed, the one who comes back with it is refused, and ends no other", async () => {
  await balsa("set", "key", "value");
  await disksAreKnown();
  const [first, second, third] = [1, 2, 3].map((id) => cluster.node(id)) as [NodeProcess, NodeProcess, NodeProcess];
  await third.kill();
  cpSync(cluster.dataDir(3), join(cluster.folder, "older"), { recursive: true });
  third.start();
  await cluster.settled();
  await second.kill();
  for (let count = 1; count <= 3; count += 1) await balsa("set", "key", `acknowledged ${count}`);
  await first.kill();
  await third.kill();
  rmSync(cluster.dataDir(3), { recursive: true });
  renameSync(join(cluster.folder, "older"), cluster.dataDir(3));
  second.start();
  third.start();
  await cluster.leader(first);
  for (let count = 1; count <= 3; count += 1) await balsa("set", "key", `later ${count}`);
  first.start();
  await until("node 1 refuses what contradicts what it knows to be committed, and counts it", 20_000, async () => {
    const status = await cluster.status(1);
    const isSaid = /Refused entries of node [23]: it has .* is committed here/.test(first.output);
    return (isSaid && !(status instanceof Error) && status.messagesRefused > 0) || undefined;
  });
  await balsa("set", "key", "newest");
  expect((await balsa("get", "key")).trim()).toBe("newest");
  expect([second, third].map(({ isRunning }) => isRunning)).toEqual([true, true]);
});
