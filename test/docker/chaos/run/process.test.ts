import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeCaller } from "../../../support/node-caller.ts";
import { ProcessCluster, processFaults } from "../cluster/process-cluster.ts";
import { writeFolder } from "../report/folder.ts";
import { describeReport } from "../report/report.ts";
import { CannotStrike } from "../strikes.ts";
import { struck } from "../struck.ts";
import type { Fault } from "../types.ts";
import { chaosDefaults, runChaos } from "./run-chaos.ts";

// A whole run without containers: clients, watchers, faults, verdict and folder, on real processes.

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "balsa-chaos-"));
let cluster: ProcessCluster;

afterEach(async () => {
  await cluster?.remove();
  rmSync(folder, { recursive: true, force: true });
});

test("a run on processes strikes, heals and finds nothing wrong; its folder holds all that is known of it", async () => {
  cluster = await ProcessCluster.start();
  const lacks: Fault<ProcessCluster> = {
    name: "lacks",
    strike: () => Promise.reject(new CannotStrike("There is none here.")),
  };
  const faults = [...processFaults, lacks];
  const steps = faults.map(({ name }) => ({ fault: name, holdMs: 2_000, restMs: 500 }));
  const plan = { seed: 1, steps, operationsMin: 300, faultsMin: 3 };
  const report = await runChaos(plan, chaosDefaults, { cluster, faults });
  if (report.violations.length > 0) throw new Error(describeReport(report));
  const { strikes, figures, leading, repeats } = report;
  expect(strikes.map(({ struck, failure, cannot }) => [struck === null, failure, cannot])).toEqual([
    [false, null, false],
    [false, null, false],
    [true, "There is none here.", true],
  ]);
  expect(figures.killPausesMs).toHaveLength(1);
  expect(figures.majorityAvailability).not.toBeNull();
  expect(leading.filter(({ place }) => place !== null).length).toBeGreaterThanOrEqual(3);
  expect(repeats).toBeGreaterThan(0);
  const directory = join(folder, "run");
  writeFolder(report, directory);
  expect(readdirSync(directory).sort()).toEqual([
    ...["events.jsonl", "history.jsonl", "nodes", "plan.json", "report.txt", "violations.txt", "watches.jsonl"],
  ]);
  expect(readFileSync(join(directory, "history.jsonl"), "utf8").trimEnd().split("\n")).toHaveLength(report.requests.length);
  expect(readdirSync(join(directory, "nodes"))).toHaveLength(5);
});

test("a client that ends early and a fault that cannot be undone fail the run, which ends and is judged all the same", async () => {
  cluster = await ProcessCluster.start({ nodes: 3 });
  const fails = (sentence: string) => () => Promise.reject(new Error(sentence));
  const stays: Fault<ProcessCluster> = {
    name: "stays",
    strike: () => struck("node 1", fails("The rule is gone."), fails("Nothing was dropped.")),
  };
  jest.spyOn(NodeCaller.prototype, "submit").mockRejectedValueOnce(new TypeError("There is no such command."));
  const step = { fault: stays.name, holdMs: 100, restMs: 100 };
  const plan = { seed: 1, steps: [step, step], operationsMin: 10, faultsMin: 0 };
  const options = { ...chaosDefaults, stuckAfterMs: 2_000 };
  const { strikes, violations, watches, logs } = await runChaos(plan, options, { cluster, faults: [stays] });
  expect(strikes).toHaveLength(1);
  expect(violations.map(({ kind, sentence }) => `${kind}: ${sentence}`)).toEqual([
    expect.stringMatching(/^broken run: .* Nothing was dropped. .* node 1 could not be undone: The rule is gone.$/),
    "broken run: A client ended early: There is no such command.",
    expect.stringMatching(/^too little: 0 operations of client 0 /),
    expect.stringMatching(/^too little: "stays" did not strike: /),
  ]);
  expect(watches.map(({ failure }) => failure)).toEqual([null, null, null]);
  expect(logs.size).toBe(3);
});
