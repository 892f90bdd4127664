import { createServer } from "node:net";
import { parseAddress } from "../../grpc/address.ts";
import { errorText } from "../../terminal/error-text.ts";

/**
 * Why nobody could listen on `address` now, as a sentence; null if somebody could. Asked before anything is
 * created on disk, so that a second start by mistake leaves no trace.
 */
export function portProblem(address: string): Promise<string | null> {
  const target = parseAddress(address);
  if (!target) return Promise.resolve(`${address} is no address.`);
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(reasonOf(address, error)));
    server.listen({ ...target, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** What speaks against listening on these addresses, in one text; null if nothing does. */
export async function portProblems(addresses: readonly string[]): Promise<string | null> {
  const found = (await Promise.all(addresses.map(portProblem))).filter((problem) => problem !== null);
  return found.length === 0 ? null : found.join(" ");
}

function reasonOf(address: string, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "EADDRINUSE":
      return `${address} is in use by another process.`;
    case "EACCES":
      return `${address} may not be used by this user.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${address} is no address of this machine.`;
    default:
      return `${address} cannot be listened on: ${errorText(error)}.`;
  }
}
