import { type Command, InvalidArgumentError } from "commander";
import { type HostPort, parseAddress } from "../../grpc/address.ts";
import { portProblem } from "../../server/node/free-ports.ts";
import { exitCodes } from "../../terminal/exit-codes.ts";
import type { CliOptions, CliWorld } from "../basics/options.ts";
import { openDashboard } from "./open.ts";

/** Where the page is served unless it is said otherwise. */
export const dashboardListenDefault = "127.0.0.1:8080";

interface DashboardCommandOptions extends CliOptions {
  readonly listen: string;
  readonly host?: readonly string[];
  readonly values: boolean;
  readonly controls: boolean;
}

/** Adds the command that serves the live page of a cluster. Calls `done` with its exit code. */
export function addDashboardCommand(program: Command, world: CliWorld, done: (code: number) => void): void {
  program
    .command("dashboard")
    .description("Serves a live page of the cluster for browsers. Ctrl-C stops it.")
    .option("--listen <host:port>", "where it is served", parseListen, dashboardListenDefault)
    .option("--host <names>", "names under which it is opened, beside localhost and addresses", parseNames)
    .option("--values", "show keys and values, which are users' data", false)
    .option("--no-controls", "let nobody change anything from the page")
    .action(async (_: unknown, command: Command) =>
      done(await serveDashboard(world, command.optsWithGlobals<DashboardCommandOptions>())),
    );
}

async function serveDashboard(world: CliWorld, options: DashboardCommandOptions): Promise<number> {
  const { listen, endpoints, values, controls, host = [] } = options;
  const problem = await portProblem(listen);
  if (problem !== null) {
    world.complain(`${problem} Choose another one with --listen.`);
    return exitCodes.port;
  }
  const place = parseAddress(listen) as HostPort;
  const dashboard = await openDashboard({ ...place, endpoints, showsValues: values, hasControls: controls, hostNames: host }, null);
  const rights = controls ? "Whoever has this address may change the cluster, as far as its nodes allow" : "It is only looked at";
  await world.print(`The cluster is shown at ${dashboard.url}\n${rights}. Ctrl-C stops it.\n`);
  await stopSignal();
  await dashboard.close();
  return exitCodes.done;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
}

function parseListen(text: string): string {
  if (parseAddress(text) === null) throw new InvalidArgumentError('It is written "host:8080".');
  return text;
}

function parseNames(text: string): string[] {
  return text.split(",").map((name) => name.trim().toLowerCase());
}
