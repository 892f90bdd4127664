import { status } from "@grpc/grpc-js";
import type { Fault__Output as Fault } from "../generated/balsa/admin/v1/Fault.ts";
import type { SetFaultRequest } from "../generated/balsa/admin/v1/SetFaultRequest.ts";
import { faultServiceDefinition as service } from "../transport/service-definitions.ts";
import { BalsaError, clientError, errorOfCall } from "./balsa-error.ts";
import { NodeConnection, type UnaryMethod } from "./node-connection.ts";
import { completeOptions } from "./options.ts";

/**
 * Makes one node fail on purpose. Nothing is tried again, and no other node is asked: a fault is of the node that it
 * was set at. Every method throws BalsaError, with the code UNIMPLEMENTED where faults are not allowed.
 */
export class FaultCaller {
  readonly #connection: NodeConnection;
  readonly #timeoutMs: number;

  constructor(options: { readonly endpoint: string; readonly timeoutMs: number }) {
    const { endpoint, timeoutMs } = options;
    this.#connection = new NodeConnection(endpoint, completeOptions({ endpoints: [endpoint] }));
    this.#timeoutMs = timeoutMs;
  }

  /** @returns the fault as it is in force */
  async set(request: SetFaultRequest): Promise<Fault> {
    const { fault } = await this.#call(service.SetFault, request);
    if (fault === null) throw new BalsaError(status.INTERNAL, "INTERNAL", true, "The node did not say which fault it has set.");
    return fault;
  }

  /** Those in force, the oldest first. */
  async list(): Promise<Fault[]> {
    return (await this.#call(service.ListFaults, {})).faults;
  }

  /** @param ids none: all @returns those that were cleared */
  async clear(ids: readonly number[]): Promise<Fault[]> {
    return (await this.#call(service.ClearFaults, { ids: [...ids] })).faults;
  }

  close(): void {
    this.#connection.close();
  }

  #call<Request, Response>(method: UnaryMethod<Request, Response>, request: Request): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#connection.call(method, request, this.#timeoutMs, (error, response) => {
        if (response !== undefined) resolve(response);
        else if (error === null) reject(clientError("UNREACHABLE"));
        else if (error.code === status.UNIMPLEMENTED) reject(notAllowed(this.#connection.endpoint));
        else reject(errorOfCall(error, false));
      });
    });
  }
}

function notAllowed(endpoint: string): BalsaError {
  const why = `The node at ${endpoint} allows no faults. Where no data matter, start it with BALSA_FAULTS=on.`;
  return new BalsaError(status.UNIMPLEMENTED, "UNIMPLEMENTED", false, why);
}
