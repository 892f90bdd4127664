import type { Said } from "../../client/connection/sighting.ts";
import type { Millis } from "../../core/types.ts";
import type { AnswerRoom } from "../../door/unread.ts";
import type { WatchRequest } from "../../generated/balsa/client/v1/WatchRequest.ts";
import { clientServiceDefinition as service } from "../../grpc/service-definitions.ts";
import type { Asker } from "../../service/answers/asker.ts";
import { type Failure, isFailure, itemErrorOf } from "../../service/answers/failure.ts";
import type { ServiceOptions } from "../../service/answers/options.ts";
import type { ServicePorts } from "../../service/answers/ports.ts";
import { Reads } from "../../service/client/reads.ts";
import { Scans } from "../../service/client/scans.ts";
import { Watches } from "../../service/client/watches.ts";
import { Writes } from "../../service/client/writes.ts";
import { Sessions } from "../../service/sessions/sessions.ts";
import type { LocalWatch } from "./local-watch.ts";

/** Who asks for one answer: whether still, and how long it may take. */
interface LocalAsker {
  readonly call: Asker["call"];
  readonly timeoutMs: Millis;
}

type Handler = (bytes: Buffer, asker: LocalAsker, done: (answer: Buffer | Failure) => void) => void;
type ItemHandler = (bytes: Buffer, done: (message: Buffer) => void) => void;

/** Whom sessions that are opened here count for. */
const owner = "embedded";

/** The program takes every answer at once. */
const room: AnswerRoom = {
  state: "free",
  hold: () => undefined,
  release: () => undefined,
  whenFree: (callback) => void setImmediate(callback),
};

/** What client.proto has, for the program of which this node is a part: the same services as at the client port, without it. */
export class LocalService {
  readonly #options: ServiceOptions;
  readonly #ports: ServicePorts;
  readonly #watches: Watches;
  readonly #handlers: Readonly<Record<string, Handler>>;
  readonly #itemHandlers: Readonly<Record<string, ItemHandler>>;

  constructor(options: ServiceOptions, ports: ServicePorts) {
    this.#options = options;
    this.#ports = ports;
    this.#watches = new Watches(options, ports);
    const [writes, reads, scans, sessions] = [
      new Writes(options, ports),
      new Reads(options, ports),
      new Scans(options, ports),
      new Sessions(options, ports),
    ];
    const { Scan, OpenSession, KeepSession, CloseSession, SubmitStream, ReadStream } = service;
    this.#handlers = {
      [Scan.path]: handler(Scan, (request, { call, timeoutMs }, done) => scans.scan(request, { call, room }, timeoutMs, done)),
      [OpenSession.path]: handler(OpenSession, (request, { timeoutMs }, done) => sessions.open(request, owner, timeoutMs, done)),
      [KeepSession.path]: handler(KeepSession, (request, { timeoutMs }, done) => sessions.keep(request, timeoutMs, done)),
      [CloseSession.path]: handler(CloseSession, (request, { timeoutMs }, done) => sessions.close(request, timeoutMs, done)),
    };
    const { requestTimeoutMs } = options;
    const asker = { call: { cancelled: false }, room };
    this.#itemHandlers = {
      [SubmitStream.path]: itemHandler(SubmitStream, ({ request }, done) => writes.submit(request, requestTimeoutMs, done)),
      [ReadStream.path]: itemHandler(ReadStream, ({ request }, done) => reads.read(request, asker, requestTimeoutMs, done)),
    };
  }

  get status(): Said {
    const { id: nodeId, term, role, leader } = this.#ports.node.view;
    return {
      nodeId,
      term,
      role: role === "leader" ? "ROLE_LEADER" : "ROLE_FOLLOWER",
      leaderId: leader ?? 0,
      leaderAddress: "",
      incarnationId: this.#ports.incarnation.id,
      members: [],
    };
  }

  /** Answers the call of this path, once. */
  answer(path: string, bytes: Buffer, { call, timeoutMs }: LocalAsker, done: (answer: Buffer | Failure) => void): void {
    const asker = { call, timeoutMs: Math.min(timeoutMs, this.#options.requestTimeoutMs) };
    this.#handlers[path]?.(bytes, asker, done);
  }

  /** Answers each item of a message for the stream of this path, in a message of its own. */
  answerItems(path: string, bytes: Buffer, done: (message: Buffer) => void): void {
    this.#itemHandlers[path]?.(bytes, done);
  }

  watch(watch: LocalWatch): void {
    this.#watches.open(watch, room, this.#options.requestTimeoutMs);
  }

  watchRequestOf(request: WatchRequest): LocalWatch["request"] {
    const { requestSerialize, requestDeserialize } = service.Watch;
    return requestDeserialize(requestSerialize(request));
  }
}

function handler<Request, Answer extends object>(
  definition: { requestDeserialize: (bytes: Buffer) => Request; responseSerialize: (answer: Answer) => Buffer },
  handle: (request: Request, asker: LocalAsker, done: (answer: Answer | Failure) => void) => void,
): Handler {
  const { requestDeserialize, responseSerialize } = definition;
  return (bytes, asker, done) =>
    handle(requestDeserialize(bytes), asker, (answer) => done(isFailure(answer) ? answer : responseSerialize(answer)));
}

type ItemResult<Answer> = { id: number; response: Answer } | { id: number; error: ReturnType<typeof itemErrorOf> };

function itemHandler<Item extends { id: number }, Answer extends object>(
  definition: {
    requestDeserialize: (bytes: Buffer) => { items: Item[] };
    responseSerialize: (message: { results: ItemResult<Answer>[] }) => Buffer;
  },
  handle: (item: Item, done: (answer: Answer | Failure) => void) => void,
): ItemHandler {
  const { requestDeserialize, responseSerialize } = definition;
  return (bytes, done) => {
    for (const item of requestDeserialize(bytes).items) {
      const { id } = item;
      handle(item, (answer) => {
        const result = isFailure(answer) ? { id, error: itemErrorOf(answer) } : { id, response: answer };
        done(responseSerialize({ results: [result] }));
      });
    }
  };
}
