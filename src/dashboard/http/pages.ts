import { existsSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import sirv from "sirv";
import { hostProblem, securityHeaders } from "./guard.ts";

export interface PagesOptions {
  /** Where the built page is. */
  readonly folder: string;
  /** Names of this machine beside localhost and its addresses. */
  readonly hostNames: readonly string[];
}

const notBuilt = "The page is not built. In the folder of the project, run: npm run build";

/** Serves the files of the page, and nothing else. */
export class Pages {
  readonly #hostNames: readonly string[];
  readonly #files: ReturnType<typeof sirv> | null;
  readonly #onRefused: () => void;

  constructor({ folder, hostNames }: PagesOptions, ports: { readonly onRefused: () => void }) {
    this.#hostNames = hostNames;
    this.#onRefused = ports.onRefused;
    // A build may replace the files meanwhile, so each is looked at when it is asked for: `dev`.
    const isBuilt = existsSync(join(folder, "index.html"));
    this.#files = isBuilt ? sirv(folder, { dev: true, gzip: true, brotli: true, etag: true, setHeaders }) : null;
  }

  /** Never throws: whoever serves the page may keep the nodes running too, and one request must not end them. */
  readonly serve = (request: IncomingMessage, response: ServerResponse): void => {
    // A file may be gone before it has been read.
    response.on("pipe", (file) => file.on("error", () => response.destroy()));
    try {
      this.#serve(request, response);
    } catch {
      this.#onRefused();
      if (response.headersSent) response.destroy();
      else say(response, 500, "This request could not be served.");
    }
  };

  #serve(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const problem = hostProblem(request.headers, this.#hostNames);
    if (problem !== null) {
      this.#onRefused();
      return say(response, 421, problem);
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      this.#onRefused();
      return say(response, 405, "This server is only read from; controls go over its WebSocket.");
    }
    if (this.#files === null) return say(response, 503, notBuilt);
    // Files are small and sent whole. The library takes ranges as they are told, also such as end before they begin.
    delete request.headers.range;
    this.#files(request, response, () => say(response, 404, "There is no such page."));
  }
}

/** What the build names after its content never changes. */
function setHeaders(response: ServerResponse, path: string): void {
  response.setHeader("Cache-Control", path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
}

function say(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" });
  response.end(`${sentence}\n`);
}
