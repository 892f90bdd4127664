import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type { Index } from "../core/types.ts";
import type { StateDigest } from "../node/ports.ts";
import type { Admission } from "./admission.ts";
import type { TransportCounters } from "./counters.ts";
import { refusalTrailer } from "./refusal.ts";
import { readDigestRequest, writeDigestReply } from "./wire/digests.ts";

export interface InboundDigestsPorts {
  readonly admission: Admission;
  readonly counters: TransportCounters;
  readonly digestAt: (index: Index) => StateDigest | null;
}

/** The CompareState calls to this node, each answered at once. */
export class InboundDigests {
  readonly #ports: InboundDigestsPorts;

  constructor(ports: InboundDigestsPorts) {
    this.#ports = ports;
  }

  take(call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void {
    const { admission, counters, digestAt } = this.#ports;
    counters.bytesReceived += call.request.length;
    const admitted = admission.admitCaller(readDigestRequest(call.request), call.getPeer());
    if (admitted.type === "refused") {
      answer({ code: admitted.code, details: admitted.why, metadata: refusalTrailer(admitted.tells) });
      return;
    }
    const { clusterId, from: to, to: from } = admitted.envelope;
    const bytes = writeDigestReply({ clusterId, from, to, term: 0 }, digestAt(admitted.body));
    counters.messagesSent++;
    counters.bytesSent += bytes.length;
    answer(null, bytes);
  }
}
