import { figuresTable, statusSummary, statusTable } from "../../src/cli/basics/status.ts";
import type { NodeStatus } from "../../src/server/node/node-status.ts";
import { incarnationId } from "../incarnations.ts";

function status(some: Partial<NodeStatus>): NodeStatus {
  return {
    incarnationId,
    clusterId: "balsa",
    nodeId: 1,
    role: "ROLE_FOLLOWER",
    term: 3,
    leaderId: 1,
    firstIndex: 1,
    members: [],
    snapshots: [],
    lastIndex: 10,
    commitIndex: 9,
    appliedIndex: 8,
    peers: [],
    diskBytes: 2048,
    version: "0.1.0",
    uptimeMs: 61_000,
    leaderAddress: "",
    processId: 1,
    strangersRefused: 0,
    messagesRefused: 0,
    memoryBytes: 50 * 1024 * 1024,
    stateDigest: null,
    verification: null,
    faultsEnabled: false,
    figures: [],
    sessions: 0,
    sessionsMax: 10_000,
    ...some,
  };
}

const peer = {
  address: "",
  linkState: "LINK_STATE_CONNECTED",
  matchIndex: 7,
  nextIndex: 8,
  progress: "replicate",
  lastHeardMs: 1,
} as const;
const leader = status({ role: "ROLE_LEADER", peers: [{ ...peer, nodeId: 2, lag: 3 }] });
const follower = status({ nodeId: 2, peers: [{ ...peer, nodeId: 1, lag: 0, linkState: "LINK_STATE_BROKEN" }] });

/** The cells of each row, without the lines around them. */
function cellsOf(table: string): string[][] {
  const rows = table.split("\n").filter((line) => line.includes("│"));
  return rows.map((row) =>
    row
      .split("│")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("a row shows a node, with its lag as the leader knows it", () => {
  const [, first, second] = cellsOf(
    statusTable([
      { address: "a:1", status: leader },
      { address: "b:1", status: follower },
    ]),
  );
  expect(first).toEqual(["1", "a:1", "Leader", "3", "1", "10", "9", "8", "0", "1 of 1", "2.0 KiB", "50 MiB", "1 min"]);
  expect(second?.slice(0, 10)).toEqual(["2", "b:1", "Follower", "3", "1", "10", "9", "8", "3", "0 of 1"]);
});

test("figures stand side by side, also of nodes that have others", () => {
  const turns = { name: "node_turns", kind: "FIGURE_KIND_COUNTER", unit: "turns", value: 12, histogram: null } as const;
  const rows = cellsOf(
    figuresTable([
      { address: "a:1", status: status({ figures: [turns] }) },
      { address: "b:1", status: new Error("gone") },
      { address: "c:1", status: status({ nodeId: 3, figures: [{ ...turns, name: "node_term", unit: "term", value: 7 }] }) },
    ]),
  );
  expect(rows).toEqual([
    ["Figure", "Unit", "Node 1", "Node 3"],
    ["node_turns", "turns", "12", ""],
    ["node_term", "term", "", "7"],
  ]);
});

test("of a histogram half of its values, 99 of 100 and their number are shown", () => {
  const histogramOf = (counts: number[]) => ({
    ...({ name: "node_write_disk_ms", kind: "FIGURE_KIND_HISTOGRAM", unit: "ms", value: counts.at(-1) ?? 0 } as const),
    histogram: { bounds: [1, 2], counts, sum: 0 },
  });
  const rows = cellsOf(
    figuresTable([
      { address: "a:1", status: status({ figures: [histogramOf([100, 200, 200])] }) },
      { address: "b:1", status: status({ nodeId: 2, figures: [histogramOf([0, 50, 100])] }) },
      { address: "c:1", status: status({ nodeId: 3, figures: [histogramOf([0, 0, 0])] }) },
    ]),
  );
  expect(rows[1]).toEqual(["node_write_disk_ms", "ms: p50 / p99 / count", "1 / 2 / 200", "2 / > 2 / 100", "- / - / 0"]);
});

test("a node that does not answer says why", () => {
  const table = statusTable([{ address: "c:1", status: new Error("connection refused") }]);
  expect(table).toContain("does not answer: connection refused");
});

test("of two that say they lead, the one of the newer term does", () => {
  const summary = statusSummary([
    { address: "a:1", status: leader },
    { address: "b:1", status: status({ nodeId: 2, role: "ROLE_LEADER", term: 4 }) },
    { address: "c:1", status: new Error("gone") },
  ]);
  expect(summary).toBe('Node 2 leads cluster "balsa" in term 4; 2 of 3 nodes answer.');
});

test("without a leader the summary says so", () => {
  expect(statusSummary([{ address: "b:1", status: follower }])).toBe("No leader; 1 of 1 nodes answer.");
});

test("the summary names the nodes at which faults are allowed", () => {
  const answers = [leader, { ...follower, faultsEnabled: true }].map((each) => ({ address: "a:1", status: each }));
  expect(statusSummary(answers)).toMatch(/2 of 2 nodes answer\. Faults are allowed at node 2\.$/);
});
