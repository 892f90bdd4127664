import { isIPv6 } from "node:net";

/**
 * Whom a session counts for: the address that a call comes from, as it is the one thing that a program does not choose. Of
 * IPv6 it is the network of 64 bits: a machine has all addresses of one.
 * @param peer as gRPC tells it, "address:port"
 */
export function ownerOfPeer(peer: string): string {
  const address = peer.replace(/:\d+$/, "").replace(/^::ffff:(?=\d+\.)/i, "");
  return isIPv6(address) ? networkOf(address) : address;
}

function networkOf(address: string): string {
  const [head = "", tail] = address.replace(/%.*$/, "").split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  // Where "::" stands, and nowhere else, groups are left out.
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: missing }, () => "0"), ...right];
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}
