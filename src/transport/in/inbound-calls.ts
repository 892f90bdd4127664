import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type { TransportHandler } from "../../node/ports/ports.ts";
import { envelopeOf, numberOf } from "../wire/envelope.ts";
import type { WireCall } from "../wire/wire-call.ts";
import type { InboundOptions } from "./inbound-appends.ts";
import { admitCall, type InboundCallPorts } from "./inbound-call.ts";
import { PendingCalls } from "./pending-calls.ts";

export interface InboundCallsPorts extends InboundCallPorts {
  readonly onAsk: TransportHandler["onAsk"];
}

/** The calls of the table to this node. */
export class InboundCalls {
  readonly #ports: InboundCallsPorts;
  /** Each about itself: its answer is no other call's. */
  readonly #pending: PendingCalls<symbol>;

  constructor({ limits }: Pick<InboundOptions, "limits">, ports: InboundCallsPorts) {
    this.#ports = ports;
    this.#pending = new PendingCalls(limits, ports.counters);
  }

  take<Question, Answer>(
    row: WireCall<Question, Answer>,
    call: ServerUnaryCall<Buffer, Buffer>,
    answer: sendUnaryData<Buffer>,
  ): void {
    const admitted = admitCall({ call, answer, read: row.readQuestion }, this.#ports);
    if (admitted === null) return;
    const { envelope, body } = admitted;
    const { from, to } = envelope;
    const about = Symbol(row.method);
    this.#pending.add(from, about, call, answer);
    const done = (given: Answer, sequence?: number) => {
      const bytes = row.writeAnswer(envelopeOf(envelope, { from: to, to: from, term: 0, ...numberOf(sequence) }), given);
      this.#pending.answer(from, about, bytes);
    };
    this.#ports.onAsk(from, row.call, body, done, envelope.sequence);
  }

  close(): void {
    this.#pending.close();
  }
}
