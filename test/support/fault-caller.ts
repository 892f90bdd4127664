import { type Client, credentials, makeClientConstructor, type ServiceError } from "@grpc/grpc-js";
import type { Fault__Output as Fault } from "../../src/generated/balsa/admin/v1/Fault.ts";
import type { FaultServiceClient } from "../../src/generated/balsa/admin/v1/FaultService.ts";
import type { SetFaultRequest } from "../../src/generated/balsa/admin/v1/SetFaultRequest.ts";
import { faultServiceDefinition } from "../../src/grpc/service-definitions.ts";

const FaultClient = makeClientConstructor(faultServiceDefinition, "FaultService");

/** Tells one node how to fail. */
export class FaultCaller {
  readonly #client: FaultServiceClient;

  constructor(endpoint: string) {
    this.#client = new FaultClient(endpoint, credentials.createInsecure()) as Client as FaultServiceClient;
  }

  /** @returns the fault's id */
  set(request: SetFaultRequest): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#client.setFault(request, (error, response) => settle(error, response?.fault?.id, resolve, reject));
    });
  }

  list(): Promise<Fault[]> {
    return new Promise((resolve, reject) => {
      this.#client.listFaults({}, (error, response) => settle(error, response?.faults, resolve, reject));
    });
  }

  clear(): Promise<Fault[]> {
    return new Promise((resolve, reject) => {
      this.#client.clearFaults({}, (error, response) => settle(error, response?.faults, resolve, reject));
    });
  }

  close(): void {
    this.#client.close();
  }
}

function settle<T>(error: ServiceError | null, value: T | undefined, resolve: (value: T) => void, reject: (why: unknown) => void) {
  if (value !== undefined) resolve(value);
  else reject(error ?? new Error("The answer is empty."));
}
