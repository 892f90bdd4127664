import { Command, CommanderError, Option } from "commander";
import { exitCodes } from "../terminal/exit-codes.ts";
import { lines } from "../terminal/printable.ts";
import { packageVersion } from "../terminal/version.ts";
import { addAdminCommands } from "./admin/admin.ts";
import { addSessionCommands } from "./admin/session-program.ts";
import { failureOf } from "./basics/failure.ts";
import {
  type CliOptions,
  type CliWorld,
  endpointsDefault,
  endpointsEnv,
  parseEndpoints,
  parseTimeout,
  timeoutMsDefault,
} from "./basics/options.ts";
import { clusterCommand } from "./cluster/command.ts";
import { addDashboardCommand } from "./dashboard/dashboard.ts";
import { addFaultCommands } from "./faults/fault-program.ts";
import { type StatusOptions, status, verify } from "./inspect.ts";
import { addMapCommands } from "./map/map.ts";
import { addRecoverCommand } from "./recover.ts";

/** Runs the command line client and resolves to the exit code. `balsa serve` and `balsa node` are none of its business. */
export async function runCli(args: readonly string[], givenWorld: CliWorld): Promise<number> {
  let code: number = exitCodes.done;
  let help = "";
  const world = withPrintableText(givenWorld);
  const program = buildProgram(world, {
    done: (result) => {
      code = result;
    },
    onHelp: (text) => {
      help += text;
    },
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (help !== "") await world.print(help);
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    }
    const { json, endpoints } = program.opts<CliOptions>();
    const failure = failureOf(error, json, whereTo(endpoints));
    world.complain(failure.complaint);
    return failure.code;
  }
}

function whereTo(endpoints: readonly string[]): string {
  return ` Asked: ${endpoints.join(", ")}. If no cluster is up, npm start starts one; if it is elsewhere, say where with --endpoints.`;
}

/** Whatever is in a text that a command makes, it is no command to the terminal. */
function withPrintableText({ print, complain, isTerminal }: CliWorld): CliWorld {
  return {
    print: (output) => print(typeof output === "string" ? lines(output) : output),
    complain: (line) => complain(lines(line)),
    isTerminal,
  };
}

interface ProgramPorts {
  /** Called with the exit code of a command. */
  readonly done: (code: number) => void;
  readonly onHelp: (text: string) => void;
}

function buildProgram(world: CliWorld, { done, onHelp }: ProgramPorts): Command {
  const program = new Command("balsa")
    .description("A linearizable key-value map on several nodes.")
    .version(packageVersion)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: onHelp, writeErr: (text) => world.complain(text.trimEnd()) })
    .addOption(
      new Option("--endpoints <addresses>", "client addresses of some or all nodes")
        .env(endpointsEnv)
        .default(endpointsDefault, endpointsDefault.join(","))
        .argParser(parseEndpoints),
    )
    .option("--timeout <ms>", "total time limit, retries and waiting included", parseTimeout, timeoutMsDefault)
    .option("--json", "print JSON", false)
    .option("--proxy", "reach the nodes through the HTTP proxy that grpc_proxy, https_proxy or http_proxy names", false)
    .addHelpText("after", exitCodeHelp);
  addMapCommands(program, world, done);
  addAdminCommands(program, world, done);
  addSessionCommands(program, world, done);
  addFaultCommands(program, world, done);
  addDashboardCommand(program, world, done);
  program
    .command("status")
    .description("Shows the status of every node.")
    .option("--watch", "repeat every second")
    .option("--figures", "show also what every node has counted since its start, and has in hand now")
    .action(async (_options, command: Command) => done(await status(world, command.optsWithGlobals<StatusOptions>())));
  program
    .command("verify")
    .description("Reads all of a stopped node's data and checks it.")
    .requiredOption("--data <directory>", "the node's data directory")
    .action(async ({ data }: { data: string }, command: Command) =>
      done(await verify(world, data, command.optsWithGlobals<CliOptions>())),
    );
  program
    .command("serve")
    .description("Runs one node; balsa serve --help lists its flags.")
    .allowUnknownOption()
    .allowExcessArguments();
  program
    .command("node")
    .description("Repairs one node: balsa node rejoin brings a damaged or lost one back under a new id.")
    .allowUnknownOption()
    .allowExcessArguments();
  const cluster = clusterCommand((line) => void world.print(`${line}\n`), done).copyInheritedSettings(program);
  addRecoverCommand(cluster, world, done);
  return program.addCommand(cluster);
}

const exitCodeHelp = `
Exit codes: 0 done; 1 refused, as a comparison that did not hold or a key that is not there; 2 the arguments make no sense;
3 no node was reached in time, it is not known whether the request took effect, or a change that has begun is not over;
4 the data directory is damaged; 7 it was done, but the output could not be written.`;
