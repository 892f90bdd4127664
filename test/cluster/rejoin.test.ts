import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { checkConfig } from "../../src/config/config.ts";
import { rejoin } from "../../src/repair/rejoin.ts";
import { systemPorts } from "../../src/server/node/system-ports.ts";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { Cluster } from "../support/harness.ts";
import { until } from "../support/until.ts";
import { balsa, runAdvised } from "./balsa.ts";

// Real processes whose disks are damaged or lost, and the one command that their last line names.

jest.setTimeout(120_000);

let cluster: Cluster;
beforeEach(async () => {
  cluster = await Cluster.start({ nodes: 3 });
  await disksAreKnown();
  for (const key of ["a", "b", "c"]) await client("set", key, `first ${key}`);
});
afterEach(() => cluster.remove());

async function client(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await balsa("--endpoints", cluster.endpoints.join(","), ...args);
  if (code !== 0) throw new Error(`balsa ${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout.trim();
}

async function members(): Promise<{ nodeId: number; role: string; diskId: string }[]> {
  return JSON.parse(await client("member", "list", "--json")).members;
}

async function disksAreKnown(): Promise<void> {
  await until("the members name every disk", 20_000, async () => {
    return (await members()).every(({ diskId }) => diskId.length > 0) || undefined;
  });
}

async function voters(wanted: readonly number[]): Promise<void> {
  await until(`the voters are ${wanted}`, 20_000, async () => {
    const found = (await members()).map(({ nodeId, role }) => `${nodeId} ${role}`);
    return found.join() === wanted.map((id) => `${id} MEMBER_ROLE_VOTER`).join() || undefined;
  });
}

/** Every node has applied the same, and node 4 at the address of node 3 is needed for a majority and has all that was written. */
async function isWhole(): Promise<void> {
  await voters([1, 2, 4]);
  await cluster.settled();
  await cluster.node(1).kill();
  await client("set", "d", "second d");
  for (const key of ["a", "b", "c"]) {
    const { stdout } = await balsa("--endpoints", cluster.endpoint(3), "get", key);
    expect(stdout.trim()).toBe(`first ${key}`);
  }
}

function flipByte(path: string): void {
  const bytes = readFileSync(path);
  const place = Math.floor(bytes.length / 2);
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

/** The file that the log's newest stores are in. */
function newestLogFile(): string {
  const directory = join(cluster.dataDir(3), "log");
  return join(directory, readdirSync(directory).find((file) => /^\d+\.log$/.test(file)) ?? "");
}

function asides(): string[] {
  return readdirSync(cluster.folder).filter((name) => name.includes(".damaged-"));
}

test.each([
  ["the log", newestLogFile],
  ["the state", () => join(cluster.dataDir(3), "state", "CURRENT")],
  ["the identity", () => join(cluster.dataDir(3), "identity.json")],
])(
  "a flipped byte in %s keeps a node from starting, and the command that it names brings the node back as another one",
  async (_, fileOf) => {
    const lost = cluster.node(3);
    await lost.kill();
    flipByte(fileOf());
    lost.start();
    expect(await lost.ended(20_000)).toMatchObject({ code: exitCodes.storage });
    expect(lost.lastLine).toMatch(/is damaged|fails its checksum|is not what this program wrote/);
    expect(lost.lastLine).toContain(`balsa node rejoin --data-dir ${cluster.dataDir(3)} --join`);

    const repaired = await runAdvised(lost.lastLine);
    expect(repaired).toMatchObject({ code: 0, stdout: expect.stringContaining("This is node 4 of cluster") });
    const [aside = ""] = asides();
    expect(aside).toMatch(new RegExp(`^${basename(cluster.dataDir(3))}\\.damaged-\\d{8}T\\d{6}Z$`));
    expect(existsSync(join(cluster.folder, aside, "identity.json"))).toBe(true);
    // The same flags as ever, its old id among them.
    lost.start();
    await isWhole();
    expect(lost.output).toContain("This is node 4, which has taken the place of node 3.");
  },
);

test("rule 30: a node whose directory was replaced by an older copy of it is refused as well, with the same way out", async () => {
  const old = cluster.node(3);
  if ((await cluster.leader()) === old) await client("transfer", "1");
  await old.kill();
  cpSync(cluster.dataDir(3), join(cluster.folder, "older"), { recursive: true });
  old.start();
  await client("set", "d", "first d");
  await cluster.settled();
  await old.kill();
  await client("set", "e", "first e");
  rmSync(cluster.dataDir(3), { recursive: true });
  renameSync(join(cluster.folder, "older"), cluster.dataDir(3));
  for (let start = 0; start < 2; start += 1) {
    old.start();
    expect(await old.ended(20_000)).toMatchObject({ code: exitCodes.notAMember });
    expect(old.lastLine).toMatch(/The data of node 3 were put back to an older state.*under a new id.*run: balsa node rejoin/);
  }
  const leader = await cluster.leader();
  expect(leader.output).toMatch(/Node 3 has lost entry \d+, which it had confirmed/);
  expect((await members()).map(({ diskId }) => diskId === "lost")).toEqual([false, false, true]);
  // Whoever leads now knows it from the log.
  await client("transfer", leader.id === 1 ? "2" : "1");
  old.start();
  expect(await old.ended(20_000)).toMatchObject({ code: exitCodes.notAMember });
  expect(await runAdvised(old.lastLine)).toMatchObject({ code: 0 });
  old.start();
  await isWhole();
});

test("rule 30: a node whose disk was wiped is refused, and the command that it names gives it its place under a new id", async () => {
  const lost = cluster.node(3);
  await lost.kill();
  rmSync(cluster.dataDir(3), { recursive: true });
  lost.start();
  expect(await lost.ended(20_000)).toMatchObject({ code: exitCodes.notAMember });
  expect(await runAdvised(lost.lastLine)).toMatchObject({ code: 0 });
  lost.start();
  await isWhole();
});

test("a node that was told to join with its disk lost, and is refused, rejoins and goes by its old id from then on", async () => {
  const lost = cluster.node(3);
  await lost.kill();
  rmSync(cluster.dataDir(3), { recursive: true });
  const where = ["--listen", cluster.peerAddress(3), "--client-listen", cluster.endpoint(3)];
  const data = ["--data-dir", cluster.dataDir(3), "--join", cluster.endpoints.slice(0, 2).join(",")];
  expect(await balsa("serve", ...data, ...where)).toMatchObject({ code: exitCodes.notAMember });
  expect(await balsa("node", "rejoin", ...data, ...where)).toMatchObject({ code: 0 });
  lost.start();
  await isWhole();
});

test("a node that is wiped a second time, before it had caught up, still gets its place", async () => {
  const lost = cluster.node(3);
  await lost.kill();
  const flags = ["--data-dir", cluster.dataDir(3), "--id", "3", "--join", cluster.endpoints.slice(0, 2).join(",")];
  for (let time = 0; time < 2; time += 1) {
    rmSync(cluster.dataDir(3), { recursive: true });
    expect(await balsa("node", "rejoin", ...flags)).toMatchObject({ code: 0 });
  }
  lost.start();
  await voters([1, 2, 5]);
});

test("a rejoin that is stopped after each of its steps and run again with the same flags brings one new node and loses nothing", async () => {
  const lost = cluster.node(3);
  await lost.kill();
  flipByte(newestLogFile());
  // Its addresses are not those that the members know, so only what is kept tells who it was.
  const [peerAddress, clientAddress] = [cluster.peerAddress(3), cluster.endpoint(3)].map((address) =>
    address.replace("127.0.0.1", "localhost"),
  );
  const config = checkConfig({
    dataDir: cluster.dataDir(3),
    listen: peerAddress ?? "",
    clientListen: clientAddress ?? "",
    advertisePeer: peerAddress ?? "",
    advertiseClient: clientAddress ?? "",
  });
  const steps: string[] = [];
  const say = (sentence: string) => {
    if (steps.includes(sentence)) return;
    steps.push(sentence);
    throw new Error("the machine stops");
  };
  const options = { members: cluster.endpoints.slice(0, 2), isForced: false, timeoutMs: 60_000 };
  const stopped = await until("no step is new", 60_000, async () => {
    const before = steps.length;
    const owner = await rejoin(config, options, { ...systemPorts(), say }).catch((error) =>
      expect(error.message).toBe("the machine stops"),
    );
    return steps.length === before ? { owner } : undefined;
  });
  expect(stopped.owner).toEqual({ nodeId: 4, clusterId: "balsa" });
  expect(steps).toEqual([
    expect.stringContaining("for the members of the cluster"),
    expect.stringContaining("is damaged"),
    "Waiting until the leader misses node 3.",
    expect.stringContaining("is kept in"),
    expect.stringContaining("There was nothing in"),
    "Asking for the place of node 3.",
    "Asking to be taken in.",
    expect.stringContaining("takes this node in as node 4"),
  ]);
  const [aside = "", ...more] = asides();
  expect([existsSync(join(cluster.folder, aside, "log", "CURRENT")), more]).toEqual([true, []]);
  lost.start();
  await isWhole();
});

test("a survivor that was made a cluster of its own by mistake is not taken for whole, and rejoins the majority that lives", async () => {
  const alone = cluster.node(3);
  await alone.kill();
  const flags = ["--data-dir", cluster.dataDir(3)];
  expect(await balsa("cluster", "recover", "--force", ...flags)).toMatchObject({ code: 0 });
  const rejoined = await balsa("node", "rejoin", ...flags, "--id", "3", "--join", cluster.endpoint(1));
  expect(rejoined).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/know no such node with this disk(.|\n)*This is node 4/),
  });
  expect(asides()).toHaveLength(1);
  alone.start();
  await isWhole();
});

test("rule 30: a node that was replaced in a cluster of which most others were replaced since ends, and says why", async () => {
  for (const [id, next] of [
    [3, 4],
    [2, 5],
    [1, 6],
  ] as const) {
    await cluster.node(id).kill();
    rmSync(cluster.dataDir(id), { recursive: true });
    const join = cluster.endpoints.filter((endpoint) => endpoint !== cluster.endpoint(id)).join(",");
    expect(await balsa("node", "rejoin", "--data-dir", cluster.dataDir(id), "--id", String(id), "--join", join)).toMatchObject({
      code: 0,
    });
    cluster.node(id).start();
    await until(`node ${next} has a vote`, 20_000, async () => {
      return (await members()).some(({ nodeId, role }) => nodeId === next && role === "MEMBER_ROLE_VOTER") || undefined;
    });
  }
  await voters([4, 5, 6]);
  await cluster.node(3).kill();
  rmSync(cluster.dataDir(3), { recursive: true });
  cluster.node(3).start();
  expect(await cluster.node(3).ended(20_000)).toMatchObject({ code: exitCodes.notAMember });
  expect(cluster.node(3).lastLine).toContain("Node 3 was removed from the cluster");
});

test("a lost disk is not replaced in a cluster that is another one than the node is told of", async () => {
  await cluster.node(3).kill();
  const flags = ["--data-dir", `${cluster.dataDir(3)}-other`, "--id", "3", "--cluster-id", "other", "--join", cluster.endpoint(1)];
  const refused = await balsa("node", "rejoin", ...flags);
  expect(refused).toMatchObject({
    code: exitCodes.usage,
    stderr: expect.stringContaining('but this node is told to be of "other"'),
  });
  expect((await members()).map(({ nodeId }) => nodeId)).toEqual([1, 2, 3]);
});

test("what needs no repair is left as it is, and a node that is up is not replaced", async () => {
  const join = ["--join", cluster.endpoint(1)];
  const running = await balsa("node", "rejoin", "--data-dir", cluster.dataDir(3), "--id", "3", ...join);
  expect(running).toMatchObject({ code: exitCodes.storage, stderr: expect.stringContaining("is in use by another process") });
  const elsewhere = await balsa("node", "rejoin", "--data-dir", `${cluster.dataDir(3)}-other`, "--id", "3", ...join);
  expect(elsewhere).toMatchObject({ code: exitCodes.failed, stderr: expect.stringContaining("so it is up") });
  await cluster.node(3).terminate();
  const whole = await balsa("node", "rejoin", "--data-dir", cluster.dataDir(3), "--id", "3", ...join);
  expect(whole).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing is to be repaired") });
  expect(asides()).toEqual([]);
  const forced = await balsa("node", "rejoin", "--data-dir", cluster.dataDir(3), "--id", "3", "--force", ...join);
  expect(forced).toMatchObject({ code: 0, stdout: expect.stringContaining("This is node 4") });
});
