#!/usr/bin/env node
import { CommanderError } from "commander";
import { clusterCommand } from "../cli/cluster/command.ts";
import { keepFilesPrivate } from "../server/node/privacy.ts";
import { exitCodes } from "../terminal/exit-codes.ts";
import { StandardStreams } from "../terminal/standard-streams.ts";

/** `npm start`: a whole cluster on this machine. */
keepFilesPrivate();
process.title = "balsa cluster";
const streams = new StandardStreams();
process.exitCode = await streams.finish(await run());

async function run(): Promise<number> {
  let code: number = exitCodes.done;
  const print = (text: string) => void streams.print(text);
  const command = clusterCommand(
    (line) => print(`${line}\n`),
    (result) => {
      code = result;
    },
  );
  try {
    await command
      .exitOverride()
      .configureOutput({ writeOut: print, writeErr: (text) => streams.complain(text.trimEnd()) })
      .parseAsync();
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
}
