import { BackOff } from "../connection/back-off.ts";
import type { ClusterPin } from "../connection/cluster-pin.ts";
import type { PickOf, UnaryMethod } from "../connection/connection.ts";
import type { Connector } from "../connection/connector.ts";
import { type BalsaError, clientError, errorOfCall, worthAnotherTry } from "../values/balsa-error.ts";
import { aborted, pause, whenAborted } from "../values/call-options.ts";
import type { ClientOptions } from "../values/options.ts";

/** Where and until when a call may be made. */
interface Bounds {
  /** On the clock of `performance.now()`. */
  readonly deadlineAt: number;
  /** The life of the cluster that it is meant for; "": whichever is found. */
  readonly life: string;
  readonly signal: AbortSignal | null;
}

/** How often it is looked at a call in the time that its answer may take. */
const checksPerWait = 4;

/**
 * Calls that do no harm if they are made twice: scans, and the opening, keeping and closing of sessions. Each is tried
 * until it is answered or its time is up.
 */
export class UnaryCalls {
  readonly #options: ClientOptions;
  readonly #connector: Connector;
  readonly #pin: ClusterPin;

  constructor(options: ClientOptions, connector: Connector, pin: ClusterPin) {
    this.#options = options;
    this.#connector = connector;
    this.#pin = pin;
  }

  /**
   * @param requestOf the request to the life of the cluster that the client works with
   * @throws BalsaError
   */
  async call<Request, Response>(
    method: PickOf<UnaryMethod<Request, Response>>,
    requestOf: (incarnationId: string) => Request,
    { deadlineAt = performance.now() + this.#options.requestTimeoutMs, life = this.#pin.id, signal = null }: Partial<Bounds> = {},
  ): Promise<Response> {
    if (signal?.aborted) throw aborted(signal, false);
    const { backOffMinMs, backOffMaxMs } = this.#options;
    const backOff = new BackOff({ minMs: backOffMinMs, maxMs: backOffMaxMs });
    let lastError = clientError("UNREACHABLE");
    for (;;) {
      const answer = await this.#try(method, requestOf, { life, deadlineAt, signal });
      if (!("error" in answer)) return answer.response;
      const { error } = answer;
      // No node of the client's own cluster may be at hand just now.
      if (error.code === "OTHER_CLUSTER" && this.#pin.isOther(life)) throw error;
      if (!error.mayHaveHappened && !worthAnotherTry(error) && error.code !== "OTHER_CLUSTER") throw error;
      if (error.code !== "UNREACHABLE") lastError = error;
      const pauseMs = backOff.nextMs();
      if (performance.now() + pauseMs >= deadlineAt) throw lastError;
      await pause(pauseMs, signal);
    }
  }

  async #try<Request, Response>(
    method: PickOf<UnaryMethod<Request, Response>>,
    requestOf: (incarnationId: string) => Request,
    { life, deadlineAt, signal }: Bounds,
  ): Promise<{ response: Response } | { error: BalsaError }> {
    const connection = await unlessAborted(this.#connector.connectionBy(deadlineAt), signal);
    if (connection === null) return { error: clientError(this.#connector.isClosed ? "CLIENT_CLOSED" : "UNREACHABLE") };
    // It was given up for a better one, or broke, while this turn waited.
    if (connection.isClosed) return { error: clientError("UNREACHABLE") };
    // What was meant for one life of the cluster is not done in another.
    if (this.#pin.isOther(life)) return { error: clientError("OTHER_CLUSTER", { incarnationId: this.#pin.id }) };
    const request = requestOf(this.#pin.id);
    return new Promise((resolve) => {
      const { answerCheckMs } = this.#options;
      const forget = whenAborted(signal, () => call.cancel());
      const sentAt = performance.now();
      // A node that was cut off from the others keeps a call until it has given up hope: by then there may be a better one.
      const check = setInterval(() => {
        if (performance.now() - sentAt >= this.#connector.lateMs) this.#connector.onNoAnswer();
        if (!connection.isSuperseded) return;
        clearInterval(check);
        resolve({ error: clientError("UNREACHABLE") });
      }, answerCheckMs / checksPerWait);
      const call = connection.call(method, request, Math.max(1, deadlineAt - performance.now()), (failure, response) => {
        clearInterval(check);
        forget();
        if (signal?.aborted) return resolve({ error: aborted(signal, false) });
        if (response !== undefined) {
          this.#connector.onAnswer(performance.now() - sentAt);
          return resolve({ response });
        }
        if (failure === null) return resolve({ error: clientError("UNREACHABLE") });
        const found = errorOfCall(failure, false);
        if (!connection.isReady || found.code === "OTHER_CLUSTER") this.#connector.onLost(connection);
        resolve({ error: found });
      });
    });
  }
}

/** @throws BalsaError as soon as the signal aborts */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | null): Promise<T> {
  if (signal === null) return promise;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(aborted(signal, false));
    const forget = whenAborted(signal, (by) => reject(aborted(by, false)));
    promise.then(resolve, reject).finally(forget);
  });
}
