import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClusterNode } from "../../src/cli/cluster/node.ts";
import { NodeProcesses } from "../../src/cli/cluster/node-processes.ts";
import { until } from "../support/until.ts";

// What the live page may do to a process, in whichever order somebody presses the buttons.

let folder: string;
let node: ClusterNode;
let processes: NodeProcesses;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "balsa-node-"));
  const script = join(folder, "idle.mjs");
  writeFileSync(script, "setInterval(() => undefined, 1_000);");
  const plan = { id: 1, clientAddress: "", peerAddress: "", dataDir: "", flags: [] };
  node = new ClusterNode({ plan, script }, { onExit: () => undefined });
  node.start();
  processes = new NodeProcesses({
    nodes: [node],
    isStopping: () => false,
    onKill: () => undefined,
    start: (again) => again.start(),
  });
});
afterEach(async () => {
  await node.stop();
  rmSync(folder, { recursive: true });
});

test("a killed node is neither paused nor killed while it ends, and starts once it has ended", async () => {
  await processes.kill(1);
  for (const does of ["pause", "resume", "kill", "start"] as const)
    await expect(processes[does](1)).rejects.toThrow("Node 1 was killed, and has not ended yet.");
  await until("it has ended", 10_000, () => (node.pid === null ? true : undefined));
  await expect(processes.pause(1)).rejects.toThrow("Node 1 does not run now.");
  expect(await processes.start(1)).toMatch(/^Node 1 starts/);
  await expect(processes.resume(1)).rejects.toThrow("Node 1 is not paused.");
  expect(await processes.pause(1)).toContain("is paused");
});

test("a paused node can be killed, and one that is paused stops within seconds", async () => {
  await processes.pause(1);
  await processes.kill(1);
  await until("it has ended", 10_000, () => (node.pid === null ? true : undefined));
  await processes.start(1);
  await processes.pause(1);
  await node.stop();
  expect(node.pid).toBeNull();
});
