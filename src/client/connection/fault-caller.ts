import type { Fault__Output as Fault } from "../../generated/balsa/admin/v1/Fault.ts";
import type { SetFaultRequest } from "../../generated/balsa/admin/v1/SetFaultRequest.ts";
import { grpcStatusOf } from "../../grpc/grpc-statuses.ts";
import { BalsaError, clientError, errorOfCall, hasLeft } from "../values/balsa-error.ts";
import { type ClientOptions, completeOptions } from "../values/options.ts";
import type { PickOf, UnaryMethod } from "./connection.ts";
import { loadConnect } from "./load-connect.ts";
import type { NodeConnection } from "./node-connection.ts";

/**
 * Makes one node fail on purpose. Nothing is tried again, and no other node is asked: a fault is of the node that it
 * was set at. Every method throws BalsaError, with the code UNIMPLEMENTED where faults are not allowed.
 */
export class FaultCaller {
  readonly #endpoint: string;
  readonly #options: ClientOptions;
  #connection: Promise<NodeConnection> | null = null;
  readonly #timeoutMs: number;

  /** @param options `proxy`: as in `ClientOptions` */
  constructor(options: { readonly endpoint: string; readonly timeoutMs: number; readonly proxy?: boolean }) {
    const { endpoint, timeoutMs, proxy = false } = options;
    this.#endpoint = endpoint;
    this.#options = completeOptions({ endpoints: [endpoint], proxy });
    this.#timeoutMs = timeoutMs;
  }

  /** @returns the fault as it is in force */
  async set(request: SetFaultRequest): Promise<Fault> {
    const { fault } = await this.#call(({ faults }) => faults.SetFault, request, true);
    if (fault === null)
      throw new BalsaError("INTERNAL", "The node did not say which fault it has set.", {
        grpcStatus: "INTERNAL",
        mayHaveHappened: true,
      });
    return fault;
  }

  /** Those in force, the oldest first. */
  async list(): Promise<Fault[]> {
    return (await this.#call(({ faults }) => faults.ListFaults, {}, false)).faults;
  }

  /** @param ids none: all @returns those that were cleared */
  async clear(ids: readonly number[]): Promise<Fault[]> {
    return (await this.#call(({ faults }) => faults.ClearFaults, { ids: [...ids] }, true)).faults;
  }

  close(): void {
    void this.#connection?.then((connection) => connection.close());
  }

  /** A node that is there and says nothing is not sent anything: then it has had no effect. */
  async #call<Request, Response>(
    method: PickOf<UnaryMethod<Request, Response>>,
    request: Request,
    changes: boolean,
  ): Promise<Response> {
    const until = performance.now() + this.#timeoutMs;
    this.#connection ??= loadConnect(this.#options).then((connect) => connect(this.#endpoint));
    const connection = await this.#connection;
    return new Promise((resolve, reject) => {
      connection.whenReady(this.#timeoutMs, (isReady) => {
        if (!isReady) return reject(clientError("UNREACHABLE"));
        connection.call(method, request, Math.max(1, until - performance.now()), (failure, response) => {
          if (response !== undefined) resolve(response);
          else if (failure === null) reject(clientError("UNREACHABLE"));
          else if (grpcStatusOf(failure.number) === "UNIMPLEMENTED") reject(notAllowed(this.#endpoint));
          else if (!hasLeft(failure)) reject(clientError("UNREACHABLE"));
          else reject(errorOfCall(failure, changes));
        });
      });
    });
  }
}

function notAllowed(endpoint: string): BalsaError {
  const why = `The node at ${endpoint} allows no faults. Where no data matter, start it with BALSA_FAULTS=on.`;
  return new BalsaError("UNIMPLEMENTED", why, { grpcStatus: "UNIMPLEMENTED", mayHaveHappened: false });
}
