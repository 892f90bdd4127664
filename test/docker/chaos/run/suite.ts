import { resolve } from "node:path";
import { DockerCluster } from "../cluster/docker-cluster.ts";
import { allFaults } from "../faults/all.ts";
import { Mishaps } from "../judge/mishaps.ts";
import { onAnyMachine, promises } from "../judge/promises.ts";
import { writeFolder } from "../report/folder.ts";
import { type ChaosReport, describeReport } from "../report/report.ts";
import type { ChaosPlan } from "../types.ts";
import { type ChaosOptions, chaosDefaults, runChaos } from "./run-chaos.ts";

/** Where a failing run leaves all that is known of it, and any other one where CHAOS_KEEP is 1. */
const failures = resolve(__dirname, "../../../../chaos-failures");

const violationsTold = 5;

/** `npm run chaos` holds every run to what docs/guarantees.md promises; a run of all tests is made on any machine. */
const defaults: ChaosOptions = { ...chaosDefaults, promises: process.env.CHAOS_STRICT === "1" ? promises : onAnyMachine };

/** Plays a plan on a cluster of containers, and prints the screen. @throws with the screen's text if anything is wrong */
export async function playInDocker(plan: ChaosPlan, options: Partial<ChaosOptions> = {}): Promise<ChaosReport> {
  const cluster = await DockerCluster.start();
  const mishaps = new Mishaps();
  let played: ChaosReport;
  try {
    played = await runChaos(plan, { ...defaults, ...options }, { cluster, faults: allFaults });
  } finally {
    await mishaps.orElse("broken run", "Not all that the run made could be removed", () => cluster.remove(), undefined);
  }
  const report = { ...played, violations: [...played.violations, ...mishaps.violations] };
  const screen = describeReport(report);
  process.stdout.write(`\n${screen}\n\n`);
  const directory = resolve(failures, `${report.startedAt.replace(/[:.]/g, "-")}-seed-${plan.seed}`);
  if (report.violations.length > 0 || process.env.CHAOS_KEEP === "1") writeFolder(report, directory);
  if (report.violations.length > 0) {
    // What is wrong comes first: whoever cuts off a long message leaves its beginning.
    const wrong = report.violations.slice(0, violationsTold).map(({ kind, sentence }) => `${kind}: ${sentence}`);
    throw new Error([`The run failed; all that is known of it is in ${directory}`, ...wrong, screen].join("\n"));
  }
  return report;
}
