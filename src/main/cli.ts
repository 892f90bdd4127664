#!/usr/bin/env node
import { garbledArgument } from "../cli/arguments.ts";
import { runNodeCommand } from "../cli/node-command.ts";
import { runCli } from "../cli/program.ts";
import { keepFilesPrivate } from "../server/node/privacy.ts";
import { serve } from "../server/start/serve.ts";
import { exitCodes } from "../terminal/exit-codes.ts";
import { StandardStreams } from "../terminal/standard-streams.ts";

/** `balsa`: a client of a cluster, and the way to start a node or a whole cluster. */
keepFilesPrivate();
const args = process.argv.slice(2);
const [command, ...rest] = args;
if (command === "serve") await serve(rest);
else if (command === "node") await runNodeCommand(rest, process.env);
else {
  const streams = new StandardStreams();
  process.exit(await streams.finish(await run(streams)));
}

async function run(streams: StandardStreams): Promise<number> {
  const garbled = garbledArgument(args);
  if (garbled === null) return runCli(args, streams);
  streams.complain(garbled);
  return exitCodes.usage;
}
