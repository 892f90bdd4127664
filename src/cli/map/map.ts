import { hostname } from "node:os";
import { type Command, Option } from "commander";
import { BalsaClient } from "../../client/client.ts";
import { clientOptionDefaults } from "../../client/values/options.ts";
import { type CliOptions, type CliWorld, parseCount } from "../basics/options.ts";
import { encodings, outputFormats } from "../basics/values.ts";
import {
  type CasOptions,
  compareAndSet,
  type GetOptions,
  get,
  remove,
  type ScanOptions,
  type SetOptions,
  scan,
  set,
  type WatchOptions,
  watch,
} from "./commands.ts";

const incarnationHelp = "the life of the cluster that is meant, as status --json tells it; another one is refused";

interface MapOptions extends CliOptions {
  readonly incarnation?: string;
}

/** Adds the commands that read and write the map. Each calls `done` with its exit code. */
export function addMapCommands(program: Command, world: CliWorld, done: (code: number) => void): void {
  const encoding = () =>
    new Option("--as <encoding>", "encoding of values on the command line; other than text they are stored as bytes")
      .choices(encodings)
      .default("text");
  program
    .command("get <key>")
    .description("Prints the newest value of a key.")
    .option("--local", "read the local state of the contacted node, which may be stale", false)
    .addOption(new Option("--format <format>", "output format; raw adds no line end").choices(outputFormats).default("text"))
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GetOptions>();
      done(await withClient(options, (client) => get(client, world, key, options)));
    });
  program
    .command("set <key> [value]")
    .description('Sets a key; "-" reads the value from standard input.')
    .option("--file <path>", "read the value from a file")
    .addOption(encoding())
    .action(async (key: string, value: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<SetOptions>();
      done(await withClient(options, (client) => set(client, world, key, value, options)));
    });
  program
    .command("delete <key>")
    .description("Deletes a key.")
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CliOptions>();
      done(await withClient(options, (client) => remove(client, world, key, options)));
    });
  program
    .command("cas <key>")
    .description("Sets or deletes a key if it is as expected.")
    .option("--value <value>", "expect this value")
    .option("--revision <number>", "expect that it was last changed at this revision", parseCount)
    .option("--absent", "expect that there is no such key")
    .option("--new-value <value>", "value to set")
    .option("--delete", "delete the key")
    .addOption(encoding())
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CasOptions>();
      done(await withClient(options, (client) => compareAndSet(client, world, key, options)));
    });
  program
    .command("scan [prefix]")
    .description("Prints keys and values in order, all or those of a prefix.")
    .option("--start <key>", "first key to print")
    .option("--end <key>", "first key no longer to print")
    .option("--limit <count>", "print at most this many", parseCount)
    .option("--keys", "print only the keys", false)
    .option("--local", "read the local state of the contacted node, which may be stale", false)
    .action(async (prefix: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ScanOptions>();
      done(await withClient(options, (client) => scan(client, world, prefix, options)));
    });
  program
    .command("watch [key]")
    .description("Prints changes of a key, or of all, as they come, until it is interrupted.")
    .option("--prefix", "watch all keys that begin with it", false)
    .option("--from <revision>", "first revision to print; default: from now on", parseCount)
    .action(async (key: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<WatchOptions>();
      done(await withClient(options, (client) => watch(client, world, key, options)));
    });
  for (const command of program.commands) command.option("--incarnation <id>", incarnationHelp);
}

async function withClient(options: MapOptions, task: (client: BalsaClient) => Promise<number>): Promise<number> {
  // A write opens a session, so that it may be sent again whatever becomes of the leader. Nothing else does.
  const { endpoints, timeout: requestTimeoutMs, proxy, incarnation: incarnationId } = options;
  // A watch that gets no word of a node must leave time to ask the others.
  const watchStartMs = Math.min(clientOptionDefaults.watchStartMs, requestTimeoutMs / 2 / endpoints.length);
  const name = `balsa on ${hostname()}`;
  const client = new BalsaClient({ endpoints, requestTimeoutMs, watchStartMs, proxy, incarnationId, name });
  try {
    return await task(client);
  } finally {
    await client.close();
  }
}
