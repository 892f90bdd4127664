import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allFaults } from "../faults/all.ts";
import { figuresOf } from "../judge/figures.ts";
import { notesOf, set, strike, type Told } from "../judge/histories.ts";
import type { Strike } from "../strikes.ts";
import { writeFolder } from "./folder.ts";
import { type ChaosReport, describeReport } from "./report.ts";
import { timelineOf } from "./timeline.ts";

const plan = { seed: 7, steps: [], operationsMin: 20, faultsMin: 1 };
const missed: Strike = { ...strike, fault: "flip bytes", struck: null, failure: "no file was found", beganAt: 7_000 };

/** Ten seconds in which one write follows the other, but for those while the leader was dead. */
const calls = Array.from({ length: 100 }, (_, place): Told => {
  const from = place * 100;
  const isServed = from < 2_000 || from >= 4_000;
  return { ...set("k", `v${place}`, [from, from + 40], place + 1), result: isServed ? "ok" : "maybe" };
});

test("one screen tells operations, availability over time, faults, leaders, figures and the verdict", () => {
  const screen = describeReport(reportOf({}));
  const lines = screen.split("\n");
  expect(lines.length).toBeLessThan(50);
  expect(screen).toContain("seed 7");
  expect(screen).toMatch(/^calls .* all$/m);
  expect(screen).toMatch(/^ {2}ok +80 .* 80$/m);
  expect(screen).toMatch(/^ {2}maybe +20 .* 20$/m);
  expect(lines.find((line) => line.startsWith("served "))).toMatch(/█{11,}.*_{9,}.*█{30,}/);
  expect(lines.find((line) => line.startsWith("fault "))).toMatch(/·{11,}b{13,}·{30,}/);
  expect(lines.find((line) => line.startsWith("leader "))).toMatch(/1{11,}-+2{40,}/);
  expect(screen).toContain("faults that struck: 1 of 2");
  expect(screen).toContain("b    2.0 s  kill the leader; writes 40 ms after healing: node 1, which led; exit code 137");
  expect(screen).toContain("flip bytes: DID NOT STRIKE: no file was found");
  expect(screen).toContain("leaders   1 in term 1, 2 (node 7) in term 2");
  expect(screen).toContain("longest pause of writes around kill -9 of the leader: median 2100 ms");
  expect(screen).toContain("VERDICT: linearizable");
});

test("a verdict against the run says what was found", () => {
  const violations = [{ kind: "lost write", key: "kept/1", sentence: "Lost: the write of v." }] as const;
  expect(describeReport(reportOf({ violations }))).toContain(
    "VERDICT: FAILED, 1 violations\n  lost write of kept/1: Lost: the write of v.",
  );
});

test("of a long run each fault is told once, by its letter, with how often it struck and how soon writes were served again", () => {
  const strikes = [...Array.from({ length: 60 }, () => ({ ...strike })), missed];
  const { requests } = notesOf(calls);
  const screen = describeReport(reportOf({ strikes, figures: figuresOf(requests, strikes) }));
  expect(screen).toContain("faults that struck: 60 of 61");
  expect(screen).toMatch(/^b {3}60 {2}kill the leader +40 ms$/m);
  expect(screen).toMatch(/^fault +·+b+·+$/m);
  expect(screen).toContain("flip bytes: DID NOT STRIKE: no file was found");
});

test("a run in which every fault struck that there is fits on a screen of 50 lines and 120 columns", () => {
  const many = allFaults.flatMap(({ name }): Strike[] => Array.from({ length: 9 }, () => ({ ...strike, fault: name })));
  const leading = Array.from({ length: 300 }, (_, at) => ({ at, place: 5, nodeId: 36, term: 1_000 + at }));
  const prefixes = ["", "shared/", "kept/"];
  const gaps = [{ at: 0, from: 1_000, to: 2_000 }];
  const watches = prefixes.map((prefix, place) => {
    return { name: `watch ${place + 1}`, prefix, from: 1, upTo: 9, gaps, changes: [], failure: null };
  });
  const slow = Array.from({ length: 5 }, (_, place): Told => {
    return { ...set("k", `w${place}`, [10_000, 1_010_000]), kind: "compare-and-set", client: 3 };
  });
  const { requests } = notesOf([...calls, ...slow]);
  const parted = { ...strike, majority: [1, 2, 3] };
  const strikes = [...many, parted];
  const figures = figuresOf(requests, strikes);
  const lines = describeReport(reportOf({ requests, strikes, leading, watches, figures, spanMs: 1_010_000 })).split("\n");
  expect(lines.length).toBeLessThanOrEqual(50);
  expect(lines.filter((line) => line.length > 120)).toEqual([]);
});

