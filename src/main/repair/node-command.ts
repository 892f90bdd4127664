import { BalsaError } from "../../client/balsa-error.ts";
import { DataDirectoryError } from "../../storage/errors.ts";
import { failureOf } from "../cli/failure.ts";
import { UsageError } from "../cli/values.ts";
import { parseAddress, parseAddressList } from "../config/formats.ts";
import { envOf, flagOf } from "../config/schema.ts";
import { type Config, readConfig } from "../config.ts";
import { errorText } from "../error-text.ts";
import { exitCodes } from "../exit-codes.ts";
import { serveConfig } from "../serve.ts";
import { systemPorts } from "../system-ports.ts";
import { StillUp } from "./missed.ts";
import { rejoin } from "./rejoin.ts";
import { memberAddresses } from "./words.ts";

const usage = `Usage: balsa node rejoin [--join HOST:PORT,...] [--id OLD] [--serve] [--force] [flags of balsa serve]

Has a node whose disk was lost, or whose data are damaged, take its place in the cluster again under a new id. The node
must be stopped. Its data are set aside, as DIRECTORY.damaged-TIME beside the data directory, or as damaged-TIME within
it where it cannot be renamed, and are never deleted.

  --data-dir DIR       the node's data directory; as of all flags of balsa serve, also from the environment
  --join HOST:PORT,... client addresses of some other members; left out, those that peers and clientAddresses tell
  --id OLD             the id the node had; needed only if neither its directory nor its peer address tells it
  --serve              go on to serve; otherwise start the node as before, its old id and flags may stay
  --force              also if nothing is found wrong with its data, as when they were put back from a backup
  --advertise-peer, --advertise-client HOST:PORT
                       where the new node is reached; left out, where the old one was

A node whose data are whole, and that is a member, is left as it is: it is safe to run this again.`;

interface OwnFlags {
  readonly serve: boolean;
  readonly isForced: boolean;
  readonly join: string | null;
  /** All others, for the configuration. */
  readonly rest: readonly string[];
}

/** `balsa node ...`: what is done to one node's data directory. */
export async function runNodeCommand(
  [command, ...args]: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  if (command !== "rejoin" || args.includes("--help")) {
    const isHelp = command === "rejoin" || command === "--help" || command === undefined;
    (isHelp ? console.log : console.error)(usage);
    process.exitCode = isHelp ? exitCodes.done : exitCodes.usage;
    return;
  }
  const flags = ownFlags(args);
  const { [envOf("join")]: joinInEnvironment, ...others } = environment;
  const result = readConfig(flags.rest, others);
  if (result.type === "text") return console.log(result.text);
  if (result.type === "problems") return refuse(exitCodes.usage, result.problems.join("\n"));
  const { config } = result;
  const named = parseAddressList(flags.join ?? joinInEnvironment ?? "");
  const members = named.length > 0 ? named : memberAddresses(config);
  if (members.length === 0 || members.some((address) => parseAddress(address) === null)) {
    return refuse(exitCodes.usage, 'Members are missing: give --join "host:8000,host:8000", client addresses of other members.');
  }
  const ports = { ...systemPorts(), say: console.log };
  try {
    const { nodeId, clusterId } = await rejoin(config, { members, isForced: flags.isForced }, ports);
    await goOn({ ...config, id: nodeId, clusterId, join: [] }, flags.serve, result.warnings);
  } catch (error) {
    refuse(...failure(error));
  }
}

async function goOn(config: Config, serve: boolean, warnings: readonly string[]): Promise<void> {
  const { id, clusterId } = config;
  if (serve) return serveConfig(config, warnings);
  console.log(`This is node ${id} of cluster "${clusterId}" now. Start it as before: its old id and flags may stay.`);
}

function ownFlags(args: readonly string[]): OwnFlags {
  const rest: string[] = [];
  let join: string | null = null;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (arg === flagOf("join")) {
      at += 1;
      join = args[at] ?? "";
    } else if (arg.startsWith(`${flagOf("join")}=`)) join = arg.slice(flagOf("join").length + 1);
    else if (arg !== "--serve" && arg !== "--force") rest.push(arg);
  }
  return { serve: args.includes("--serve"), isForced: args.includes("--force"), join, rest };
}

function failure(error: unknown): [code: number, line: string] {
  if (error instanceof DataDirectoryError) return [exitCodes.storage, errorText(error)];
  if (error instanceof StillUp) return [exitCodes.failed, errorText(error)];
  if (error instanceof BalsaError || error instanceof UsageError) {
    const { code, complaint } = failureOf(error, false);
    return [code, complaint];
  }
  throw error;
}

function refuse(code: number, line: string): void {
  console.error(line);
  process.exitCode = code;
}
