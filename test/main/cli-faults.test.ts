import { rmSync } from "node:fs";
import { faultSentence, faultsTable } from "../../src/cli/faults/fault-words.ts";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { until } from "../support/until.ts";
import { cli } from "./cli-world.ts";
import { type OneNode, startOneNode } from "./one-node.ts";

let allows: OneNode;
let refuses: OneNode;

beforeAll(async () => {
  allows = await startOneNode({ faults: "on" });
  refuses = await startOneNode();
});
afterAll(() => Promise.all([allows.remove(), refuses.remove()]));
afterEach(() => fault(allows, "clear"));

async function fault(at: OneNode | readonly OneNode[], ...args: string[]) {
  const nodes: readonly OneNode[] = "address" in at ? [at] : at;
  const { code, out, complaints } = await cli("fault", ...args, "--endpoints", nodes.map(({ address }) => address).join());
  return { code, out, complaints };
}

test("a fault is set, listed and cleared, each time in words", async () => {
  expect(
    await fault(allows, "set", "link", "all", "--direction", "out", "--delay", "5", "--lose", "0.01", "--for", "60000"),
  ).toEqual({
    code: exitCodes.done,
    out: expect.stringMatching(
      /^Fault \d+ of node 1 is set: messages to all other nodes: 5 ms late, 1 % lost, for (60000|59\d{3}) ms\.\n$/,
    ),
    complaints: [],
  });
  expect((await fault(allows, "list")).out).toMatch(/messages to all other nodes: 5 ms late, 1 % lost/);
  expect((await fault(allows, "clear")).out).toMatch(/^Fault \d+ of node 1 is cleared: .* It struck 0 times\.\n$/);
  expect((await fault(allows, "list")).out).toBe("No fault is in force.\n");
  expect(await fault(allows, "clear")).toMatchObject({ code: exitCodes.done, out: "No fault was in force.\n" });
});

test("with --json a fault is told as it is on the wire", async () => {
  const set = JSON.parse((await fault(allows, "set", "disk", "--slow", "3", "--json")).out);
  expect(set).toMatchObject({ node: 1, fault: { disk: { slowMs: 3, failWrites: false }, remainingMs: 0 } });
  const [listed] = JSON.parse((await fault(allows, "list", "--json")).out);
  expect(listed).toMatchObject({ node: 1, faults: [{ id: set.fault.id, fault: "disk" }] });
  const [cleared] = JSON.parse((await fault(allows, "clear", String(set.fault.id), "--json")).out);
  expect(cleared.faults.map(({ id }: { id: number }) => id)).toEqual([set.fault.id]);
});

test("a node that is told to exit says that it will, and is gone, as after kill -9", async () => {
  const victim = await startOneNode({ faults: "on" });
  expect(await fault(victim, "set", "exit")).toMatchObject({
    code: exitCodes.done,
    out: "Fault 1 of node 1 is set: it ends at once, as after kill -9.\n",
  });
  await until("the node is gone", 10_000, async () =>
    (await fault(victim, "list", "--timeout", "300")).code === exitCodes.unreachable ? true : undefined,
  );
  await expect(victim.stop()).rejects.toThrow("A fault was set that ends this node.");
  rmSync(victim.dataDir, { recursive: true });
});

test("a fault to clear that is not there fails the command, and says so", async () => {
  expect(await fault(allows, "clear", "99", "100")).toMatchObject({
    code: exitCodes.failed,
    complaints: ["Node 1 has no fault 99, 100."],
  });
});

test("a node that allows no faults is told how to be started so that it does", async () => {
  const said = { code: exitCodes.failed, complaints: [expect.stringContaining("start it with BALSA_FAULTS=on. (UNIMPLEMENTED)")] };
  expect(await fault(refuses, "set", "turn", "10")).toMatchObject(said);
  expect(await fault(refuses, "list")).toMatchObject(said);
  expect(await fault(refuses, "clear")).toMatchObject(said);
});

test("among several nodes those that allow no faults are named", async () => {
  expect(await fault([allows, refuses], "list")).toMatchObject({
    code: exitCodes.done,
    out: "No fault is in force.\nNode 1 allows no faults.\n",
  });
});

test.each<[string, string[], RegExp]>([
  ["no node of several", ["set", "turn", "10"], /say which with --node/],
  ["a ratio above 1", ["set", "link", "2", "--lose", "1.1"], /a number from 0 to 1/],
  ["a peer that is no id", ["set", "link", "two"], /whole number/],
  ["a direction that is none", ["set", "link", "2", "--direction", "up"], /in, out, both/],
])("arguments that make no sense are refused: %s", async (_, args, words) => {
  const { code, complaints } = await fault([allows, refuses], ...args);
  expect({ code, complaints: complaints.join() }).toEqual({ code: exitCodes.usage, complaints: expect.stringMatching(words) });
});

test("what the node refuses fails the command in the node's words", async () => {
  expect(await fault(allows, "set", "link", "7", "--cut")).toMatchObject({
    code: exitCodes.failed,
    complaints: ["No member is node 7. (UNKNOWN_MEMBER)"],
  });
  expect((await fault(allows, "set", "link", "all", "--cut", "--delay", "4")).complaints).toEqual([
    "Nothing gets through a link that is cut: leave out the delay and the ratios. (FAULT_INVALID)",
  ]);
});

test("a node that does not answer is not reached", async () => {
  expect(await fault(allows, "list", "--node", "5")).toMatchObject({
    code: exitCodes.unreachable,
    complaints: [expect.stringContaining("Node 5 answers at none of the endpoints")],
  });
});

test("a table has a row for each fault, and names the nodes that allow none", () => {
  const link = { direction: "LINK_DIRECTION_BOTH" as const, delayMs: 0, loseRatio: 0, duplicateRatio: 0.125, reorderRatio: 0.3 };
  const twice = {
    id: 1,
    fault: "link" as const,
    link: { ...link, peerId: 2, cut: false, jitterMs: 20 },
    remainingMs: 900,
    struck: 12,
  };
  const fails = { id: 2, fault: "disk" as const, disk: { failWrites: true, slowMs: 0 }, remainingMs: 0, struck: 0 };
  const lines = faultsTable([
    { node: 1, faults: [twice, fails] },
    { node: 2, faults: null },
  ]).split("\n");
  expect(
    lines
      .filter((line) => /│ [12] /.test(line))
      .map((line) =>
        line
          .split("│")
          .map((cell) => cell.trim())
          .slice(1, -1),
      ),
  ).toEqual([
    ["1", "1", "messages from and to node 2: 0 to 20 ms late, 12.5 % twice, 30 % overtaken", "12", "900 ms"],
    ["1", "2", "the next write to the disk fails", "0", "never"],
  ]);
  expect(lines.at(-1)).toBe("Node 2 allows no faults.");
  const pause = { id: 4, fault: "turn" as const, turn: { pauseMs: 300 }, remainingMs: 300, struck: 0 };
  expect(faultSentence(3, pause, "set")).toBe("Fault 4 of node 3 is set: no turn for 300 ms.");
  expect(faultSentence(3, { ...pause, struck: 1 }, "cleared")).toBe(
    "Fault 4 of node 3 is cleared: no turn for 300 ms. It struck once.",
  );
});
