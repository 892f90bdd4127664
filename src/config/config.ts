import convict from "convict";
import { type Options, optionProblems } from "../core/options.ts";
import type { Member, NodeId } from "../core/types.ts";
import type { OptionsOf } from "../declared/options.ts";
import type { DoorOptions } from "../door/options.ts";
import { parseAddress } from "../grpc/address.ts";
import type { NodeOptions } from "../node/ports/options.ts";
import { type ServiceOptions, serviceOptionProblems } from "../service/answers/options.ts";
import type { ScrubOptions } from "../storage/scrub/scrubber.ts";
import { errorText } from "../terminal/error-text.ts";
import { limitProblems, type TransportLimits } from "../transport/link/transport-options.ts";
import { advertised, loopbackWarnings } from "./advertised.ts";
import { type LogFormat, logFormats, parseAddresses, parseAddressList, registerFormats } from "./formats.ts";
import { helpText } from "./help.ts";
import { type LogLevels, parseLogLevels } from "./log-levels.ts";
import { envOf, flagOf, type KeyName, keyNames, schema, tables } from "./schema.ts";
import { type Environment, readEnv, readFile, readFlags, type Values } from "./sources.ts";

/** A member and where it is reached. */
export interface Address {
  readonly id: NodeId;
  readonly address: string;
}

/** All that a node is told, checked and frozen. */
export interface Config {
  /** 0 if the cluster that is joined, or the data directory, is to tell it. */
  readonly id: NodeId;
  /** Client addresses of members of the cluster to join; none: it joins none. */
  readonly join: readonly string[];
  readonly clusterId: string;
  /** The ids of all members, rising. */
  readonly voters: readonly NodeId[];
  /** The same, with what is known of them: the members that a new cluster begins with. */
  readonly bootstrap: readonly Member[];
  /** Peer addresses of the other members. */
  readonly peers: readonly Address[];
  readonly listen: string;
  readonly clientListen: string;
  /** Where others are told to reach this node; null: as it listens. */
  readonly advertisePeer: string | null;
  readonly advertiseClient: string | null;
  readonly clientAddresses: readonly Address[];
  /** Where `peers` and `clientAddresses` say that this node itself is; null: they do not say. */
  readonly listedAt: { readonly peer: string | null; readonly client: string | null };
  /** A new cluster begins without those of its list that do not answer. */
  readonly forceBootstrap: boolean;
  readonly dataDir: string;
  readonly logLevels: LogLevels;
  readonly logFormat: LogFormat;
  /** Whether operators may make this node fail on purpose. */
  readonly allowsFaults: boolean;
  /** Timing and limits of the core; the seed comes with each start. */
  readonly core: Omit<Options, "id" | "seed">;
  readonly node: Omit<NodeOptions, "core">;
  readonly scrub: ScrubOptions;
  readonly service: ServiceOptions;
  readonly transport: TransportLimits;
  readonly door: DoorOptions;
}

export type ConfigResult =
  | {
      readonly type: "config";
      readonly config: Config;
      readonly warnings: readonly string[];
      /** One sentence for each variable that looks like one of a node's and is none. */
      readonly ignored: readonly string[];
    }
  /** One sentence each; nothing was touched. */
  | { readonly type: "problems"; readonly problems: readonly string[] }
  /** Only this text was asked for. */
  | { readonly type: "text"; readonly text: string };

/** Reads flags, environment and file, the first beating the second and the third, and finds all that is wrong with them. */
export function readConfig(args: readonly string[], environment: Environment): ConfigResult {
  const flags = readFlags(args);
  if (flags.help) return { type: "text", text: helpText() };
  const env = readEnv(environment);
  const path = flags.file ?? env.file;
  const file = path === null ? { values: {}, problems: [] } : readFile(path);
  const layers: Layer[] = [
    { values: flags.values, saidBy: flagOf },
    { values: env.values, saidBy: envOf },
    { values: file.values, saidBy: () => path ?? "" },
  ];
  const checked = layered(layers);
  const { warnings: ignored } = env;
  const problems = [...flags.problems, ...file.problems, ...checked.problems];
  // A mistyped variable may be why another key is missing.
  if (problems.length > 0) return { type: "problems", problems: [...problems, ...ignored] };
  const config = build(checked.values);
  const crossed = crossProblems(config);
  if (crossed.length > 0) return { type: "problems", problems: [...crossed, ...ignored] };
  if (flags.printConfig) return { type: "text", text: JSON.stringify(checked.values, null, 2) };
  return { type: "config", config, warnings: warningsOf(config), ignored };
}

