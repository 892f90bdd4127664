import { type Client, type ClientReadableStream, credentials, makeClientConstructor } from "@grpc/grpc-js";
import type { GetEntriesResponse__Output } from "../../src/generated/balsa/admin/v1/GetEntriesResponse.ts";
import type { ObserveServiceClient } from "../../src/generated/balsa/admin/v1/ObserveService.ts";
import type { SubscribeResponse__Output } from "../../src/generated/balsa/admin/v1/SubscribeResponse.ts";
import { observeServiceDefinition } from "../../src/grpc/service-definitions.ts";
import type { NodeSample } from "../../src/observe/live.ts";
import type { ObservedRecord } from "../../src/observe/records.ts";
import { type Batch, batchIn } from "../../src/observe/wire/batch-codec.ts";
import { until } from "./until.ts";

const ObserveClient = makeClientConstructor(observeServiceDefinition, "ObserveService");

/** All that one node has told since it is observed. */
export class Observer {
  readonly batches: Batch[] = [];
  readonly #client: ObserveServiceClient;
  readonly #stream: ClientReadableStream<SubscribeResponse__Output>;

  /** Resolves once the node has told its state. */
  static async of(address: string, messagesPerSecond = 0): Promise<Observer> {
    const observer = new Observer(address, messagesPerSecond);
    await until(`${address} tells its state`, 10_000, () => observer.batches[0]);
    return observer;
  }

  private constructor(address: string, messagesPerSecond: number) {
    this.#client = new ObserveClient(address, credentials.createInsecure()) as Client as ObserveServiceClient;
    this.#stream = this.#client.subscribe({ messagesPerSecond });
    this.#stream.on("data", (message: SubscribeResponse__Output) => this.batches.push(batchIn(message)));
    this.#stream.on("error", () => undefined);
  }

  get records(): ObservedRecord[] {
    return this.batches.flatMap(({ records }) => records);
  }

  of(type: string): ObservedRecord[] {
    return this.records.filter((record) => record.type === type);
  }

  get sample(): NodeSample | null {
    return this.batches.findLast(({ sample }) => sample !== null)?.sample ?? null;
  }

  entries(first: number, last: number, withValues: boolean): Promise<GetEntriesResponse__Output> {
    return new Promise((resolve, reject) => {
      this.#client.getEntries({ first, last, withValues }, (error, response) =>
        response === undefined ? reject(error) : resolve(response),
      );
    });
  }

  close(): void {
    this.#stream.cancel();
    this.#client.close();
  }
}
