import { readFileSync } from "node:fs";
import type { DoorOptions } from "../../door/options.ts";
import type { PlaceOptions } from "../../door/places.ts";

/** Where the system does not say how many handles the process may open. */
const handlesDefault = 1_024;
/** What a process opens for itself, its log and state, whatever the load. */
const ownHandles = 64;
/** More connections by default would cost more memory than handles. */
const clientsMaxDefault = 4_096;
const peersMaxDefault = 256;

/** What the two ports may take of the handles of the process. */
export interface ConnectionPlaces {
  readonly client: PlaceOptions;
  readonly peer: PlaceOptions;
}

/** How many handles (files, sockets) this process may have open. */
export function handlesOfProcess(read: (path: string) => string = (path) => readFileSync(path, "utf8")): number {
  try {
    // Node has raised its own limit to what it may raise it to, before it runs anything.
    const [, soft = ""] = /^Max open files\s+(\d+)/m.exec(read("/proc/self/limits")) ?? [];
    return Number(soft) || handlesDefault;
  } catch {
    return handlesDefault;
  }
}

/**
 * Shares the handles out. The disk comes first, without which the node dies: besides its own few files LevelDB may open
 * a fifth of all that the process may have. An eighth of the rest is for peers, what is left for clients.
 */
export function connectionPlaces(options: DoorOptions, handles: number): ConnectionPlaces {
  const free = Math.max(0, handles - ownHandles - Math.ceil(handles / 5));
  const peers = options.peerConnectionsMax || between(8, peersMaxDefault, Math.floor(free / 8));
  const clients = options.connectionsMax || between(8, clientsMaxDefault, free - 2 * peers);
  const perAddress = options.connectionsPerAddressMax || Math.max(8, Math.ceil(clients / 2));
  return {
    client: { connectionsMax: clients, perAddressMax: perAddress, whenFull: "refuse" },
    peer: { connectionsMax: peers, perAddressMax: peers, whenFull: "replace" },
  };
}

/** What an operator should know of limits that do not fit each other; null if they do. */
export function placesWarning({ client, peer }: ConnectionPlaces, handles: number): string | null {
  const wanted = client.connectionsMax + 2 * peer.connectionsMax + ownHandles;
  if (wanted <= handles) return null;
  return `This process may open ${handles} files and sockets, but its limits allow ${client.connectionsMax} connections of clients and ${peer.connectionsMax} of peers. Raise the limit (ulimit -n) or lower connectionsMax and peerConnectionsMax, or the disk may find no handle.`;
}

function between(least: number, most: number, value: number): number {
  return Math.max(least, Math.min(most, value));
}
