import { BalsaClient } from "../../../client/client.ts";
import { errorText } from "../../../terminal/error-text.ts";
import { keyOf, valueBytes } from "../measure/subject.ts";
import { ClosedLoop, type Extent, type LoadResult } from "./closed-loop.ts";

const value = Buffer.alloc(valueBytes, "v");

/** Requests from this process by Balsa's client, all on one stream of its own. */
export class StreamLoad {
  readonly name = "BalsaClient";
  readonly #client: BalsaClient;
  readonly #loop: ClosedLoop;

  constructor(options: { address: string; outstanding: number; kind: "write" | "read"; keys: number; session: boolean }) {
    // The node is chosen here, as some cases are about a follower.
    const client = new BalsaClient({
      endpoints: [options.address],
      prefer: "any",
      session: options.session,
      outstandingMax: options.outstanding,
    });
    const { kind, keys } = options;
    const request = (n: number) => (kind === "write" ? client.set(keyOf(n, keys), value) : client.get(keyOf(n, keys)));
    this.#client = client;
    this.#loop = new ClosedLoop(options, (n, done) => {
      request(n).then(
        () => done(null),
        (error) => done(errorText(error)),
      );
    });
  }

  run(extent: Extent): Promise<LoadResult> {
    return this.#loop.run(extent);
  }

  close(): void {
    this.#client.close();
  }
}
