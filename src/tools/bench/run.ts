import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { cases } from "./cases/cases.ts";
import { H2load, isInstalled } from "./load/h2load.ts";
import type { Measurement, SubjectName } from "./measure/measurement.ts";
import { type BenchOptions, type CaseName, caseTitles, ownCases, usualCases } from "./measure/options.ts";
import type { Processes } from "./measure/processes.ts";
import { Balsa } from "./subjects/balsa.ts";
import { Cluster } from "./subjects/cluster.ts";
import { Etcd } from "./subjects/etcd.ts";

export interface BenchPorts {
  readonly processes: Processes;
  /** Path of the script that runs one node. */
  readonly nodeScript: string;
  /** Told what is going on. */
  readonly progress: (line: string) => void;
}

/** Runs every case that is asked for, each on a fresh cluster, one subject after the other. */
export async function runBench(options: BenchOptions, ports: BenchPorts): Promise<Measurement[]> {
  const subjects: SubjectName[] = options.againstEtcd ? ["balsa", "etcd"] : ["balsa"];
  const hasH2load = isInstalled("h2load");
  if (!hasH2load) ports.progress("h2load is not installed (package nghttp2-client): its figures are left out.");
  const measurements: Measurement[] = [];
  for (const name of options.cases ?? usualCases) {
    // One after the other within a case, so that the two are compared under much the same conditions.
    for (const subject of subjects.filter((one) => one === "balsa" || !ownCases.includes(name))) {
      measurements.push(...(await runCase(name, subject, hasH2load, options, ports)));
    }
  }
  return measurements;
}

async function runCase(
  name: CaseName,
  subjectName: SubjectName,
  hasH2load: boolean,
  options: BenchOptions,
  ports: BenchPorts,
): Promise<Measurement[]> {
  ports.progress(`${subjectName}: ${caseTitles[name]}`);
  const { processes, nodeScript } = ports;
  const directory = mkdtempSync(join(options.directory, "balsa-bench-"));
  const profileDirectory = options.profileDirectory === null ? null : join(options.profileDirectory, name);
  if (profileDirectory !== null) mkdirSync(profileDirectory, { recursive: true });
  const subject = subjectName === "balsa" ? new Balsa(nodeScript) : new Etcd();
  const place = { nodes: options.nodes, directory, portBase: await freePortBase(options.nodes), profileDirectory };
  const cluster = new Cluster(place, { subject, processes });
  try {
    const roles = await cluster.start();
    const h2load = hasH2load ? new H2load({ directory }, { processes }) : null;
    return await cases[name]({ case: name, options, cluster, roles, h2load });
  } finally {
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Below the range from which the system takes ports for outgoing connections. */
const lowest = 12_000;
const highest = 29_000;
const attemptsMax = 100;

/** A port after which, and after which + 100, nobody listens on the next ones. */
async function freePortBase(nodes: number): Promise<number> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const base = lowest + Math.floor(Math.random() * (highest - lowest));
    const ports = Array.from({ length: nodes * 2 }, (_, i) => base + 1 + i).concat(
      Array.from({ length: nodes }, (_, i) => base + 101 + i),
    );
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return base;
  }
  throw new Error(`There are no free ports for ${nodes} nodes from ${lowest} to ${highest}.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
