import { connect, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { status } from "@grpc/grpc-js";
import { BalsaError } from "../client/balsa-error.ts";
import { parseAddress } from "./config/formats.ts";
import { errorText } from "./error-text.ts";

/** What a node tells others of where it is. */

const everywhere: readonly string[] = ["0.0.0.0", "::"];
const loopback = "127.0.0.1";

/** The address at which others reach who listens here. Who listens everywhere is at the first address of this machine. */
export function advertised(listen: string, host = firstHost()): string {
  const address = parseAddress(listen);
  if (address === null || !everywhere.includes(address.host)) return listen;
  return `${isIPv6(host) ? `[${host}]` : host}:${address.port}`;
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
  throw new BalsaError(status.UNAVAILABLE, "UNREACHABLE", false, `${failures.join(", ")}.`);
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
