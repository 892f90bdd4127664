import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/**
 * Why a request is refused before anything else is looked at; null if it is not.
 *
 * A page of a stranger can have its own name point at this machine (DNS rebinding), and then speaks to this server as to its
 * own: so the name that was asked for must be one of this machine, or one that was named to be right. An address cannot be made
 * to point elsewhere.
 */
export function hostProblem({ host }: IncomingHttpHeaders, names: readonly string[]): string | null {
  // Nothing but a name and a port: what else an address may have would hide which of its parts is the name.
  const name = /[/\\?#@]/.test(host ?? "") ? null : hostNameOf(`http://${host ?? ""}`);
  if (name === null) return "The request does not say which host is meant.";
  const bare = name.replace(/^\[|\]$/g, "");
  if (isIP(bare) !== 0 || bare === "localhost" || bare.endsWith(".localhost") || names.includes(bare)) return null;
  return `"${name}" is no name of this dashboard. Open it as localhost, by an address, or name the host with --host.`;
}

/** Why a WebSocket is refused: any page may try to open one, and only the page of this server may have it. Programs name no origin. */
export function originProblem({ host, origin }: IncomingHttpHeaders): string | null {
  if (origin === undefined) return null;
  const isOurs = origin === `http://${host}` || origin === `https://${host}`;
  return isOurs ? null : "Only the page of this dashboard may listen to it.";
}

function hostNameOf(url: string): string | null {
  try {
    const { hostname } = new URL(url);
    return hostname === "" ? null : hostname.toLowerCase();
  } catch {
    return null;
  }
}

/** Nothing from elsewhere is loaded or run, and no other page can frame this one. The icon of the tab is drawn by the page. */
const contentPolicy = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export const securityHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy": contentPolicy,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};
