import { type ServerWritableStream, status } from "@grpc/grpc-js";
import type { HealthHandlers } from "../../generated/grpc/health/v1/Health.ts";
import type { HealthCheckRequest__Output } from "../../generated/grpc/health/v1/HealthCheckRequest.ts";
import type { HealthCheckResponse } from "../../generated/grpc/health/v1/HealthCheckResponse.ts";

type WatchCall = ServerWritableStream<HealthCheckRequest__Output, HealthCheckResponse>;

/** grpc.health.v1: all services of a server, and the server as a whole by the empty name, serve or do not serve together. */
export class Health {
  readonly #services: ReadonlySet<string>;
  readonly #watches = new Set<WatchCall>();
  #isServing = false;

  constructor(services: readonly string[]) {
    this.#services = new Set(["", ...services]);
  }

  readonly handlers: HealthHandlers = {
    Check: ({ request: { service } }, callback) => {
      if (this.#services.has(service)) callback(null, this.#response());
      else callback({ code: status.NOT_FOUND, details: `This server has no service "${service}".` });
    },
    List: (_call, callback) => {
      callback(null, { statuses: Object.fromEntries([...this.#services].map((service) => [service, this.#response()])) });
    },
    Watch: (call) => {
      if (!this.#services.has(call.request.service)) {
        // By the contract the call stays open, for a server that gets the service later. This one will not.
        call.write({ status: "SERVICE_UNKNOWN" });
        return;
      }
      this.#tell(call);
      this.#watches.add(call);
      call.once("cancelled", () => this.#watches.delete(call));
    },
  };

  setServing(serving: boolean): void {
    if (serving === this.#isServing) return;
    this.#isServing = serving;
    for (const call of this.#watches) this.#tell(call);
  }

  /** One who does not read gets the newest when he does, not all that there were. */
  #tell(call: WatchCall): void {
    if (call.writableLength > 0) return;
    const told = this.#isServing;
    call.write(this.#response(), () => {
      if (told !== this.#isServing) this.#tell(call);
    });
  }

  #response(): HealthCheckResponse {
    return { status: this.#isServing ? "SERVING" : "NOT_SERVING" };
  }
}
