import { InvalidArgumentError } from "commander";
import { BalsaError } from "../client/values/balsa-error.ts";
import { type Config, readConfig } from "../config/config.ts";
import { parseAddressList } from "../config/formats.ts";
import { envOf, flagOf } from "../config/schema.ts";
import type { Environment } from "../config/sources.ts";
import type { Millis } from "../core/types.ts";
import { parseAddress } from "../grpc/address.ts";
import { StillUp } from "../repair/missed.ts";
import { rejoin } from "../repair/rejoin.ts";
import { systemPorts } from "../server/node/system-ports.ts";
import { serveConfig } from "../server/start/serve.ts";
import { memberAddresses } from "../server/start/words.ts";
import { DataDirectoryError } from "../storage/files/errors.ts";
import type { Owner } from "../storage/files/identity.ts";
import { errorText } from "../terminal/error-text.ts";
import { exitCodes } from "../terminal/exit-codes.ts";
import { lines, oneLine } from "../terminal/printable.ts";
import { StandardStreams } from "../terminal/standard-streams.ts";
import { StillUnderWay } from "../terminal/still-under-way.ts";
import { UsageError } from "../terminal/usage-error.ts";
import { failureOf } from "./basics/failure.ts";
import { parseTimeout } from "./basics/options.ts";

const usage = `Usage: balsa node rejoin [--join HOST:PORT,...] [--id OLD] [--timeout MS] [--serve] [--force] [flags of balsa serve]

Has a node whose disk was lost, or whose data are damaged, take its place in the cluster again under a new id. The node
must be stopped. Its data are set aside, as DIRECTORY.damaged-TIME beside the data directory, or as damaged-TIME within
it where it cannot be renamed, and are never deleted.

  --data-dir DIR       the node's data directory; as of all flags of balsa serve, also from the environment
  --join HOST:PORT,... client addresses of some other members; left out, those that peers and clientAddresses tell
  --id OLD             the id the node had; needed only if neither its directory nor its peer address tells it
  --timeout MS         how long to ask and wait for the members, in all (default: 60000)
  --serve              go on to serve; otherwise start the node as before, its old id and flags may stay
  --force              also if nothing is found wrong with its data, as when they were put back from a backup
  --advertise-peer, --advertise-client HOST:PORT
                       where the new node is reached; left out, where the old one was

A node whose data are whole, and that is a member, is left as it is: it is safe to run this again.`;

const timeoutFlag = "--timeout";
const timeoutDefault = "60000";
const valueFlags: readonly string[] = [flagOf("join"), timeoutFlag];

interface OwnFlags {
  readonly serve: boolean;
  readonly isForced: boolean;
  readonly join: string | null;
  /** As it was typed. */
  readonly timeout: string;
  /** All others, for the configuration. */
  readonly rest: readonly string[];
}

/** `balsa node ...`: what is done to one node's data directory. */
export async function runNodeCommand(words: readonly string[], environment: Environment): Promise<void> {
  const streams = new StandardStreams();
  const end = await run(words, environment, {
    say: (text) => void streams.print(`${lines(text)}\n`),
    complain: (text) => streams.complain(lines(text)),
  });
  if (typeof end === "number") process.exitCode = await streams.finish(end);
  else await serveConfig(end.config, end.warnings);
}

interface Voice {
  readonly say: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** What comes after the command: the end, with this exit code, or the node itself. */
type End = number | { readonly config: Config; readonly warnings: readonly string[] };

async function run([command, ...args]: readonly string[], environment: Environment, { say, complain }: Voice): Promise<End> {
  const refuse = (code: number, line: string): number => {
    complain(line);
    return code;
  };
  if (command !== "rejoin" && command !== "--help" && command !== undefined) return refuse(exitCodes.usage, usage);
  if (command !== "rejoin" || args.includes("--help")) {
    say(usage);
    return exitCodes.done;
  }
  const flags = ownFlags(args);
  const { [envOf("join")]: joinInEnvironment, ...others } = environment;
  const result = readConfig(flags.rest, others);
  if (result.type === "problems") return refuse(exitCodes.usage, result.problems.join("\n"));
  if (result.type === "text") {
    say(result.text);
    return exitCodes.done;
  }
  const timeoutMs = timeoutIn(flags.timeout);
  if (timeoutMs === null)
    return refuse(exitCodes.usage, `--timeout must be a whole number of ms, from 1 on, not "${flags.timeout}".`);
  const { config, warnings } = result;
  for (const variable of result.ignored) complain(variable);
  const named = parseAddressList(flags.join ?? joinInEnvironment ?? "");
  const members = named.length > 0 ? named : memberAddresses(config);
  if (members.length === 0 || members.some((address) => parseAddress(address) === null)) {
    return refuse(exitCodes.usage, 'Members are missing: give --join "host:8000,host:8000", client addresses of other members.');
  }
  try {
    const owner = await rejoin(config, { members, isForced: flags.isForced, timeoutMs }, { ...systemPorts(), say });
    if (flags.serve) return { config: { ...config, id: owner.nodeId, clusterId: owner.clusterId, join: [] }, warnings };
    say(thisIs(owner));
    return exitCodes.done;
  } catch (error) {
    return refuse(...failure(error));
  }
}

function thisIs({ nodeId, clusterId }: Owner): string {
  return `This is node ${nodeId} of cluster "${oneLine(clusterId)}" now. Start it as before: its old id and flags may stay.`;
}

function ownFlags(args: readonly string[]): OwnFlags {
  const rest: string[] = [];
  const values = new Map<string, string>();
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    const name = valueFlags.find((flag) => arg === flag || arg.startsWith(`${flag}=`));
    if (name === undefined) {
      if (arg !== "--serve" && arg !== "--force") rest.push(arg);
    } else if (arg === name) {
      at += 1;
      values.set(name, args[at] ?? "");
    } else values.set(name, arg.slice(name.length + 1));
  }
  const join = values.get(flagOf("join")) ?? null;
  const timeout = values.get(timeoutFlag) ?? timeoutDefault;
  return { serve: args.includes("--serve"), isForced: args.includes("--force"), join, timeout, rest };
}

/** Null if it makes no sense. */
function timeoutIn(text: string): Millis | null {
  try {
    return parseTimeout(text);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return null;
    throw error;
  }
}

function failure(error: unknown): [code: number, line: string] {
  if (error instanceof DataDirectoryError) return [exitCodes.storage, errorText(error)];
  if (error instanceof StillUp) return [exitCodes.failed, errorText(error)];
  if (error instanceof BalsaError || error instanceof UsageError || error instanceof StillUnderWay) {
    const { code, complaint } = failureOf(error, false);
    return [code, complaint];
  }
  throw error;
}
