import type {
  Answer,
  Cancelable,
  Connection,
  Flow,
  ItemStream,
  PickOf,
  StreamDefinition,
  UnaryMethod,
  WatchEnds,
} from "../../client/connection/connection.ts";
import { failureOf, services } from "../../client/connection/node-connection.ts";
import type { Said } from "../../client/connection/sighting.ts";
import type { WatchRequest } from "../../generated/balsa/client/v1/WatchRequest.ts";
import { isFailure, statusOf } from "../../service/answers/failure.ts";
import type { LocalService } from "./local-service.ts";
import { LocalStream } from "./local-stream.ts";
import { LocalWatch } from "./local-watch.ts";

/**
 * The connection of a program to the node inside it: messages have the form that they have on the wire, as a client and a
 * node know no other, but nothing leaves the process. So whatever a client promises holds for the node's own map.
 */
export class LocalConnection implements Connection {
  readonly endpoint: string;
  readonly #service: LocalService;
  /** Ends what is under way, each. */
  readonly #underWay = new Set<() => void>();
  #life: "open" | "retired" | "closed" = "open";
  #isSuperseded = false;

  constructor(endpoint: string, service: LocalService) {
    this.endpoint = endpoint;
    this.#service = service;
  }

  get isReady(): boolean {
    return !this.isClosed;
  }

  get isConnecting(): boolean {
    return false;
  }

  get isClosed(): boolean {
    return this.#life === "closed";
  }

  get isSuperseded(): boolean {
    return this.#isSuperseded;
  }

  supersede(): void {
    this.#isSuperseded = true;
  }

  getStatus(_timeoutMs: number, done: (said: Said | undefined) => void): void {
    setImmediate(() => done(this.#service.status));
  }

  call<Request, Response>(
    method: PickOf<UnaryMethod<Request, Response>>,
    request: Request,
    timeoutMs: number,
    done: Answer<Response>,
  ): Cancelable {
    const { path, requestSerialize, responseDeserialize } = method(services);
    // Nobody wants an answer any more once there is one.
    const call = { cancelled: false };
    const end: Answer<Response> = (failure, response) => {
      if (call.cancelled) return;
      call.cancelled = true;
      clearTimeout(timer);
      this.#forget(cancel);
      done(failure, response);
    };
    const cancel = (): void => end({ number: 1, message: "The call was cancelled.", info: null });
    const timer = setTimeout(() => end({ number: 4, message: "The node has not answered in time.", info: null }), timeoutMs);
    this.#underWay.add(cancel);
    const bytes = requestSerialize(request);
    this.#service.answer(path, bytes, { call, timeoutMs }, (answer) => {
      if (isFailure(answer)) end(failureOf(statusOf(answer)));
      else end(null, responseDeserialize(answer));
    });
    return { cancel };
  }

  watch(request: WatchRequest, ends: WatchEnds): Flow {
    const watch = new LocalWatch(this.#service.watchRequestOf(request), ends, () => this.#forget(end));
    const end = (): void => watch.cancel();
    this.#underWay.add(end);
    this.#service.watch(watch);
    return watch;
  }

  openStream<Item, Result>(definition: PickOf<StreamDefinition<Item, Result>>): ItemStream<Item, Result> {
    const { path, requestSerialize, responseDeserialize } = definition(services);
    const stream = new LocalStream<Item, Result>({
      answer: (message, done) =>
        this.#service.answerItems(path, requestSerialize(message), (bytes) => done(responseDeserialize(bytes))),
      onEnd: () => this.#forget(end),
    });
    const end = (): void => stream.cancel();
    this.#underWay.add(end);
    return stream;
  }

  retire(): void {
    if (this.isClosed) return;
    this.#life = this.#underWay.size === 0 ? "closed" : "retired";
  }

  close(): void {
    this.#life = "closed";
    for (const end of [...this.#underWay]) end();
  }

  #forget(end: () => void): void {
    this.#underWay.delete(end);
    if (this.#life === "retired" && this.#underWay.size === 0) this.#life = "closed";
  }
}
