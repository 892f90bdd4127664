import { optionTable } from "../core/options.ts";
import { doorTable } from "../door/options.ts";
import { nodeOptionTable } from "../node/ports/options.ts";
import { serviceOptionTable } from "../service/answers/options.ts";
import { scrubTable } from "../storage/scrub/scrubber.ts";
import { transportTable } from "../transport/link/transport-options.ts";
import { type Key, keysOf } from "./key.ts";

/** The numbers that can be set, by the part of a node that keeps them. */
export const tables = {
  core: optionTable,
  node: nodeOptionTable,
  scrub: scrubTable,
  service: serviceOptionTable,
  transport: transportTable,
  door: doorTable,
} as const;

/** Every key of a node's configuration, in the order in which the help and docs/configuration.md list them. */

export const schema = {
  id: {
    sentence:
      "This node's id among the members a new cluster begins with. Left out for a node that joins, or whose data directory tells it.",
    unit: "node id",
    default: "",
    format: "id",
  },
  peers: {
    sentence:
      "Peer addresses of the members a new cluster begins with, by id; this node itself may be among them. It begins once all of them are up and empty. Without any, this node is a cluster of its own.",
    unit: "id=host:port,...",
    default: "",
    format: "addresses",
  },
  join: {
    sentence:
      "Client addresses of one or more members of a cluster that this node is to join; it learns all else from there. Once it has joined, this is ignored.",
    unit: "host:port,...",
    default: "",
    format: "addressList",
  },
  clusterId: {
    sentence: "Name of the cluster; messages and data of another cluster are refused.",
    unit: "word",
    default: "balsa",
    format: "word",
  },
  listen: {
    sentence: "Where the other nodes reach this one. Keep it on a network of their own.",
    unit: "host:port",
    default: "0.0.0.0:7000",
    format: "address",
  },
  clientListen: {
    sentence: "Where clients and operators reach this node.",
    unit: "host:port",
    default: "0.0.0.0:8000",
    format: "address",
  },
  clientAddresses: {
    sentence: "Client addresses of the members by id, as clients know them; answers name the leader's.",
    unit: "id=host:port,...",
    default: "",
    format: "addresses",
  },
  advertisePeer: {
    sentence:
      "Where the other nodes reach this one, if they cannot do so as listen says: behind a translation of addresses, or by a name.",
    unit: "host:port",
    default: "",
    format: "advertisedAddress",
  },
  advertiseClient: {
    sentence: "Where clients reach this node, if they cannot do so as clientListen says.",
    unit: "host:port",
    default: "",
    format: "advertisedAddress",
  },
  forceBootstrap: {
    sentence:
      "Whether a new cluster begins although some nodes of the list do not answer: off or on. For one start, and only if none of them has data: one that has belongs to another cluster from then on. Ignored where this node's directory has data.",
    unit: "word",
    default: "off",
    format: "switch",
  },
  dataDir: { sentence: "Directory of this node's log and state.", unit: "path", default: "./data", format: "path" },
  log: {
    sentence:
      "How much is logged, in all and by area: trace, debug, info, warn, error, silent; election, replication, storage, transport, client, main.",
    unit: "level,area=level,...",
    default: "info",
    format: "logLevels",
  },
  logFormat: {
    sentence: "How it is logged: json, voice (a line for people), or auto (voice in a terminal, else json).",
    unit: "word",
    default: "auto",
    format: "logFormat",
  },
  faults: {
    sentence:
      "Whether FaultService is served, by which this node cuts its links, slows its disk and fails on purpose: off or on. Never where data matter.",
    unit: "word",
    default: "off",
    format: "switch",
  },
  ...keysOf(tables.core),
  ...keysOf(tables.node),
  ...keysOf(tables.scrub),
  ...keysOf(tables.service),
  ...keysOf(tables.transport),
  ...keysOf(tables.door),
} as const satisfies Record<string, Key>;

export type KeyName = keyof typeof schema;
export const keyNames = Object.keys(schema) as KeyName[];

/** electionTimeoutMinMs -> --election-timeout-min-ms */
export function flagOf(name: string): string {
  return `--${words(name).join("-")}`;
}

export const envPrefix = "BALSA_";

/** electionTimeoutMinMs -> BALSA_ELECTION_TIMEOUT_MIN_MS */
export function envOf(name: string): string {
  return `${envPrefix}${words(name).join("_").toUpperCase()}`;
}

function words(name: string): string[] {
  return name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
}
