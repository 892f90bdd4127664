import { type Client, type ClientReadableStream, type ServiceError, status } from "@grpc/grpc-js";
import type { GetEntriesResponse__Output as Entries } from "../../generated/balsa/admin/v1/GetEntriesResponse.ts";
import type { GetStatusResponse__Output as Status } from "../../generated/balsa/admin/v1/GetStatusResponse.ts";
import type { SubscribeResponse__Output as SubscribeResponse } from "../../generated/balsa/admin/v1/SubscribeResponse.ts";
import { openChannel } from "../../grpc/channel.ts";
import { adminServiceDefinition, observeServiceDefinition } from "../../grpc/service-definitions.ts";
import type { LogEntry } from "../../observe/live.ts";
import { batchIn } from "../../observe/wire/batch-codec.ts";
import type { FeedEnds, NodeFeed, OpenFeed } from "./node-feed.ts";

export interface ObserveFeedOptions {
  /** Whether entries are told with their keys and values. */
  readonly showsValues: boolean;
}

const timeoutMs = 2_000;

/** Listens to nodes over ObserveService. A connection that breaks is not mended: whoever wants to goes on with another one. */
export function observeFeed(options: ObserveFeedOptions): OpenFeed {
  return (address, ends) => new ObserveFeed(address, options, ends);
}

class ObserveFeed implements NodeFeed {
  readonly #address: string;
  readonly #options: ObserveFeedOptions;
  readonly #ends: FeedEnds;
  readonly #client: Client;
  #stream: ClientReadableStream<SubscribeResponse> | null = null;
  #isOpen = true;

  constructor(address: string, options: ObserveFeedOptions, ends: FeedEnds) {
    this.#address = address;
    this.#options = options;
    this.#ends = ends;
    this.#client = openChannel(address, {
      "grpc.use_local_subchannel_pool": 1,
      "grpc.enable_retries": 0,
      "grpc.service_config_disable_resolution": 1,
      "grpc.max_receive_message_length": -1,
    });
    this.#meet();
  }

  entries(first: number, last: number): Promise<readonly LogEntry[]> {
    const { path, requestSerialize, responseDeserialize } = observeServiceDefinition.GetEntries;
    const request = { first, last, withValues: this.#options.showsValues };
    const deadline = Date.now() + timeoutMs;
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, answer?: Entries): void => {
        if (answer !== undefined) resolve(answer.entries);
        else reject(new Error(`The entries are not told: ${error === null ? "there was no answer" : this.#whyOf(error)}.`));
      };
      this.#client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, { deadline }, done);
    });
  }

  close(): void {
    this.#isOpen = false;
    this.#stream?.cancel();
    this.#client.close();
  }

  /** Who it is, before it is listened to. */
  #meet(): void {
    const { path, requestSerialize, responseDeserialize } = adminServiceDefinition.GetStatus;
    const askedAt = performance.now();
    const deadline = Date.now() + timeoutMs;
    const done = (error: ServiceError | null, answer?: Status): void => {
      if (answer === undefined) return this.#end(error === null ? "it gave no answer" : this.#whyOf(error));
      if (!this.#isOpen) return;
      this.#ends.onMet({
        node: answer.nodeId,
        clusterId: answer.clusterId,
        incarnationId: answer.incarnationId,
        allowsFaults: answer.faultsEnabled,
        roundTripMs: performance.now() - askedAt,
      });
      if (this.#isOpen) this.#subscribe();
    };
    this.#client.makeUnaryRequest(path, requestSerialize, responseDeserialize, {}, { deadline }, done);
  }

  #subscribe(): void {
    const { path, requestSerialize, responseDeserialize } = observeServiceDefinition.Subscribe;
    const stream = this.#client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, {});
    this.#stream = stream;
    stream.on("data", (message: SubscribeResponse) => {
      if (!this.#isOpen) return;
      const { now, ...batch } = batchIn(message);
      this.#ends.onBatch({ ...batch, at: now });
    });
    stream.on("error", (error: ServiceError) => this.#end(this.#whyOf(error)));
    stream.on("end", () => this.#end("it has stopped"));
  }

  #end(why: string): void {
    if (!this.#isOpen) return;
    this.close();
    this.#ends.onEnd(why);
  }

  /** What an error comes to, as the end of a sentence. */
  #whyOf({ code, details }: ServiceError): string {
    switch (code) {
      case status.UNIMPLEMENTED:
        return "its version does not tell what it does";
      case status.DEADLINE_EXCEEDED:
        return "it did not answer in time";
      case status.UNAVAILABLE:
        return details.includes("ECONNREFUSED") ? `nobody listens at ${this.#address}` : `it cannot be reached at ${this.#address}`;
      default:
        return details.replace(/\.$/, "");
    }
  }
}
