import { countersIn, declaredFigures, type NodeFigures } from "../../src/server/node/node-figures.ts";
import { StatusReader } from "../../src/server/node/node-status.ts";
import { expectTables, tableOf } from "../doc-tables.ts";
import { cli } from "./cli-world.ts";
import { startOneNode } from "./one-node.ts";

const declared = declaredFigures();

test("docs/figures.md lists every figure of a node as the rooms declare it, and no other", () => {
  const rows = declared.map(({ name, kind, unit, sentence }) => [`\`${name}\``, kind, unit, sentence]);
  expectTables("docs/figures.md", { figures: tableOf(["Figure", "Kind", "Unit", "Meaning"], rows) });
});

test("each figure has a name of its own, and its unit last if it is bytes or ms", () => {
  const names = declared.map(({ name }) => name);
  expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
  for (const name of names) expect(name).toMatch(/^[a-z]+(_[a-z]+)+$/);
  for (const { name, unit } of declared) if (unit === "bytes" || unit === "ms") expect(name.endsWith(`_${unit}`)).toBe(true);
});

test("those who look ten times a second get what has counted anything, and nothing else is asked for it", () => {
  const asked: string[] = [];
  const process = {
    get memoryBytes() {
      asked.push("memory");
      return 1;
    },
  };
  const node = { turns: 12, stores: 0, term: 3, writeTurnMs: { bounds: [], counts: [7], sum: 1 } };
  expect(countersIn({ node, process, peerPort: null } as unknown as NodeFigures)).toEqual({ node_turns: 12 });
  expect(asked).toEqual([]);
});

test("a node tells every figure by its status, with what it has counted", async () => {
  const node = await startOneNode();
  const reader = new StatusReader({ timeoutMs: 5_000, withFigures: true });
  try {
    const status = await reader.read(node.address);
    if (status instanceof Error) throw status;
    expect(status.figures.map(({ name }) => name)).toEqual(declared.map(({ name }) => name));
    expect(status.figures.every(({ value }) => Number.isFinite(value) && value >= 0)).toBe(true);
    const figureOf = (name: string) => status.figures.find((figure) => figure.name === name);
    expect(figureOf("client_port_connections")).toEqual({
      name: "client_port_connections",
      kind: "FIGURE_KIND_GAUGE",
      unit: "connections",
      value: 1,
      histogram: null,
    });
    const write = figureOf("node_write_disk_ms");
    expect(write).toMatchObject({ kind: "FIGURE_KIND_HISTOGRAM", unit: "ms" });
    expect(write?.histogram?.counts).toHaveLength((write?.histogram?.bounds.length ?? 0) + 1);
    expect(write?.histogram?.counts.at(-1)).toBe(write?.value);
    expect(figureOf("client_port_calls")?.value).toBe(1);
    expect(figureOf("node_applied_index")?.value).toBe(status.appliedIndex);
    expect(figureOf("node_turns")).toMatchObject({ kind: "FIGURE_KIND_COUNTER" });
    expect(figureOf("node_turns")?.value).toBeGreaterThan(0);
    const shown = async (...options: string[]) => (await cli("status", "--endpoints", node.address, ...options)).out;
    expect(await shown("--figures")).toMatch(/│ client_port_connections\s+│ connections\s+│ [12] /);
    expect(await shown("--figures")).toMatch(/│ node_read_turn_ms\s+│ ms: p50 \/ p99 \/ count\s+│ .* \/ \d+ /);
    expect(await shown()).not.toMatch("client_port_connections");
  } finally {
    reader.close();
    await node.remove();
  }
});
