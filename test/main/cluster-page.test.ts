import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planNodes } from "../../src/cli/cluster/plan.ts";
import { portProblem } from "../../src/server/node/free-ports.ts";
import { LivePage } from "../dashboard/live-page.ts";
import { freePorts } from "../support/free-ports.ts";
import { until } from "../support/until.ts";
import { Program } from "./program.ts";

let folder: string;
let program: Program;
let page: LivePage | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "balsa-cluster-page-"));
});
afterEach(async () => {
  page?.close();
  page = null;
  await program.remove();
  rmSync(folder, { recursive: true });
});

async function start(dashboard: number, ...args: string[]): Promise<void> {
  const port = String(await freeBase());
  const data = join(folder, "data");
  program = new Program("cluster", {
    args: ["--nodes", "3", "--port", port, "--data", data, "--dashboard", String(dashboard), ...args],
  });
  await program.printed(/Ctrl-C stops all nodes/);
}

async function openPage(): Promise<LivePage> {
  const [, url = ""] = await program.printed(/See it work: (\S+)/);
  const live = await LivePage.open(url);
  page = live;
  await until("all nodes are heard", 15_000, () => (live.frames.at(-1)?.nodes.length === 3 ? true : undefined));
  return live;
}

const isLost = (of: number) => (record: { readonly type: string; readonly of?: unknown }) =>
  record.type === "nodeLost" && record.of === of;
const isHeard = (of: number) => (record: { readonly type: string; readonly of?: unknown }) =>
  record.type === "nodeHeard" && record.of === of;

test("the page of npm start kills a node for real, and starts it sooner than the launcher would", async () => {
  const [port = 0] = await freePorts(1);
  await start(port);
  const live = await openPage();
  // The first welcome may come before a node has said that it allows faults; another one comes then.
  await until("the page may do all that there is", 15_000, () => (live.can.faults ? true : undefined));
  expect(live.can).toEqual({ control: true, faults: true, processes: true, values: true });
  expect(await live.control({ do: "kill", node: 2 })).toMatchObject({
    ok: true,
    text: expect.stringMatching(/^Node 2 was killed, like kill -9 \d+\.$/),
  });
  await program.printed(/Node 2 \(pid \d+\) was killed by SIGKILL\. It starts again in 5 s\./);
  await live.record("the loss of node 2", isLost(2));
  const heardBefore = live.records.filter(isHeard(2)).length;
  expect(await live.control({ do: "start", node: 2 })).toMatchObject({ ok: true });
  await until("node 2 is heard again", 15_000, () => (live.records.filter(isHeard(2)).length > heardBefore ? true : undefined));
  expect(await live.control({ do: "start", node: 2 })).toMatchObject({ ok: false, text: "Node 2 runs already." });
  await live.record("the start that was refused", ({ type, ok }) => type === "control" && ok === false);
  expect(live.records.filter(({ type }) => type === "control").map(({ what, ok }) => [what, ok])).toEqual([
    ["kill node 2", true],
    ["start node 2", true],
    ["start node 2", false],
  ]);
  program.signal("SIGINT");
  expect(await program.ended()).toEqual({ code: 0, signal: null });
}, 60_000);

test("a node that is paused from the page is lost and heard again, and one that is paused at the end stops as the others do", async () => {
  const [port = 0] = await freePorts(1);
  await start(port);
  const live = await openPage();
  expect(await live.control({ do: "resume", node: 1 })).toMatchObject({ ok: false, text: "Node 1 is not paused." });
  expect(await live.control({ do: "pause", node: 1 })).toMatchObject({ ok: true });
  await live.record("the loss of node 1", isLost(1));
  const heardBefore = live.records.filter(isHeard(1)).length;
  expect(await live.control({ do: "resume", node: 1 })).toMatchObject({ ok: true });
  await until("node 1 is heard again", 15_000, () => (live.records.filter(isHeard(1)).length > heardBefore ? true : undefined));
  expect(await live.control({ do: "pause", node: 0 })).toMatchObject({ ok: true });
  program.signal("SIGTERM");
  expect(await program.ended(6_000)).toEqual({ code: 0, signal: null });
  expect(program.output).not.toContain("killed by");
}, 60_000);

test("a busy port is told in one sentence, and the cluster works without the page", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await start(port);
  server.close();
  expect(program.output).toContain(
    `There is no live page: 127.0.0.1:${port} is in use by another process. Choose another port with --dashboard.`,
  );
  expect(program.output).not.toContain("See it work");
}, 60_000);

test("without a page no node does harm to itself", async () => {
  await start(0);
  expect(program.output).not.toMatch(/FAULTS ARE ALLOWED|See it work/);
}, 60_000);

/** A base of which all ports that the launcher takes are free, outside the range of outgoing connections. */
async function freeBase(): Promise<number> {
  for (;;) {
    const base = 10_000 + Math.floor(Math.random() * 20_000);
    const plans = planNodes({ nodes: 3, data: "", port: base, restart: false, log: "info" });
    const problems = await Promise.all(plans.flatMap((plan) => [plan.clientAddress, plan.peerAddress]).map(portProblem));
    if (problems.every((problem) => problem === null)) return base;
  }
}
