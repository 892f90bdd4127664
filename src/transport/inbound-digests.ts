import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type { Index, NodeId } from "../core/types.ts";
import type { StateDigest } from "../node/ports.ts";
import { admitCall, type InboundCallPorts } from "./inbound-call.ts";
import { readDigestRequest, writeDigestReply } from "./wire/digests.ts";

export interface InboundDigestsPorts extends InboundCallPorts {
  readonly digestAt: (index: Index, from: NodeId) => StateDigest | null;
}

/** The CompareState calls to this node, each answered at once. */
export class InboundDigests {
  readonly #ports: InboundDigestsPorts;

  constructor(ports: InboundDigestsPorts) {
    this.#ports = ports;
  }

  take(call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void {
    const { counters, digestAt } = this.#ports;
    const admitted = admitCall({ call, answer, read: readDigestRequest }, this.#ports);
    if (admitted === null) return;
    const { clusterId, from, to } = admitted.envelope;
    const bytes = writeDigestReply({ clusterId, from: to, to: from, term: 0 }, digestAt(admitted.body, from));
    counters.messagesSent++;
    counters.bytesSent += bytes.length;
    answer(null, bytes);
  }
}
