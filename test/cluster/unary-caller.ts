import { credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import type { ClientServiceClient } from "../../src/generated/balsa/client/v1/ClientService.ts";
import type { Command } from "../../src/generated/balsa/client/v1/Command.ts";
import type { KeyValue__Output } from "../../src/generated/balsa/client/v1/KeyValue.ts";
import type { SubmitResponse__Output } from "../../src/generated/balsa/client/v1/SubmitResponse.ts";
import type { ProtoGrpcType } from "../../src/generated/client.ts";
import type { Op, Outcome } from "../../src/sim/history.ts";
import { errorInfoOf } from "../../src/transport/error-info.ts";
import { packages } from "../../src/transport/load-proto.ts";
import type { Caller } from "./workload.ts";

/**
 * Calls one node, each operation as one plain unary call that is never tried again: what that very node answers, and
 * nothing that a cleverer client makes of it.
 */
export class UnaryCaller implements Caller {
  readonly #client: ClientServiceClient;
  readonly #timeoutMs: number;

  constructor(options: { readonly endpoint: string; readonly timeoutMs: number }) {
    const { balsa } = packages as unknown as ProtoGrpcType;
    const reconnect = { "grpc.initial_reconnect_backoff_ms": 50, "grpc.max_reconnect_backoff_ms": 200 };
    this.#client = new balsa.client.v1.ClientService(options.endpoint, credentials.createInsecure(), reconnect);
    this.#timeoutMs = options.timeoutMs;
  }

  call(key: string, op: Op): Promise<Outcome> {
    const deadline = { deadline: Date.now() + this.#timeoutMs };
    return new Promise((resolve) => {
      if (op.type === "read") {
        this.#client.read({ key }, deadline, (error, response) => {
          // A read that was not answered has changed nothing.
          resolve(error ? { type: "refused" } : { type: "read", value: textOf(response?.found) });
        });
      } else {
        this.#client.submit({ commands: [commandOf(key, op)] }, deadline, (error, response) => {
          resolve(error ? failureOf(error) : outcomeOf(op, response));
        });
      }
    });
  }

  /** Every key; with `local`, as this node has it, without asking the others. */
  async scanAll({ local }: { readonly local: boolean }): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    let start = "";
    do {
      const page = await this.#page(start, local);
      for (const item of page.items) found.set(item.key, textOf(item) ?? "");
      start = page.nextStart;
    } while (start !== "");
    return found;
  }

  close(): void {
    this.#client.close();
  }

  #page(start: string, local: boolean): Promise<{ items: KeyValue__Output[]; nextStart: string }> {
    return new Promise((resolve, reject) => {
      // Connections to one address are shared, with their back-off: the node may be back before that is over.
      const metadata = new Metadata({ waitForReady: true });
      const deadline = { deadline: Date.now() + this.#timeoutMs };
      this.#client.scan({ start, local }, metadata, deadline, (error, response) => {
        if (response) resolve(response);
        else reject(error);
      });
    });
  }
}

function commandOf(key: string, op: Exclude<Op, { type: "read" }>): Command {
  switch (op.type) {
    case "set":
      return { set: { key, value: { text: op.value } } };
    case "delete":
      return { delete: { key } };
    case "cas": {
      const expected = op.expected === null ? { absent: true } : { value: { text: op.expected } };
      return { compareAndSet: { key, ...expected, ...(op.value !== null && { newValue: { text: op.value } }) } };
    }
    default:
      return op satisfies never;
  }
}

function outcomeOf(op: Op, response: SubmitResponse__Output | undefined): Outcome {
  const result = response?.results[0];
  if (response === undefined || result === undefined) throw new Error("A node acknowledged a command without a result.");
  if (op.type !== "cas") return { type: "written", existed: result.existed };
  return response.succeeded ? { type: "swapped" } : { type: "conflict", found: textOf(result.current) };
}

/** An error that does not say that nothing happened leaves it open. */
function failureOf(error: ServiceError): Outcome {
  return errorInfoOf(error.metadata)?.metadata.mayHaveHappened === "false" ? { type: "refused" } : { type: "unknown" };
}

function textOf(found: KeyValue__Output | null | undefined): string | null {
  return found?.value?.text ?? null;
}
