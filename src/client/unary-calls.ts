import { BackOff } from "./back-off.ts";
import { type BalsaError, clientError, errorOfCall, worthAnotherTry } from "./balsa-error.ts";
import type { Connector } from "./connector.ts";
import type { UnaryMethod } from "./node-connection.ts";
import type { ClientOptions } from "./options.ts";

/**
 * Calls that do no harm if they are made twice: scans, and the opening, keeping and closing of sessions. Each is tried
 * until it is answered or its time is up.
 */
export class UnaryCalls {
  readonly #options: ClientOptions;
  readonly #connector: Connector;

  constructor(options: ClientOptions, connector: Connector) {
    this.#options = options;
    this.#connector = connector;
  }

  /** @param deadlineAt on the clock of `performance.now()` @throws BalsaError */
  async call<Request, Response>(
    method: UnaryMethod<Request, Response>,
    request: Request,
    deadlineAt: number = performance.now() + this.#options.requestTimeoutMs,
  ): Promise<Response> {
    const { backOffMinMs, backOffMaxMs } = this.#options;
    const backOff = new BackOff({ minMs: backOffMinMs, maxMs: backOffMaxMs });
    let lastError = clientError("UNREACHABLE");
    for (;;) {
      const answer = await this.#try(method, request, deadlineAt);
      if (!("error" in answer)) return answer.response;
      const { error } = answer;
      if (!error.mayHaveHappened && !worthAnotherTry(error)) throw error;
      if (error.reason !== "UNREACHABLE") lastError = error;
      const pauseMs = backOff.nextMs();
      if (performance.now() + pauseMs >= deadlineAt) throw lastError;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async #try<Request, Response>(
    method: UnaryMethod<Request, Response>,
    request: Request,
    deadlineAt: number,
  ): Promise<{ response: Response } | { error: BalsaError }> {
    const connection = await this.#connector.connectionBy(deadlineAt);
    if (connection === null) return { error: clientError(this.#connector.isClosed ? "CLIENT_CLOSED" : "UNREACHABLE") };
    return new Promise((resolve) => {
      // A node that was cut off from the others keeps a call until it has given up hope: by then there may be a better one.
      const check = setInterval(() => {
        const { current } = this.#connector;
        if (current === connection || current === null) return this.#connector.onLeaderMoved();
        clearInterval(check);
        resolve({ error: clientError("UNREACHABLE") });
      }, this.#options.answerCheckMs);
      connection.call(method, request, Math.max(1, deadlineAt - performance.now()), (error, response) => {
        clearInterval(check);
        if (response !== undefined) return resolve({ response });
        if (error === null) return resolve({ error: clientError("UNREACHABLE") });
        if (!connection.isReady) this.#connector.onLost(connection);
        resolve({ error: errorOfCall(error, false) });
      });
    });
  }
}
