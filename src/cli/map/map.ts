import { type Command, Option } from "commander";
import { BalsaClient } from "../../client/client.ts";
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
import { type CliOptions, type CliWorld, parseCount } from "./options.ts";
import { encodings, outputFormats } from "./values.ts";

/** Adds the commands that read and write the map. Each calls `done` with its exit code. */
export function addMapCommands(program: Command, world: CliWorld, done: (code: number) => void): void {
  const encoding = () =>
    new Option("--as <encoding>", "how values are typed; other than text they are stored as bytes")
      .choices(encodings)
      .default("text");
  program
    .command("get <key>")
    .description("Prints the newest value of a key.")
    .option("--local", "as the node asked has it, which may be old", false)
    .addOption(new Option("--format <format>", "how to print it; raw adds no line end").choices(outputFormats).default("text"))
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GetOptions>();
      done(await withClient(options, (client) => get(client, world, key, options)));
    });
  program
    .command("set <key> [value]")
    .description('Sets a key; "-" reads the value from standard input.')
    .option("--file <path>", "take the value from a file")
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
    .description("Sets or deletes a key if it is what is expected.")
    .option("--value <value>", "expect this value")
    .option("--revision <number>", "expect that it was last changed at this revision", parseCount)
    .option("--absent", "expect that there is no such key")
    .option("--new-value <value>", "what to set")
    .option("--delete", "delete it")
    .addOption(encoding())
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CasOptions>();
      done(await withClient(options, (client) => compareAndSet(client, world, key, options)));
    });
  program
    .command("scan [prefix]")
    .description("Prints keys and values in order, all or those of a prefix.")
    .option("--start <key>", "the first key wanted")
    .option("--end <key>", "the first key no longer wanted")
    .option("--limit <count>", "print so many at most", parseCount)
    .option("--keys", "print only the keys", false)
    .option("--local", "as the node asked has it, which may be old", false)
    .action(async (prefix: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ScanOptions>();
      done(await withClient(options, (client) => scan(client, world, prefix, options)));
    });
  program
    .command("watch [key]")
    .description("Prints changes of a key, or of all, as they come, until it is interrupted.")
    .option("--prefix", "of all keys that begin with it", false)
    .option("--from <revision>", "from this revision on; left out, from now on", parseCount)
    .action(async (key: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<WatchOptions>();
      done(await withClient(options, (client) => watch(client, world, key, options)));
    });
}

async function withClient(options: CliOptions, task: (client: BalsaClient) => Promise<number>): Promise<number> {
  // One command is over before a session would pay: what may have happened is said, and not tried again.
  const client = new BalsaClient({ endpoints: options.endpoints, requestTimeoutMs: options.timeout, session: false });
  try {
    return await task(client);
  } finally {
    await client.close();
  }
}
