import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planNodes } from "../../src/cli/cluster/plan.ts";
import { portProblem } from "../../src/server/node/free-ports.ts";
import { until } from "../support/until.ts";
import { cli } from "./cli-world.ts";
import { Program, runs } from "./program.ts";

let folder: string;
let program: Program;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "balsa-programs-"));
});
afterEach(async () => {
  await program.remove();
  rmSync(folder, { recursive: true });
});

describe("a node with a bad configuration", () => {
  test("says all that is wrong, ends with exit code 2, and creates nothing", async () => {
    program = new Program("server", { args: ["--heartbeat-ms", "soon", "--bogus"], env: { BALSA_PEERS: "1=a" }, cwd: folder });
    expect(await program.ended()).toEqual({ code: 2, signal: null });
    expect(program.output.trim().split("\n")).toEqual([
      "--bogus is no flag of a node.",
      expect.stringMatching(/^peers must be a list .* BALSA_PEERS says "1=a"\.$/),
      expect.stringMatching(/^heartbeatMs must be .* --heartbeat-ms says "soon"\.$/),
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("`balsa serve` is the same program", async () => {
    program = new Program("cli", { args: ["serve", "--bogus"], cwd: folder });
    expect(await program.ended()).toEqual({ code: 2, signal: null });
    expect(program.output).toContain("--bogus is no flag of a node.");
  });
});

test("a node that is told to exit kills its own process, after it has answered", async () => {
  const base = await freeBase();
  const [plan] = planNodes({ nodes: 1, data: folder, port: base, restart: false, log: "info" });
  program = new Program("server", { args: plan?.flags ?? [], env: { BALSA_FAULTS: "on" } });
  await program.printed(/Serving clients/);
  expect(await quietly(["fault", "set", "exit", "--endpoints", plan?.clientAddress ?? ""])).toBe(0);
  expect(await program.ended()).toEqual({ code: null, signal: "SIGKILL" });
});

describe("npm start", () => {
  let base: number;
  beforeEach(async () => {
    base = await freeBase();
    program = new Program("cluster", { args: ["--nodes", "3", "--port", String(base), "--data", join(folder, "data")] });
  });

  test("goes on without nodes that are removed, however few are left", async () => {
    await program.printed(/kill -9 (\d+)/);
    const endpoints = ["--endpoints", [1, 2, 3].map((id) => `127.0.0.1:${base + id}`).join(",")];
    for (const id of ["1", "2"]) {
      expect(await quietly(["member", "remove", id, ...endpoints])).toBe(0);
      await program.printed(new RegExp(`Node ${id} \\(pid \\d+\\) is no member any more`));
    }
    expect(await quietly(["set", "kept", "safe", ...endpoints])).toBe(0);
    program.signal("SIGINT");
    expect((await program.ended()).code).toBe(0);
  }, 60_000);

  test("shows a cluster that works; a killed leader is replaced and comes back; Ctrl-C stops all", async () => {
    const [, pid] = await program.printed(/kill -9 (\d+)/);
    for (const heading of ["Node", "Client address", "Role", "Pid", "Data directory", "grpcurl", "npx balsa"]) {
      expect(program.output).toContain(heading);
    }
    const endpoints = ["--endpoints", [1, 2, 3].map((id) => `127.0.0.1:${base + id}`).join(",")];
    expect(await quietly(["set", "kept", "safe", ...endpoints])).toBe(0);

    process.kill(Number(pid), "SIGKILL");
    await program.printed(new RegExp(`\\(pid ${pid}\\) was killed by SIGKILL\\. It starts again in 5 s\\.`));
    await program.printed(/Node \d leads now, in term \d+: [\d.]+ s after node \d died\./);
    expect(await quietly(["get", "kept", ...endpoints])).toBe(0);
    await program.printed(/Node \d starts again \(pid \d+\)\./);

    program.signal("SIGINT");
    expect(await program.ended(6_000)).toEqual({ code: 0, signal: null });
    expect(await quietly(["status", ...endpoints])).toBe(3);
  }, 60_000);

  test("leaves no node behind when it is killed itself", async () => {
    await program.printed(/Ctrl-C stops all nodes/);
    const pids = [...program.output.matchAll(/│ (\d+) +│ [^│]*node-\d/g)].map((match) => Number(match[1]));
    expect(pids).toHaveLength(3);
    program.signal("SIGKILL");
    await until(
      () => "all nodes are gone",
      5_000,
      async () => (pids.some(runs) ? undefined : true),
    );
  }, 60_000);
});

/** Runs the command line client and returns its exit code. */
async function quietly(args: readonly string[]): Promise<number> {
  return (await cli(...args)).code;
}

/** A base of which all ports that the launcher takes are free, outside the range of outgoing connections. */
async function freeBase(): Promise<number> {
  for (;;) {
    const base = 10_000 + Math.floor(Math.random() * 20_000);
    const plans = planNodes({ nodes: 5, data: "", port: base, restart: false, log: "info" });
    const problems = await Promise.all(plans.flatMap((plan) => [plan.clientAddress, plan.peerAddress]).map(portProblem));
    if (problems.every((problem) => problem === null)) return base;
  }
}
