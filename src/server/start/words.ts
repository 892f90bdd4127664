import { isIPv6 } from "node:net";
import type { Config } from "../../config/config.ts";
import { flagOf, type KeyName, schema } from "../../config/schema.ts";
import { parseAddress } from "../../grpc/address.ts";
import { NotAMember } from "../../node/ports/not-a-member.ts";
import { StateDiffers } from "../../node/ports/state-differs.ts";
import { DataLost } from "../../storage/files/errors.ts";
import { quoted } from "../../terminal/quoted.ts";

/** What leads out of a start that is refused because of the node's data: one command, with its flags filled in. */

/** A sentence for the end of the message; empty if it is no matter of rejoining. */
export function rejoinAdvice(error: unknown, config: Config): string {
  if (error instanceof NotAMember && error.reason === "stranger") return joinAdvice(error, config);
  if (error instanceof NotAMember && error.reason === "twin") return "";
  if (!(error instanceof DataLost || error instanceof NotAMember || error instanceof StateDiffers)) return "";
  const members = memberAddresses(config);
  const missing = members.length === 0 ? " (HOST:PORT being the client address of any other member)" : "";
  return ` To have it take its place again under a new id, run: ${rejoinCommand(config, members)}${missing}`;
}

/** A node that was never a member needs no rejoining. What it is told of itself stands in the way of joining. */
function joinAdvice({ memberAddress }: NotAMember, config: Config): string {
  const [guess = "HOST:PORT"] = memberAddresses(config);
  const member = memberAddress === "" ? guess : memberAddress;
  const missing = member === "HOST:PORT" ? " (HOST:PORT being the client address of any member)" : "";
  const command = ["balsa serve", `--join ${member}`, `--data-dir ${quoted(config.dataDir)}`, ...placeFlags(config)].join(" ");
  return ` To have it join that cluster, without --id and --peers, run: ${command}${missing}`;
}

const placeKeys = ["listen", "clientListen", "advertisePeer", "advertiseClient"] as const satisfies readonly KeyName[];
type Place = Pick<Config, (typeof placeKeys)[number]>;

/** As `balsa node rejoin` would be called for a node. */
export function rejoinCommand(config: Pick<Config, "id" | "clusterId" | "dataDir"> & Place, members: readonly string[]): string {
  const { id, clusterId, dataDir } = config;
  const flags = [`--data-dir ${quoted(dataDir)}`, `--join ${members.length === 0 ? "HOST:PORT" : members.join(",")}`];
  if (id !== 0) flags.push(`--id ${id}`);
  if (id !== 0 && clusterId !== schema.clusterId.default) flags.push(`--cluster-id ${clusterId}`);
  return ["balsa node rejoin", ...flags, ...placeFlags(config)].join(" ");
}

/** Client addresses at which the other members should be reached from here, as far as the configuration tells. */
export function memberAddresses({ id, join, clientListen, clientAddresses, peers, bootstrap }: Config): string[] {
  const port = parseAddress(clientListen)?.port;
  const own = clientAddresses.find((member) => member.id === id);
  const others = clientAddresses.filter((member) => member.id !== id).map(({ address }) => address);
  // Where clients reach this node as it listens, this node reaches the others as clients do.
  if (own !== undefined && parseAddress(own.address)?.port === port) return others;
  const hosts = peers.map(({ address }) => parseAddress(address)?.host ?? "");
  const ownHost = parseAddress(bootstrap.find((member) => member.id === id)?.peerAddress ?? "")?.host ?? "";
  // Machines of their own are set up alike; nodes of one machine differ by their ports.
  const areApart = new Set([ownHost, ...hosts]).size === hosts.length + 1;
  if (hosts.length > 0 && areApart) return hosts.map((host) => `${isIPv6(host) ? `[${host}]` : host}:${port}`);
  return others.length > 0 ? others : [...join];
}

/** Where the node is, if it was told anything but the default. */
function placeFlags(config: Place): string[] {
  return placeKeys.flatMap((key) => {
    const value = config[key];
    return value === null || value === schema[key].default ? [] : [`${flagOf(key)} ${value}`];
  });
}
