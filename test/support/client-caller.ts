import { BalsaClient } from "../../src/client/client.ts";
import { BalsaError } from "../../src/client/values/balsa-error.ts";
import type { Op, Outcome } from "../../src/sim/checks/history.ts";
import type { Caller } from "./workload.ts";

/** Calls the cluster as a user's program does: by the client library, which finds its way from node to node. */
export class ClientCaller implements Caller {
  readonly #client: BalsaClient;

  constructor(options: { readonly endpoints: readonly string[]; readonly timeoutMs: number }) {
    this.#client = new BalsaClient({ endpoints: options.endpoints, requestTimeoutMs: options.timeoutMs });
  }

  async call(key: string, op: Op): Promise<Outcome> {
    try {
      return await this.#call(key, op);
    } catch (error) {
      if (!(error instanceof BalsaError)) throw error;
      return { type: error.mayHaveHappened ? "unknown" : "refused" };
    }
  }

  close(): void {
    this.#client.close();
  }

  async #call(key: string, op: Op): Promise<Outcome> {
    switch (op.type) {
      case "set":
        return { type: "written", existed: (await this.#client.set(key, op.value)).existed };
      case "delete":
        return { type: "written", existed: (await this.#client.delete(key)).existed };
      case "read":
        return { type: "read", value: textOf(await this.#client.get(key)) };
      case "cas": {
        const expected = op.expected === null ? ({ absent: true } as const) : { value: op.expected };
        const { succeeded, current } = await this.#client.compareAndSet(key, expected, op.value);
        return succeeded ? { type: "swapped" } : { type: "conflict", found: textOf(current) };
      }
      default:
        return op satisfies never;
    }
  }
}

/** The workload writes nothing but text. */
function textOf(found: { readonly value: unknown } | null): string | null {
  return found === null ? null : String(found.value);
}
