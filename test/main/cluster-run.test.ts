import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeEnvironmentOf } from "../../src/cli/cluster/environment.ts";
import { nodeVersionAdvice } from "../../src/cli/cluster/node-version.ts";
import { type ClusterOptions, planNodes } from "../../src/cli/cluster/plan.ts";
import { runCluster } from "../../src/cli/cluster/run.ts";
import { linkDelayMs } from "../../src/cli/cluster/tempo.ts";
import { readConfig } from "../../src/config/config.ts";
import { portProblem } from "../../src/server/node/free-ports.ts";

let directory: string;
let freeBase: number;
beforeAll(async () => {
  freeBase = await findFreeBase();
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "balsa-cluster-run-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function options(some: Partial<ClusterOptions> = {}): ClusterOptions {
  return { nodes: 3, data: join(directory, "data"), port: freeBase, restart: true, log: "info", ...some };
}

/** Runs the launcher with a stop signal that was given already, so that what passes all checks starts nothing. */
async function run(some: Partial<ClusterOptions>, environment: Record<string, string> = {}) {
  const lines: string[] = [];
  const code = await runCluster(options(some), {
    print: (line) => lines.push(line),
    nodeScript: "/nowhere.js",
    stop: AbortSignal.abort(),
    environment,
  });
  return { code, lines };
}

/** A base of which all ports the launcher would take for some nodes are free, outside the range of outgoing connections. */
async function findFreeBase(): Promise<number> {
  for (;;) {
    const base = 10_000 + Math.floor(Math.random() * 20_000);
    const plans = planNodes({ nodes: 5, data: "", port: base, restart: false, log: "info" });
    const problems = await Promise.all(plans.flatMap((plan) => [plan.clientAddress, plan.peerAddress]).map(portProblem));
    if (problems.every((problem) => problem === null)) return base;
  }
}

async function listenAt(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}

describe("what the launcher says before it starts or writes anything", () => {
  test("a busy port is named, with a way out", async () => {
    const base = await findFreeBase();
    // The client port of node 2 is taken; all others are free, whatever runs beside this test.
    const port = base + 2;
    const server = await listenAt(port);
    const { code, lines } = await run({ port: base });
    server.close();
    expect(code).toBe(5);
    expect(lines[0]).toBe(`127.0.0.1:${port} is in use by another process.`);
    expect(lines.at(-1)).toMatch(/--port/);
    expect(existsSync(join(directory, "data"))).toBe(false);
  });

  test("what it writes is for its user alone", async () => {
    const mask = process.umask(0);
    await run({});
    process.umask(mask);
    const modes = ["data", "data/cluster.json"].map((name) => statSync(join(directory, name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600]);
  });

  test("an even number of nodes is warned of", async () => {
    const { code, lines } = await run({ nodes: 4 });
    expect(code).toBe(0);
    expect(lines).toEqual([expect.stringMatching(/^Warning: 4 nodes survive no more failures than 3/)]);
  });

  test("a variable that reaches no node is warned of once, and one of a platform is no news", async () => {
    const { code, lines } = await run({}, { BALSA_TAG: "latest", BALSA_JOIN: "a:8000", BALSA_PORT: "tcp://10.96.4.7:8000" });
    expect(code).toBe(0);
    expect(lines).toEqual([
      "Warning: BALSA_TAG is no variable of a node, and has no effect.",
      "Warning: BALSA_JOIN is for a single node, and has no effect on a cluster on one machine.",
    ]);
  });

  test.each<[string, Partial<ClusterOptions>, RegExp]>([
    ["no nodes", { nodes: 0 }, /--nodes must be a whole number from 1/],
    ["too many nodes", { nodes: 1000 }, /--nodes must be a whole number from 1/],
    ["a log level that does not exist", { log: "loud" }, /--log names the level "loud", but/],
    ["a tempo of nothing", { tempo: 0 }, /--tempo must be a whole number from 1 to 60/],
    ["a page beyond all ports", { dashboard: 70_000 }, /--dashboard must be a port/],
    ["a port too high", { port: 65_500 }, /--port must be a whole number from 1 to/],
  ])("%s is refused", async (_, some, expected) => {
    const { code, lines } = await run(some);
    expect(code).toBe(2);
    expect(lines).toEqual([expect.stringMatching(expected)]);
    expect(existsSync(join(directory, "data"))).toBe(false);
  });

  test("a data directory made with another number of nodes is refused, whatever else it holds", async () => {
    expect((await run({ nodes: 3 })).code).toBe(0);
    expect((await run({ nodes: 3 })).code).toBe(0);
    const { code, lines } = await run({ nodes: 5 });
    expect(code).toBe(4);
    expect(lines).toEqual([expect.stringMatching(/holds a cluster of 3 nodes, not of 5: start it with --nodes 3, or .* --data/)]);
  });

  test("a damaged note about the cluster is refused, not overwritten", async () => {
    mkdirSync(join(directory, "data"));
    writeFileSync(join(directory, "data", "cluster.json"), "{}");
    const { code, lines } = await run({});
    expect(code).toBe(4);
    expect(lines[0]).toMatch(/is damaged/);
  });
});

test("the flags that the launcher gives its nodes make a good configuration, the same cluster for each", () => {
  for (const plan of planNodes(options({ log: "debug" }))) {
    const result = readConfig(plan.flags, {});
    if (result.type !== "config") throw new Error(JSON.stringify(result));
    expect(result.config).toMatchObject({
      id: plan.id,
      voters: [1, 2, 3],
      clientListen: plan.clientAddress,
      dataDir: plan.dataDir,
    });
    expect(result.config.logLevels.election).toBe("debug");
  }
});

test("a stretched cluster is a good configuration too, with timing that hangs together", () => {
  for (const tempo of [2, 20, 60]) {
    const [plan] = planNodes(options({ tempo, faults: true }));
    const result = readConfig(plan?.flags ?? [], {});
    if (result.type !== "config") throw new Error(JSON.stringify(result));
    const { core, allowsFaults } = result.config;
    expect([core.electionTimeoutMinMs, core.electionTimeoutMaxMs, core.heartbeatMs]).toEqual([
      150 * tempo,
      300 * tempo,
      50 * tempo,
    ]);
    expect(allowsFaults).toBe(true);
    // Two rounds of votes must fit into the shortest time, or nobody would ever be elected.
    expect(4 * linkDelayMs(tempo)).toBeLessThan(core.electionTimeoutMinMs);
  }
});

test("nodes get the variables that all of them can share, and those of other programs", () => {
  const shared = { BALSA_HEARTBEAT_MS: "20", BALSA_FAULTS: "on", BALSA_CONFIG: "balsa.json", PATH: "/bin" };
  const others = { BALSA_TAG: "latest", BALSA_ID: "7", BALSA_JOIN: "a:8000", BALSA_ADVERTISE_PEER: "a:7000" };
  expect(nodeEnvironmentOf({ ...shared, ...others })).toEqual(shared);
});

test("the usual ports are 8001 and on for clients", () => {
  const plans = planNodes(options({ nodes: 5, port: 8000 }));
  expect(plans.map((plan) => plan.clientAddress)).toEqual([1, 2, 3, 4, 5].map((id) => `127.0.0.1:${8000 + id}`));
  expect(new Set(plans.flatMap((plan) => [plan.clientAddress, plan.peerAddress])).size).toBe(10);
});

test.each([
  ["20.15.0", true],
  ["22.20.0", true],
  ["24.0.0", false],
  ["26.1.0", false],
])("on Node %s it is said that a newer one is recommended: %s", (version, isSaid) => {
  const advice = nodeVersionAdvice(version);
  expect(advice !== null).toBe(isSaid);
  if (isSaid)
    expect(advice).toMatch(new RegExp(`^This is Node ${version.replaceAll(".", "\\.")}\\. Node 24 is recommended: [^\\n]+\\.$`));
});