test("the folder of a failure has history, events, plan, watches, the nodes' logs and a picture of the offending key", () => {
  const folder = mkdtempSync(join(tmpdir(), "balsa-folder-"));
  try {
    const violations = [{ kind: "not linearizable", key: "k", sentence: "no order" }] as const;
    const report = reportOf({ violations, logs: new Map([[1, "a line\n"]]) });
    writeFolder(report, join(folder, "run"));
    const text = (name: string) => readFileSync(join(folder, "run", name), "utf8");
    const lines = (name: string) =>
      text(name)
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
    expect(lines("history.jsonl")).toHaveLength(100);
    expect(lines("history.jsonl")[0]).toMatchObject({ kind: "set", result: "ok", operations: [{ key: "k" }] });
    expect(lines("events.jsonl").map(({ event }) => event)).toContain("fault strikes");
    expect(JSON.parse(text("plan.json"))).toEqual(plan);
    expect(text("report.txt")).toContain("VERDICT: FAILED");
    expect(text("nodes/1.log")).toBe("a line\n");
    expect(text("timeline-k.html")).toContain("<!doctype html>");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a key's timeline is a page of its own with a row for each client, a bar for each operation and a band for each fault", () => {
  const { operations } = notesOf([...calls, { ...set("k", "<b>", [50, 90]), client: 1, nodeId: 3 }]);
  const violations = [{ kind: "not linearizable", key: "k", sentence: "no order makes sense" }] as const;
  const html = timelineOf({ key: "k", operations, strikes: [strike, missed], violations });
  expect(html.match(/class="row"/g)).toHaveLength(2);
  expect(html.match(/class="bar ok"/g)).toHaveLength(101);
  expect(html.match(/class="band"/g)).toHaveLength(1);
  expect(html).toContain("no order makes sense");
  expect(html).toContain("1: node 3");
  expect(html).toContain("W &lt;b&gt;");
  expect(html).not.toContain("<b>,");
  expect(html).not.toMatch(/(src|href)="(?!#)/);
});

test("bars say by their colour what came of an operation", () => {
  const maybe: Told = {
    kind: "set",
    at: [0, 5],
    result: "maybe",
    parts: [["k", { type: "set", value: "v" }, { type: "unknown" }]],
  };
  const fail: Told = { kind: "set", at: [6, 7], result: "fail", parts: [["k", { type: "set", value: "w" }, { type: "refused" }]] };
  const html = timelineOf({ key: "k", operations: notesOf([maybe, fail]).operations, strikes: [], violations: [] });
  expect(html).toContain('class="bar maybe"');
  expect(html).toContain('class="bar fail"');
});

function reportOf(more: Partial<ChaosReport>): ChaosReport {
  const { requests, operations } = notesOf(calls);
  const strikes = [strike, missed];
  return {
    plan,
    clients: 1,
    repeats: 0,
    startedAt: "2000-01-01T00:00:00.000Z",
    spanMs: 10_000,
    requests,
    operations,
    strikes,
    leading: [
      { at: 0, place: 1, nodeId: 1, term: 1 },
      { at: 2_000, place: null, nodeId: null, term: 1 },
      { at: 2_500, place: 2, nodeId: 7, term: 2 },
    ],
    watches: [],
    figures: figuresOf(requests, strikes),
    violations: [],
    logs: new Map(),
    ...more,
  };
}
