#!/usr/bin/env node
import { clusterCommand } from "./cluster/command.ts";
import { exitCodes } from "./exit-codes.ts";

/** `npm start`: a whole cluster on this machine. */
process.title = "balsa cluster";
await clusterCommand((code) => {
  process.exitCode = code;
})
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.usage))
  .parseAsync();
