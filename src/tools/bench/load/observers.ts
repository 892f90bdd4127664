import type { Client, ClientReadableStream } from "@grpc/grpc-js";
import { openChannel } from "../../../grpc/channel.ts";
import { observeServiceDefinition } from "../../../grpc/service-definitions.ts";

/** Longest wait for the first word of every node, in ms. */
const openWithinMs = 10_000;

/** One who watches each node, and reads as fast as it tells. What is told is not decoded: only the nodes' own work is of interest. */
export class Observers {
  readonly #clients: Client[] = [];
  readonly #streams: ClientReadableStream<Buffer>[] = [];
  #firstFailure: string | null = null;
  #isClosing = false;

  /** Resolves once every node has told something. Rejects if one does not. */
  async open(addresses: readonly string[]): Promise<void> {
    await Promise.all(addresses.map((address) => this.#observe(address)));
  }

  /** Why one of them ended before its time; null if none did. */
  get firstFailure(): string | null {
    return this.#firstFailure;
  }

  close(): void {
    this.#isClosing = true;
    for (const stream of this.#streams) stream.cancel();
    for (const client of this.#clients) client.close();
  }

  #observe(address: string): Promise<void> {
    const { path, requestSerialize } = observeServiceDefinition.Subscribe;
    const client = openChannel(address);
    const stream = client.makeServerStreamRequest(path, requestSerialize, (bytes: Buffer) => bytes, {});
    this.#clients.push(client);
    this.#streams.push(stream);
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        if (!this.#isClosing) this.#firstFailure ??= `${address}: ${why}`;
        clearTimeout(timer);
        reject(new Error(`Node ${address} cannot be observed: ${why}`));
      };
      const timer = setTimeout(() => fail("it tells nothing"), openWithinMs);
      stream.on("data", () => {
        clearTimeout(timer);
        resolve();
      });
      stream.on("error", ({ details }: { details?: string } & Error) => fail(details ?? "the stream broke"));
      stream.on("end", () => fail("the stream ended"));
    });
  }
}
