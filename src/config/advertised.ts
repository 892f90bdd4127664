import { connect, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { BalsaError } from "../client/values/balsa-error.ts";
import { clientErrorKinds } from "../client/values/client-errors.ts";
import { parseAddress } from "../grpc/address.ts";
import { type HostKind, hostKind } from "../grpc/host-kind.ts";
import { errorText } from "../terminal/error-text.ts";

/** What a node tells others of where it is. */

const loopback = "127.0.0.1";

/** The address at which others reach who listens here. Who listens everywhere is at the first address of this machine. */
export function advertised(listen: string, host = firstHost()): string {
  const address = parseAddress(listen);
  if (address === null || hostKind(address.host) !== "everywhere") return listen;
  return `${isIPv6(host) ? `[${host}]` : host}:${address.port}`;
}

/**
 * Among members on several machines, each would take a loopback address for its own.
 * @param others addresses of further members
 */
export function loopbackWarnings(members: readonly { id: number; address: string }[], others: readonly string[]): string[] {
  const all = [...members.map(({ address }) => address), ...others];
  if (!all.some((address) => kindOf(address) === "machine")) return [];
  return members
    .filter(({ address }) => kindOf(address) === "loopback")
    .map(({ id, address }) => {
      const who = id === 0 ? "This node" : `Node ${id}`;
      return `${who} has the peer address ${address}, at which only its own machine reaches it, but other members are elsewhere.`;
    });
}

function kindOf(address: string): HostKind {
  return hostKind(parseAddress(address)?.host ?? "");
}

/** This machine's own address on the way to the first of these that is there. @throws BalsaError if none is */
export async function hostTowards(addresses: readonly string[], timeoutMs: number): Promise<string> {
  const failures: string[] = [];
  for (const address of addresses) {
    try {
      return await hostTowardsOne(address, timeoutMs);
    } catch (error) {
      failures.push(`${address} cannot be reached (${errorText(error)})`);
    }
  }
  throw new BalsaError("UNREACHABLE", `${failures.join(", ")}.`, clientErrorKinds.UNREACHABLE);
}

function hostTowardsOne(address: string, timeoutMs: number): Promise<string> {
  const there = parseAddress(address);
  if (there === null) return Promise.reject(new Error("it is no address"));
  return new Promise((resolve, reject) => {
    const socket = connect({ host: there.host, port: there.port, timeout: timeoutMs });
    socket.once("connect", () => {
      const { localAddress = loopback } = socket;
      socket.destroy();
      // A socket of both families writes an IPv4 address so.
      resolve(localAddress.replace(/^::ffff:/, ""));
    });
    socket.once("timeout", () => socket.destroy(new Error("it does not answer")));
    socket.once("error", reject);
  });
}

function firstHost(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? loopback;
}
