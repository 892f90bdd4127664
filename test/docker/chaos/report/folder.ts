import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Violation } from "../judge/violations.ts";
import { type ChaosReport, describeReport } from "./report.ts";
import { timelineOf } from "./timeline.ts";

/** So many offending keys are drawn. */
const timelinesMax = 10;

/**
 * Leaves all that is known of a run in a directory, which is made: the screen, the plan with its seed, the history and
 * the events as a line of JSON each, what each node printed, and a picture of each offending key's history.
 */
export function writeFolder(report: ChaosReport, directory: string): void {
  mkdirSync(join(directory, "nodes"), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  write("report.txt", `${describeReport(report)}\n`);
  write(
    "violations.txt",
    report.violations.map(({ kind, key, sentence }) => `${kind} of ${key ?? "all"}\n${sentence}\n`).join("\n"),
  );
  write("plan.json", `${JSON.stringify(report.plan, null, 2)}\n`);
  write("history.jsonl", lines(historyOf(report)));
  write("events.jsonl", lines(eventsOf(report)));
  write(
    "watches.jsonl",
    lines(report.watches.flatMap(({ name, changes }) => changes.map((change) => ({ watch: name, ...change })))),
  );
  for (const [id, log] of report.logs) write(join("nodes", `${id}.log`), log);
  for (const key of offendingKeys(report.violations)) write(`timeline-${key.replace(/[^\w.-]/g, "_")}.html`, drawn(report, key));
}

/** The requests in the order in which their clients knew what came of them, each with what it did to which key. */
function historyOf({ requests, operations }: ChaosReport): unknown[] {
  const parts = new Map<number, unknown[]>();
  for (const { key, op, outcome, request } of operations) {
    const known = parts.get(request.id);
    if (known === undefined) parts.set(request.id, [{ key, op, outcome }]);
    else known.push({ key, op, outcome });
  }
  return requests.map((request) => ({ ...request, operations: parts.get(request.id) ?? [] }));
}

/** What happened to the cluster, in the order of time. */
function eventsOf({ strikes, leading }: ChaosReport): { at: number }[] {
  const faults = strikes.flatMap(({ fault, struck, failure, beganAt, struckAt, healingAt, healedAt }) => [
    { at: beganAt, event: "fault begins", fault },
    { at: struckAt, event: struck === null ? "fault did not strike" : "fault strikes", fault, ...struck, failure },
    { at: healingAt, event: "healing begins", fault },
    { at: healedAt, event: "healed", fault },
  ]);
  const leaders = leading.map(({ at, place, nodeId, term }) => ({ at, event: "leader", place, nodeId, term }));
  return [...faults, ...leaders].sort((a, b) => a.at - b.at);
}

function drawn({ operations, strikes, violations }: ChaosReport, key: string): string {
  return timelineOf({
    key,
    operations: operations.filter((operation) => operation.key === key),
    strikes,
    violations: violations.filter((violation) => violation.key === key),
  });
}

function offendingKeys(violations: readonly Violation[]): string[] {
  return [...new Set(violations.flatMap(({ key }) => (key === null ? [] : [key])))].slice(0, timelinesMax);
}

function lines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}
