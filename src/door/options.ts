import { count, defaultsOf, millis, type OptionsOf, type OptionTable } from "../declared/options.ts";

/** Limits of what others may hold of this node by their connections. */
export const doorTable = {
  connectionsMax: count(
    0,
    "connections",
    "Most connections of clients; further ones are refused at once. 0: as many as the file handles of the process allow beside disk and peers, and at most 4096.",
    { min: 0 },
  ),
  connectionsPerAddressMax: count(0, "connections", "Most connections of clients from one address; 0: half of all.", { min: 0 }),
  peerConnectionsMax: count(
    0,
    "connections",
    "Most connections at the peer port; a further one takes the place of one on which no member has spoken. 0: as many as the file handles allow, and at most 256.",
    { min: 0 },
  ),
  handshakeTimeoutMs: millis(5_000, "Longest time for a new connection to begin HTTP/2; one that takes longer is closed."),
  idleTimeoutMs: millis(
    300_000,
    "Time without calls after which a connection is closed; an open watch or stream counts as a call.",
  ),
  connectionKeepaliveMs: millis(15_000, "Time without a sign of life from the other end after which a connection is probed."),
  connectionKeepaliveTimeoutMs: millis(20_000, "Wait for a sign of life after a probe; without one the connection is closed."),
  unreadBytesMax: count(
    16 * 1024 * 1024,
    "bytes",
    "Most bytes of answers on one connection that its client has not read; past it, its further requests wait.",
  ),
  unreadBytesTotalMax: count(
    128 * 1024 * 1024,
    "bytes",
    "Most such bytes on all connections; past it, connections are closed, first those that have most.",
  ),
  unreadTimeoutMs: millis(10_000, "Time in which a connection that is past unreadBytesMax takes at least 16 KiB, or is closed."),
  unfinishedBytesMax: count(
    256 * 1024 * 1024,
    "bytes",
    "Most bytes of incomplete messages at each port; past it, connections are closed, first those that have most.",
  ),
} as const satisfies OptionTable;

export type DoorOptions = OptionsOf<typeof doorTable>;

export const doorDefaults = defaultsOf(doorTable);
