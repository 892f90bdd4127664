import type { Environment } from "../../config/sources.ts";
import { portProblem } from "../../server/node/free-ports.ts";
import { exitCodes } from "../../terminal/exit-codes.ts";
import { clusterDataProblem, noteClusterData } from "./data.ts";
import { environmentWarnings } from "./environment.ts";
import { Launcher, type LaunchPorts } from "./launcher.ts";
import { hasPage } from "./page.ts";
import { type ClusterOptions, planNodes, planProblems, planWarnings } from "./plan.ts";

export interface RunPorts extends LaunchPorts {
  readonly environment: Environment;
}

/**
 * Runs a cluster on this machine until it is told to stop, and resolves to the exit code. Whatever speaks against
 * it is said before anything is started or written.
 */
export async function runCluster(options: ClusterOptions, ports: RunPorts): Promise<number> {
  const { print } = ports;
  const problems = planProblems(options);
  if (problems.length > 0) return refuse(problems, exitCodes.usage, print);
  const dataProblem = clusterDataProblem(options.data, options.nodes);
  if (dataProblem !== null) return refuse([dataProblem], exitCodes.storage, print);
  const busy = await busyAddresses(options);
  if (busy.length > 0) {
    const advice = "If a cluster runs already, stop it; or choose other ports: --port 9000 takes 9001 and on, and 9101 and on.";
    return refuse([...busy, advice], exitCodes.port, print);
  }
  for (const warning of [...environmentWarnings(ports.environment), ...planWarnings(options)]) print(`Warning: ${warning}`);
  noteClusterData(options.data, options.nodes);
  const { tempo = 1 } = options;
  // What is set in the environment is what somebody wants. Messages are held back by a fault, so it takes faults to stretch time.
  const faults = tempo > 1 || (hasPage(options) && (ports.environment.BALSA_FAULTS ?? "") === "");
  return new Launcher({ ...options, faults }, ports).run();
}

function refuse(sentences: readonly string[], code: number, print: (line: string) => void): number {
  for (const sentence of sentences) print(sentence);
  return code;
}

async function busyAddresses(options: ClusterOptions): Promise<string[]> {
  const addresses = planNodes(options).flatMap((plan) => [plan.clientAddress, plan.peerAddress]);
  const problems = await Promise.all(addresses.map(portProblem));
  return problems.filter((problem) => problem !== null);
}
