#!/usr/bin/env node
import { runCli } from "./cli/program.ts";
import { runNodeCommand } from "./repair/node-command.ts";
import { serve } from "./serve.ts";

/** `balsa`: a client of a cluster, and the way to start a node or a whole cluster. */
const [command, ...rest] = process.argv.slice(2);
// A reader that has seen enough, as `head`, ends the output and not in an error.
process.stdout.on("error", () => process.exit());
if (command === "serve") await serve(rest);
else if (command === "node") await runNodeCommand(rest, process.env);
else {
  process.exitCode = await runCli(process.argv.slice(2), {
    print: (output) => new Promise((resolve) => process.stdout.write(output, () => resolve())),
    complain: (line) => console.error(line),
  });
}