/** A program's own settings that make no sense; its message has a sentence for each problem. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join(" "));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** Checks what a program gives as an object. @throws ConfigError */
export function checkConfig(values: Values): Config {
  const checked = layered([{ values, saidBy: (name) => name }]);
  if (checked.problems.length > 0) throw new ConfigError(checked.problems);
  const config = build(checked.values);
  const crossed = crossProblems(config);
  if (crossed.length > 0) throw new ConfigError(crossed);
  return config;
}

/** One place that values come from, and what it calls a key. */
interface Layer {
  readonly values: Values;
  readonly saidBy: (name: KeyName) => string;
}

/** Lays the layers over the defaults, the first on top, and checks every value. */
function layered(layers: readonly Layer[]): { values: Required<Values>; problems: string[] } {
  registerFormats();
  const config = convict<Required<Values>>(schema, { args: [], env: {} });
  for (const { values } of [...layers].reverse()) config.load(values);
  const values = config.getProperties();
  const problems: string[] = [];
  try {
    config.validate({ allowed: "strict" });
  } catch (error) {
    for (const line of errorText(error).split("\n")) problems.push(sentence(line, values, layers));
  }
  return { values, problems };
}

/** Makes a sentence of convict's "key: what is wrong: value was ...", and says where the value came from. */
function sentence(line: string, values: Required<Values>, layers: readonly Layer[]): string {
  const key = keyNames.find((name) => line.startsWith(`${name}: `));
  if (!key) return `${line}.`;
  const layer = layers.find((candidate) => candidate.values[key] !== undefined);
  if (!layer) return `${key} is missing: give ${flagOf(key)} or ${envOf(key)}.`;
  const tail = `: value was ${JSON.stringify(values[key])}`;
  const wrong = line.slice(key.length + 2, line.endsWith(tail) ? -tail.length : undefined);
  return `${key} ${wrong}; ${layer.saidBy(key)} says ${JSON.stringify(layer.values[key])}.`;
}

/** The values, each good by itself, as the parts of the node want them. */
function build(values: Required<Values>): Config {
  const id = Number(values.id);
  const members = addressesOf(values.peers);
  const clients = addressesOf(values.clientAddresses);
  const config = {
    id,
    join: parseAddressList(String(values.join)),
    clusterId: String(values.clusterId),
    voters: [...new Set([id, ...members.map((member) => member.id)])].filter((voter) => voter > 0).sort((a, b) => a - b),
    peers: members.filter((member) => member.id !== id),
    listen: String(values.listen),
    clientListen: String(values.clientListen),
    advertisePeer: textOr(values.advertisePeer),
    advertiseClient: textOr(values.advertiseClient),
    clientAddresses: clients,
    listedAt: { peer: addressIn(members, id), client: addressIn(clients, id) },
    forceBootstrap: values.forceBootstrap === "on",
    dataDir: String(values.dataDir),
    logLevels: parseLogLevels(String(values.log)),
    logFormat: logFormatOf(values.logFormat),
    allowsFaults: values.faults === "on",
    core: numbersOf("core", values),
    node: numbersOf("node", values),
    scrub: numbersOf("scrub", values),
    service: numbersOf("service", values),
    transport: numbersOf("transport", values),
    door: numbersOf("door", values),
  };
  const named = new Map(members.map((member) => [member.id, member.address]));
  return deepFreeze({ ...config, bootstrap: config.voters.map((voter) => firstMember(voter, named, config)) });
}

/** A member that a new cluster begins with, as far as this node is told of it. */
function firstMember(id: NodeId, named: ReadonlyMap<NodeId, string>, config: Omit<Config, "bootstrap">): Member {
  const isSelf = id === config.id;
  const client = config.clientAddresses.find((member) => member.id === id)?.address;
  // Of a node that begins alone nobody else is told where it is, so it must say so itself to those who join.
  const isAlone = config.voters.length === 1;
  return {
    id,
    peerAddress: named.get(id) ?? (isSelf ? (config.advertisePeer ?? advertised(config.listen)) : ""),
    clientAddress: client ?? (isSelf ? (config.advertiseClient ?? (isAlone ? advertised(config.clientListen) : "")) : ""),
    diskId: "",
  };
}

