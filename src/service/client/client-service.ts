import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { Millis } from "../core/types.ts";
import type { ClientServiceHandlers } from "../generated/balsa/client/v1/ClientService.ts";
import type { KeyValue } from "../generated/balsa/client/v1/KeyValue.ts";
import type { ReadItem__Output as ReadItem } from "../generated/balsa/client/v1/ReadItem.ts";
import type { ReadResult } from "../generated/balsa/client/v1/ReadResult.ts";
import type { SubmitItem__Output as SubmitItem } from "../generated/balsa/client/v1/SubmitItem.ts";
import type { SubmitResult } from "../generated/balsa/client/v1/SubmitResult.ts";
import { answerTo, type Deadline, timeoutOf } from "./calls.ts";
import { isFailure, itemErrorOf } from "./failure.ts";
import { type ItemHandler, ItemStream } from "./item-stream.ts";
import type { ServiceOptions } from "./options.ts";
import type { ServicePorts } from "./ports.ts";
import { Reads } from "./reads.ts";
import { Scans } from "./scans.ts";
import { Sessions } from "./sessions.ts";
import { Watches } from "./watches.ts";
import { Writes } from "./writes.ts";

/** What the calls of client.proto do. Every node serves them, whether it leads or not. */
export class ClientService {
  readonly #options: ServiceOptions;
  readonly #writes: Writes;
  readonly #reads: Reads;
  readonly #scans: Scans;
  readonly #sessions: Sessions;
  readonly #watches: Watches;
  readonly #streams = new Set<{ stop(): void }>();

  constructor(options: ServiceOptions, ports: ServicePorts) {
    this.#options = options;
    this.#writes = new Writes(options, ports);
    this.#reads = new Reads(options, ports);
    this.#scans = new Scans(options, ports);
    this.#sessions = new Sessions(options, ports);
    this.#watches = new Watches(options, ports);
  }

  readonly handlers: ClientServiceHandlers = {
    Submit: (call, callback) => this.#writes.submit(call.request, this.#timeoutOf(call), answerTo(callback)),
    Read: (call, callback) => this.#reads.read(call.request, this.#timeoutOf(call), answerTo(callback)),
    Scan: (call, callback) => this.#scans.scan(call.request, this.#timeoutOf(call), answerTo(callback)),
    Watch: (call) => this.#watches.open(call, this.#timeoutOf(call)),
    OpenSession: (call, callback) => this.#sessions.open(call.request, this.#timeoutOf(call), answerTo(callback)),
    KeepSession: (call, callback) => this.#sessions.keep(call.request, this.#timeoutOf(call), answerTo(callback)),
    CloseSession: (call, callback) => this.#sessions.close(call.request, this.#timeoutOf(call), answerTo(callback)),
    SubmitStream: (call) => this.#open(call, this.#submitHandler(call)),
    ReadStream: (call) => this.#open(call, this.#readHandler(call)),
  };

  /** Ends every stream once what it has read is answered. Unary calls are the node's to refuse. */
  stop(): void {
    for (const stream of this.#streams) stream.stop();
    this.#watches.stop();
  }

  #open<Item extends { id: number }, Result>(
    call: ServerDuplexStream<{ items: Item[] }, { results: Result[] }>,
    handler: ItemHandler<Item, Result>,
  ): void {
    const stream = new ItemStream(call, this.#options, handler);
    this.#streams.add(stream);
    call.on("close", () => this.#streams.delete(stream));
  }

  #submitHandler(call: Deadline): ItemHandler<SubmitItem, SubmitResult> {
    return {
      handle: ({ id, request }, done) =>
        this.#writes.submit(request, this.#timeoutOf(call), (answer) =>
          done(isFailure(answer) ? { id, error: itemErrorOf(answer) } : { id, response: answer }),
        ),
      refuse: ({ id }, failure) => ({ id, error: itemErrorOf(failure) }),
      bytesOf: submitResultBytes,
    };
  }

  #readHandler(call: Deadline): ItemHandler<ReadItem, ReadResult> {
    return {
      handle: ({ id, request }, done) =>
        this.#reads.read(request, this.#timeoutOf(call), (answer) =>
          done(isFailure(answer) ? { id, error: itemErrorOf(answer) } : { id, response: answer }),
        ),
      refuse: ({ id }, failure) => ({ id, error: itemErrorOf(failure) }),
      bytesOf: ({ response }) => frameBytes + valueBytes(response?.found),
    };
  }

  #timeoutOf(call: Deadline): Millis {
    return timeoutOf(call, this.#options.requestTimeoutMs);
  }
}

/** Bytes of a result beside its values, with room to spare. */
const frameBytes = 64;

function submitResultBytes({ response }: SubmitResult): number {
  let bytes = frameBytes;
  for (const result of response?.results ?? []) bytes += 8 + valueBytes(result.current);
  return bytes;
}

function valueBytes(found: KeyValue | null | undefined): number {
  if (!found) return 0;
  const { key = "", value } = found;
  // In UTF-8, text takes up to three bytes for each of its 16-bit units.
  return 3 * key.length + (value?.data?.length ?? 3 * (value?.text?.length ?? 0));
}
