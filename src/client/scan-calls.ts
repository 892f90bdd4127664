import type { ScanRequest } from "../generated/balsa/client/v1/ScanRequest.ts";
import type { ScanResponse__Output as ScanResponse } from "../generated/balsa/client/v1/ScanResponse.ts";
import { BackOff } from "./back-off.ts";
import { type BalsaError, clientError, errorOfCall, worthAnotherTry } from "./balsa-error.ts";
import type { Connector } from "./connector.ts";
import type { ClientOptions } from "./options.ts";

/** Gets pages of scans. They change nothing, so each is tried until it is answered or its time is up. */
export class ScanCalls {
  readonly #options: ClientOptions;
  readonly #connector: Connector;

  constructor(options: ClientOptions, connector: Connector) {
    this.#options = options;
    this.#connector = connector;
  }

  /** @throws BalsaError */
  async page(request: ScanRequest): Promise<ScanResponse> {
    const { requestTimeoutMs, backOffMinMs, backOffMaxMs } = this.#options;
    const deadlineAt = performance.now() + requestTimeoutMs;
    const backOff = new BackOff({ minMs: backOffMinMs, maxMs: backOffMaxMs });
    let lastError = clientError("UNREACHABLE");
    for (;;) {
      const answer = await this.#try(request, deadlineAt);
      if (!(answer instanceof Error)) return answer;
      if (!worthAnotherTry(answer)) throw answer;
      if (answer.reason !== "UNREACHABLE") lastError = answer;
      const pauseMs = backOff.nextMs();
      if (performance.now() + pauseMs >= deadlineAt) throw lastError;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async #try(request: ScanRequest, deadlineAt: number): Promise<ScanResponse | BalsaError> {
    const connection = await this.#connector.connectionBy(deadlineAt);
    if (connection === null) return clientError("UNREACHABLE");
    return new Promise((resolve) => {
      connection.scan(request, Math.max(1, deadlineAt - performance.now()), (error, response) => {
        if (response !== undefined) return resolve(response);
        if (error === null) return resolve(clientError("UNREACHABLE"));
        if (!connection.isReady) this.#connector.onLost(connection);
        resolve(errorOfCall(error, false));
      });
    });
  }
}
