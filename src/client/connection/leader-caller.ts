import { type BalsaError, clientError, errorOfCall, hasLeft, worthAnotherTry } from "../values/balsa-error.ts";
import { aborted, type Bounds, boundsArgument, type CallOptions, pause, whenAborted } from "../values/call-options.ts";
import type { ClientOptions } from "../values/options.ts";
import { BackOff } from "./back-off.ts";
import type { Connection, PickOf, UnaryMethod } from "./connection.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { Endpoints } from "./endpoints.ts";
import { LeaderSearch } from "./leader-search.ts";
import { loadConnect } from "./load-connect.ts";
import { SearchRound } from "./search-round.ts";
import { shuffled } from "./shuffled.ts";
import type { Sighting } from "./sighting.ts";

type Answer<Response> = { readonly response: Response } | { readonly error: BalsaError };

/** One call, as often as it is made. */
interface LeaderCall<Request, Response> {
  readonly method: PickOf<UnaryMethod<Request, Response>>;
  readonly request: Request;
  /** False: it changes nothing, whatever becomes of it. */
  readonly changes: boolean;
}

/**
 * Makes single calls that are the leader's to answer. Each looks for the leader first, as a client does, so a node that
 * takes connections and says nothing costs little time; and what is sent leaves over a connection by which the node has just answered.
 */
export class LeaderCaller {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Asks for what changes nothing. @throws BalsaError */
  ask<Request, Response>(
    method: PickOf<UnaryMethod<Request, Response>>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response> {
    return this.#call({ method, request, changes: false }, options);
  }

  /** Makes a change. @throws BalsaError */
  change<Request, Response>(
    method: PickOf<UnaryMethod<Request, Response>>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response> {
    return this.#call({ method, request, changes: true }, options);
  }

  async #call<Request, Response>(made: LeaderCall<Request, Response>, options?: CallOptions): Promise<Response> {
    const { requestTimeoutMs, backOffMinMs, backOffMaxMs } = this.#options;
    const bounds = boundsArgument(options, requestTimeoutMs);
    const { signal } = bounds;
    if (signal?.aborted) throw aborted(signal, false);
    const deadlineAt = performance.now() + bounds.timeoutMs;
    const backOff = new BackOff({ minMs: backOffMinMs, maxMs: backOffMaxMs });
    const endpoints = new Endpoints(this.#options.endpoints);
    let lastError = clientError("UNREACHABLE");
    for (;;) {
      const answer = await this.#try(made, endpoints, deadlineAt, bounds);
      if ("response" in answer) return answer.response;
      if (!worthAnotherTry(answer.error)) throw answer.error;
      if (answer.error.code !== "UNREACHABLE") lastError = answer.error;
      const pauseMs = backOff.nextMs();
      if (performance.now() + pauseMs >= deadlineAt) throw lastError;
      await pause(pauseMs, signal);
    }
  }

  /** Finds the leader, or whoever answers if there is none, and asks that one over the connection by which it has answered. */
  async #try<Request, Response>(
    made: LeaderCall<Request, Response>,
    endpoints: Endpoints,
    deadlineAt: number,
    { timeoutMs: requestTimeoutMs, signal }: Bounds,
  ): Promise<Answer<Response>> {
    const pool = new ConnectionPool(() => loadConnect(this.#options));
    try {
      const found = await this.#find(pool, endpoints, deadlineAt, signal);
      if (signal?.aborted) return { error: aborted(signal, false) };
      const connection = found === null ? null : pool.to(found.endpoint);
      const { answerCheckMs } = this.#options;
      const { changes } = made;
      const leftMs = deadlineAt - performance.now();
      // A change that left so late that its answer comes too late would be one that may have happened.
      const leastMs = changes ? Math.min(answerCheckMs, requestTimeoutMs / 2) : 1;
      // What has not left had no effect.
      if (connection?.isReady !== true || leftMs < leastMs) return { error: clientError("UNREACHABLE") };
      // Whoever has answered just now answers a question soon, or another one will.
      const timeoutMs = changes ? leftMs : Math.min(leftMs, requestTimeoutMs / 2);
      return await answerTo(connection, made, { timeoutMs, signal });
    } finally {
      pool.close();
    }
  }

  #find(pool: ConnectionPool, endpoints: Endpoints, deadlineAt: number, signal: AbortSignal | null): Promise<Sighting | null> {
    return new Promise((resolve) => {
      const search = new LeaderSearch({
        endpoints: shuffled(endpoints.all),
        present: null,
        prefer: "leader",
        discover: true,
        doubts: false,
        isPatient: true,
        homes: endpoints.homes,
      });
      const timer = setTimeout(() => give(null), Math.max(0, deadlineAt - performance.now()));
      const give = (found: Sighting | null): void => {
        clearTimeout(timer);
        forget();
        round.cancel();
        resolve(found);
      };
      const forget = whenAborted(signal, () => give(null));
      const round = new SearchRound(search, this.#options, {
        pool,
        // An operator asks whoever is there.
        isOther: () => false,
        onSighting: (sighting) => {
          endpoints.meet(sighting);
          if (this.#options.discover) endpoints.learn(sighting.clientAddresses);
        },
        onDone: (verdict) => give(verdict.type === "take" ? verdict.found : null),
      });
    });
  }
}

function answerTo<Request, Response>(
  connection: Connection,
  { method, request, changes }: LeaderCall<Request, Response>,
  { timeoutMs, signal }: Bounds,
): Promise<Answer<Response>> {
  return new Promise((resolve) => {
    const forget = whenAborted(signal, () => call.cancel());
    const call = connection.call(method, request, timeoutMs, (failure, response) => {
      forget();
      if (response !== undefined) return resolve({ response });
      if (signal?.aborted) return resolve({ error: aborted(signal, changes) });
      if (failure === null) return resolve({ error: clientError("UNREACHABLE") });
      const found = errorOfCall(failure, changes);
      // gRPC itself speaks: before anything had left, or of a question, which may be asked again.
      const isUnheard = failure.info === null && (!changes || !hasLeft(failure));
      resolve({ error: isUnheard ? clientError("UNREACHABLE") : found });
    });
  });
}
