import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { Millis } from "../../core/types.ts";
import type { AnswerRoom } from "../../door/unread.ts";
import type { ClientServiceHandlers } from "../../generated/balsa/client/v1/ClientService.ts";
import type { KeyValue } from "../../generated/balsa/client/v1/KeyValue.ts";
import type { ReadItem__Output as ReadItem } from "../../generated/balsa/client/v1/ReadItem.ts";
import type { ReadResult } from "../../generated/balsa/client/v1/ReadResult.ts";
import type { SubmitItem__Output as SubmitItem } from "../../generated/balsa/client/v1/SubmitItem.ts";
import type { SubmitResult } from "../../generated/balsa/client/v1/SubmitResult.ts";
import type { Asker } from "../answers/asker.ts";
import { answerTo, type Deadline, timeoutOf } from "../answers/calls.ts";
import { type Failure, isFailure, itemErrorOf } from "../answers/failure.ts";
import type { Incarnation } from "../answers/incarnation.ts";
import type { ServiceOptions } from "../answers/options.ts";
import type { ServicePorts } from "../answers/ports.ts";
import { Sessions } from "../sessions/sessions.ts";
import { type ItemHandler, ItemStream } from "./item-stream.ts";
import { Reads } from "./reads.ts";
import { Scans } from "./scans.ts";
import { Watches } from "./watches.ts";
import { Writes } from "./writes.ts";

/** A call that gets an answer, and where it came from. */
type Call = Deadline & Asker["call"] & { getPeer(): string };

/** What the calls of client.proto do. Every node serves them, whether it leads or not. */
export class ClientService {
  readonly #options: ServiceOptions;
  readonly #incarnation: Incarnation;
  readonly #writes: Writes;
  readonly #reads: Reads;
  readonly #scans: Scans;
  readonly #sessions: Sessions;
  readonly #watches: Watches;
  readonly #roomFor: (origin: string) => AnswerRoom;
  readonly #streams = new Set<{ stop(): void }>();

  /** @param roomFor the room for answers on the connection of a call from there */
  constructor(options: ServiceOptions, ports: ServicePorts, roomFor: (origin: string) => AnswerRoom) {
    this.#roomFor = roomFor;
    this.#options = options;
    this.#incarnation = ports.incarnation;
    this.#writes = new Writes(options, ports);
    this.#reads = new Reads(options, ports);
    this.#scans = new Scans(options, ports);
    this.#sessions = new Sessions(options, ports);
    this.#watches = new Watches(options, ports);
  }

  readonly handlers: ClientServiceHandlers = {
    Submit: (call, callback) => this.#writes.submit(call.request, this.#timeoutOf(call), this.#named(answerTo(callback))),
    Read: (call, callback) =>
      this.#reads.read(call.request, this.#asker(call), this.#timeoutOf(call), this.#named(answerTo(callback))),
    Scan: (call, callback) => this.#scans.scan(call.request, this.#asker(call), this.#timeoutOf(call), answerTo(callback)),
    Watch: (call) => this.#watches.open(call, this.#roomFor(call.getPeer()), this.#timeoutOf(call)),
    OpenSession: (call, callback) => this.#sessions.open(call.request, call.getPeer(), this.#timeoutOf(call), answerTo(callback)),
    KeepSession: (call, callback) => this.#sessions.keep(call.request, this.#timeoutOf(call), answerTo(callback)),
    CloseSession: (call, callback) => this.#sessions.close(call.request, this.#timeoutOf(call), answerTo(callback)),
    SubmitStream: (call) => this.#open(call, this.#asker(call), this.#submitHandler(call)),
    ReadStream: (call) => {
      const asker = this.#asker(call);
      this.#open(call, asker, this.#readHandler(call, asker));
    },
  };

  /** Ends every stream once what it has read is answered. Unary calls are the node's to refuse. */
  stop(): void {
    for (const stream of this.#streams) stream.stop();
    this.#watches.stop();
  }

  #open<Item extends { id: number }, Result>(
    call: ServerDuplexStream<{ items: Item[]; incarnationId: string }, { results: Result[]; incarnationId: string }>,
    { room }: Asker,
    handler: ItemHandler<Item, Result>,
  ): void {
    const stream = new ItemStream(call, this.#options, { handler, incarnation: this.#incarnation, room });
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

  #readHandler(call: Deadline, asker: Asker): ItemHandler<ReadItem, ReadResult> {
    return {
      handle: ({ id, request }, done) =>
        this.#reads.read(request, asker, this.#timeoutOf(call), (answer) =>
          done(isFailure(answer) ? { id, error: itemErrorOf(answer) } : { id, response: answer }),
        ),
      refuse: ({ id }, failure) => ({ id, error: itemErrorOf(failure) }),
      bytesOf: ({ response }) => frameBytes + valueBytes(response?.found),
    };
  }

  /** The answer of a call with one answer says itself of which life it is; on a stream, the message does. */
  #named<Answer extends object>(done: (answer: Answer | Failure) => void): (answer: Answer | Failure) => void {
    return (answer) => done(isFailure(answer) ? answer : { ...answer, incarnationId: this.#incarnation.id });
  }

  #asker(call: Call): Asker {
    return { call, room: this.#roomFor(call.getPeer()) };
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
  return textBytes(key) + (value?.data?.length ?? textBytes(value?.text ?? ""));
}

/** In UTF-8, text takes up to three bytes for each of its 16-bit units. Of little text it does not matter how many. */
function textBytes(text: string): number {
  return text.length < 1_024 ? 3 * text.length : Buffer.byteLength(text);
}
