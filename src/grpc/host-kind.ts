import { isIP, isIPv4, isIPv6 } from "node:net";
import { parseAddress } from "./address.ts";

/**
 * What a host stands for: `everywhere`, all addresses of the machine that listens; `group`, many machines at once, or
 * none; `loopback`, whatever machine says so; else `machine`. Names are not looked up.
 */
export type HostKind = "everywhere" | "group" | "loopback" | "machine";

export function hostKind(host: string): HostKind {
  if (host.includes("*")) return "everywhere";
  const address = canonical(host);
  if (address === "localhost" || address.endsWith(".localhost")) return "loopback";
  if (isIPv4(address)) return kindOfIPv4(address);
  if (address === "::") return "everywhere";
  if (address === "::1") return "loopback";
  // An IPv4 address as a socket of both families writes it.
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address) ?? [];
  if (high !== undefined && low !== undefined)
    return kindOfIPv4(dotted(Number.parseInt(high, 16) * 2 ** 16 + Number.parseInt(low, 16)));
  return isIPv6(address) && address.startsWith("ff") ? "group" : "machine";
}

/** Why others cannot reach a node at this address, as the end of a sentence about it; null if they may. */
export function unreachable(address: string): string | null {
  switch (hostKind(parseAddress(address)?.host ?? "")) {
    case "everywhere":
      return "at which a node may listen, but at which no other machine reaches it; give its name or its own address";
    case "group":
      return "that is not of a single machine; give the node's name or its own address";
    default:
      return null;
  }
}

/** The one way to write an address of which there are many, as 0 and 0x0.0 for 0.0.0.0; a name in small letters. */
function canonical(host: string): string {
  // What follows on a percent sign says through which interface.
  const [bare = ""] = host.split("%");
  try {
    const { hostname } = new URL(`http://${isIP(bare) === 6 ? `[${bare}]` : bare}`);
    return hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  } catch {
    return bare;
  }
}

function kindOfIPv4(address: string): HostKind {
  const first = Number(address.split(".")[0]);
  if (first === 0) return "everywhere";
  if (first === 127) return "loopback";
  return (first >= 224 && first < 240) || address === "255.255.255.255" ? "group" : "machine";
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}