/** What no value is guilty of alone. */
function crossProblems(config: Config): string[] {
  const { id, voters, listen, clientListen, clientAddresses } = config;
  const problems = [
    ...optionProblems({ ...config.core, id: id || 1, seed: 0 }),
    ...joinProblems(config),
    ...serviceOptionProblems(config.service),
    ...limitProblems(config.transport),
    ...sizeProblems(config),
  ];
  for (const { id: named } of clientAddresses) {
    if (!voters.includes(named)) problems.push(`clientAddresses names node ${named}, but the members are ${voters.join(", ")}.`);
  }
  const without = voters.filter((voter) => !clientAddresses.some((address) => address.id === voter));
  if (clientAddresses.length > 0 && without.length > 0)
    problems.push(`clientAddresses leaves out node ${without.join(", ")}: name all members or none.`);
  if (parseAddress(listen)?.port === parseAddress(clientListen)?.port)
    problems.push(`listen (${listen}) and clientListen (${clientListen}) need different ports.`);
  return problems;
}

/** A node that joins is told all of this by the cluster. */
function joinProblems({ join, id, peers, clientAddresses }: Config): string[] {
  if (join.length === 0) return id === 0 && peers.length > 0 ? [`id is missing: give ${flagOf("id")} or ${envOf("id")}.`] : [];
  const given = { id: id !== 0, peers: peers.length > 0, clientAddresses: clientAddresses.length > 0 };
  return Object.entries(given)
    .filter(([, isGiven]) => isGiven)
    .map(([name]) => `join (${join.join(",")}) needs no ${name}: the cluster that is joined tells it. Leave it out.`);
}

/** A write that a client may send must fit everywhere on its way, or it would be refused for ever. */
function sizeProblems({ service, core, node, transport }: Config): string[] {
  const frameBytes = 64 * 1024;
  const largest = frameBytes + Math.max(service.keyBytesMax + 2 * service.valueBytesMax, service.batchBytesMax);
  const rooms = {
    messageBytesMax: transport.messageBytesMax,
    forwardPendingBytesMax: transport.forwardPendingBytesMax,
    pendingBytesMax: node.pendingBytesMax,
    uncommittedBytesMax: core.uncommittedBytesMax,
  };
  const problems = Object.entries(rooms)
    .filter(([, bytes]) => bytes < largest)
    .map(
      ([name, bytes]) =>
        `${name} (${bytes}) must be at least ${largest}, the largest write that keyBytesMax, valueBytesMax and batchBytesMax allow.`,
    );
  const { snapshotChunkBytes } = node;
  if (transport.messageBytesMax < snapshotChunkBytes + largest) {
    problems.push(
      `snapshotChunkBytes (${snapshotChunkBytes}) must be at most ${transport.messageBytesMax - largest}, so that a piece of a snapshot fits messageBytesMax (${transport.messageBytesMax}) whatever it ends with.`,
    );
  }
  return problems;
}

/** What works, but is seldom meant. */
function warningsOf(config: Config): string[] {
  const { id, join, peers, bootstrap, listen, advertisePeer } = config;
  const own = bootstrap.find((member) => member.id === id)?.peerAddress ?? advertisePeer ?? listen;
  return [...votersWarnings(config), ...loopbackWarnings([{ id, address: own }, ...peers], join)];
}

function votersWarnings({ voters }: Config): string[] {
  if (voters.length === 0) return [];
  if (voters.length === 1)
    return [
      "This node is a cluster of its own: it survives no failure. Name the other members with --peers, or start others with --join.",
    ];
  if (voters.length % 2 === 1) return [];
  return [
    `${voters.length} members survive no more failures than ${voters.length - 1} would, and need a larger majority: an odd number is better.`,
  ];
}

function addressesOf(text: string | number): Address[] {
  return [...parseAddresses(String(text))].map(([id, address]) => ({ id, address }));
}

function addressIn(list: readonly Address[], id: NodeId): string | null {
  return list.find((member) => member.id === id)?.address ?? null;
}

function textOr(value: string | number): string | null {
  return value === "" ? null : String(value);
}

function logFormatOf(value: string | number): LogFormat {
  return logFormats.find((format) => format === value) ?? "auto";
}

/** The values of a table's keys, which the schema knows to be numbers. */
function numbersOf<Part extends keyof typeof tables>(part: Part, values: Required<Values>): OptionsOf<(typeof tables)[Part]> {
  const names = Object.keys(tables[part]) as KeyName[];
  return Object.fromEntries(names.map((name) => [name, Number(values[name])])) as OptionsOf<(typeof tables)[Part]>;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}
