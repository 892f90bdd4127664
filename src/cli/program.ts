import { Command, CommanderError, Option } from "commander";
import { clusterCommand } from "../cluster/command.ts";
import { exitCodes } from "../exit-codes.ts";
import { packageVersion } from "../version.ts";
import { addAdminCommands } from "./admin.ts";
import { failureOf } from "./failure.ts";
import { addFaultCommands } from "./fault-program.ts";
import { type StatusOptions, status, verify } from "./inspect.ts";
import { addMapCommands } from "./map.ts";
import {
  type CliOptions,
  type CliWorld,
  endpointsDefault,
  endpointsEnv,
  parseEndpoints,
  parseTimeout,
  timeoutMsDefault,
} from "./options.ts";
import { addRecoverCommand } from "./recover.ts";

/** Runs the command line client and resolves to the exit code. `balsa serve` and `balsa node` are none of its business. */
export async function runCli(args: readonly string[], world: CliWorld): Promise<number> {
  let code: number = exitCodes.done;
  const program = buildProgram(world, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const failure = failureOf(error, program.opts<CliOptions>().json);
    world.complain(failure.complaint);
    return failure.code;
  }
}

function buildProgram(world: CliWorld, done: (code: number) => void): Command {
  const program = new Command("balsa")
    .description("A linearizable key-value map on several nodes.")
    .version(packageVersion())
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => void world.print(text), writeErr: (text) => world.complain(text.trimEnd()) })
    .addOption(
      new Option("--endpoints <addresses>", "client addresses of some or all nodes")
        .env(endpointsEnv)
        .default(endpointsDefault, endpointsDefault.join(","))
        .argParser(parseEndpoints),
    )
    .option("--timeout <ms>", "give up after so long, retries included", parseTimeout, timeoutMsDefault)
    .option("--json", "print JSON", false)
    .addHelpText("after", exitCodeHelp);
  addMapCommands(program, world, done);
  addAdminCommands(program, world, done);
  addFaultCommands(program, world, done);
  program
    .command("status")
    .description("Shows what every node says of itself.")
    .option("--watch", "again every second")
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
    .description("Repairs one node: balsa node rejoin has a damaged or lost one take its place again under a new id.")
    .allowUnknownOption()
    .allowExcessArguments();
  const cluster = clusterCommand(done).copyInheritedSettings(program);
  addRecoverCommand(cluster, world, done);
  return program.addCommand(cluster);
}

const exitCodeHelp = `
Exit codes: 0 done; 1 refused, as a comparison that did not hold or a key that is not there; 2 the arguments make no sense;
3 no node was reached, or it is not known whether the request took effect; 4 the data directory is damaged.`;
