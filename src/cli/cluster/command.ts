import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import { nodeVersionAdvice } from "./node-version.ts";
import { type ClusterOptions, clusterDefaults } from "./plan.ts";
import { runCluster } from "./run.ts";

/**
 * The `cluster` command: a whole cluster on this machine, one process a node. Prints lines as it goes on, whether they can be
 * written or not, and calls `done` with the exit code.
 */
export function clusterCommand(print: (line: string) => void, done: (code: number) => void): Command {
  return new Command("cluster")
    .description("Starts a cluster on this machine, one process a node, and shows what to try. Ctrl-C stops it.")
    .option("--nodes <count>", "number of nodes, best an odd one", wholeNumber, clusterDefaults.nodes)
    .option("--data <directory>", "where the nodes keep their data", clusterDefaults.data)
    .option("--port <base>", "client ports are base+1 and on, peer ports base+101 and on", wholeNumber, clusterDefaults.port)
    .option("--log <levels>", "how much the nodes log, by level or area=level", clusterDefaults.log)
    .option("--dashboard <port>", "where the live page is, on this machine; 0: nowhere", wholeNumber, clusterDefaults.dashboard)
    .option("--no-dashboard", "no live page, and nodes that do no harm to themselves")
    .option("--tempo <factor>", "stretch all timing, so that messages can be watched", wholeNumber, clusterDefaults.tempo)
    .option("--no-restart", "do not restart a node that died")
    .action(async (options: ClusterOptions) => {
      const advice = nodeVersionAdvice(process.versions.node);
      if (advice !== null) print(advice);
      const ports = { print, nodeScript: scriptBeside("server.js"), stop: stopSignal(), environment: process.env };
      done(await runCluster(options, ports));
    });
}

/** Aborts at the first SIGINT or SIGTERM. Ctrl-C reaches the nodes too; they take the second signal calmly. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}

function scriptBeside(name: string): string {
  return fileURLToPath(new URL(`../../main/${name}`, import.meta.url));
}

function wholeNumber(text: string): number {
  if (!/^[0-9]+$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}
