import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";
import { parseAddress } from "../../grpc/address.ts";
import { hostKind } from "../../grpc/host-kind.ts";

/**
 * Whether whoever calls this address, on this machine, gets to a process that listens as `listen` says. False where that cannot
 * be known, as behind a translation of addresses.
 */
export async function isHere(address: string, listen: string): Promise<boolean> {
  const [wanted, own] = [parseAddress(address), parseAddress(listen)];
  if (wanted === null || own === null || wanted.port !== own.port) return false;
  const found = await lookup(wanted.host, { all: true }).catch(() => []);
  return found.length > 0 && found.every(({ address: ip }) => hostKind(ip) === "loopback" || isOfThisMachine(ip));
}

function isOfThisMachine(ip: string): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === ip));
}
