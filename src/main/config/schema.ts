import type { Key } from "./key.ts";
import { coreKeys, nodeKeys, scrubKeys, serviceKeys, transportKeys } from "./limits.ts";

/** Every key of a node's configuration, in the order in which the help and docs/configuration.md list them. */

export const schema = {
  id: {
    doc: "This node's id among the members a new cluster begins with. Left out for a node that joins, or whose data directory tells it.",
    unit: "node id",
    default: "",
    format: "id",
  },
  peers: {
    doc: "Peer addresses of the members a new cluster begins with, by id; this node itself may be among them. Without any, it is a cluster of its own.",
    unit: "id=host:port,...",
    default: "",
    format: "addresses",
  },
  join: {
    doc: "Client addresses of one or more members of a cluster that this node is to join; it learns all else from there. Once it has joined, this is ignored.",
    unit: "host:port,...",
    default: "",
    format: "addressList",
  },
  clusterId: {
    doc: "Name of the cluster; messages and data of another cluster are refused.",
    unit: "word",
    default: "balsa",
    format: "word",
  },
  listen: {
    doc: "Where the other nodes reach this one. Keep it on a network of their own.",
    unit: "host:port",
    default: "0.0.0.0:7000",
    format: "address",
  },
  clientListen: {
    doc: "Where clients and operators reach this node.",
    unit: "host:port",
    default: "0.0.0.0:8000",
    format: "address",
  },
  clientAddresses: {
    doc: "Client addresses of the members by id, as clients know them; answers name the leader's.",
    unit: "id=host:port,...",
    default: "",
    format: "addresses",
  },
  advertisePeer: {
    doc: "Where the other nodes reach this one, if they cannot do so as listen says: behind a translation of addresses, or by a name.",
    unit: "host:port",
    default: "",
    format: "optionalAddress",
  },
  advertiseClient: {
    doc: "Where clients reach this node, if they cannot do so as clientListen says.",
    unit: "host:port",
    default: "",
    format: "optionalAddress",
  },
  dataDir: { doc: "Directory of this node's log and state.", unit: "path", default: "./data", format: "path" },
  log: {
    doc: "How much is logged, in all and by area: trace, debug, info, warn, error, silent; election, replication, storage, transport, client, main.",
    unit: "level,area=level,...",
    default: "info",
    format: "logLevels",
  },
  logFormat: {
    doc: "How it is logged: json, voice (a line for people), or auto (voice in a terminal, else json).",
    unit: "word",
    default: "auto",
    format: "logFormat",
  },
  faults: {
    doc: "Whether FaultService is served, by which this node cuts its links, slows its disk and fails on purpose: off or on. Never where data matter.",
    unit: "word",
    default: "off",
    format: "switch",
  },
  ...coreKeys,
  ...nodeKeys,
  ...scrubKeys,
  ...serviceKeys,
  ...transportKeys,
} as const satisfies Record<string, Key>;

export type KeyName = keyof typeof schema;
export const keyNames = Object.keys(schema) as KeyName[];

/** electionTimeoutMinMs -> --election-timeout-min-ms */
export function flagOf(name: string): string {
  return `--${words(name).join("-")}`;
}

/** electionTimeoutMinMs -> BALSA_ELECTION_TIMEOUT_MIN_MS */
export function envOf(name: string): string {
  return `BALSA_${words(name).join("_").toUpperCase()}`;
}

function words(name: string): string[] {
  return name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
}
