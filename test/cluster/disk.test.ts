import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { Cluster } from "../support/harness.ts";
import type { NodeProcess } from "../support/node-process.ts";
import { UnaryCaller } from "../support/unary-caller.ts";
import { until } from "../support/until.ts";
import { fullDisk, shortFiles } from "./small-disk.ts";
import { lost } from "./verdict.ts";

// A disk that takes no more, under real processes.

jest.setTimeout(60_000);

const value = "x".repeat(16 * 1024);
/** Far more than the small disk holds. */
const writesMax = 2_000;

let cluster: Cluster;
let caller: UnaryCaller;

afterEach(async () => {
  caller.close();
  await cluster.remove();
});

test("rule 47: a full disk stops a node with a clear last line, and the other four go on", async () => {
  cluster = await Cluster.start({ within: (id, dataDir) => (id === 5 ? fullDisk(dataDir) : []) });
  caller = new UnaryCaller({ endpoint: cluster.endpoint(1), timeoutMs: 5_000 });
  await cluster.leader();
  const small = cluster.node(5);
  const kept = await writeUntilEnd(small);
  expect(await small.ended(10_000)).toEqual({ code: exitCodes.failed, signal: null });
  expect(small.lastLine).toMatch(/^Node 5: .*(no space left|file too large)/i);
  await cluster.leader();
  expect((await caller.call("after", { type: "set", value })).type).toBe("written");
  expect(lost(kept, await caller.scanAll({ local: false }))).toEqual([]);
});

test("rule 47: after a failed write nothing is acknowledged, and a start with more room finds all that was", async () => {
  cluster = await Cluster.start({ nodes: 1 });
  await cluster.leader();
  await cluster.node(1).terminate();
  const small = cluster.guest(1, {}, shortFiles());
  small.start();
  await until("the node leads", 10_000, async () => {
    const status = await cluster.status(1);
    return !(status instanceof Error) && status.role === "ROLE_LEADER" ? true : undefined;
  });
  caller = new UnaryCaller({ endpoint: cluster.endpoint(1), timeoutMs: 5_000 });
  const kept = await writeUntilEnd(small);
  expect(await small.ended(10_000)).toEqual({ code: exitCodes.failed, signal: null });
  cluster.node(1).start();
  await cluster.leader();
  expect(lost(kept, await caller.scanAll({ local: false }))).toEqual([]);
});

/** Writes one key after the other until the process has ended; those that were acknowledged. */
async function writeUntilEnd(node: NodeProcess): Promise<Map<string, string>> {
  const kept = new Map<string, string>();
  for (let turn = 0; node.isRunning; turn += 1) {
    if (turn === writesMax) throw new Error(`The disk took ${writesMax} writes: it is not as small as it should be.`);
    const outcome = await caller.call(`key ${turn}`, { type: "set", value });
    if (outcome.type === "written") kept.set(`key ${turn}`, value);
  }
  expect(kept.size).toBeGreaterThan(20);
  return kept;
}
