import { createServer } from "node:net";
import { parseAddress } from "./config/formats.ts";
import { errorText } from "./error-text.ts";

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
