import { type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import type { Introduction, IntroductionAnswer } from "../../node/founding/introduction.ts";
import type { TransportCounters } from "../link/counters.ts";
import { readIntroduction, writeIntroductionAnswer } from "../wire/introductions.ts";

export interface InboundIntroductionsPorts {
  readonly counters: TransportCounters;
  /** Null: there is nothing to tell yet, and whoever asks asks again. */
  readonly introduce: (question: Introduction) => IntroductionAnswer | null;
}

/** The Introduce calls to this node, each answered at once, whoever calls: it is how nodes find out whether they belong together. */
export class InboundIntroductions {
  readonly #ports: InboundIntroductionsPorts;

  constructor(ports: InboundIntroductionsPorts) {
    this.#ports = ports;
  }

  take(call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void {
    const { counters, introduce } = this.#ports;
    counters.receivedBytes += call.request.length;
    const reading = readIntroduction(call.request);
    if (reading.type === "malformed") {
      counters.malformedRefused++;
      return answer({ code: status.INVALID_ARGUMENT, details: `A message is malformed: ${reading.why}` });
    }
    const found = introduce(reading.body);
    if (found === null) return answer({ code: status.UNAVAILABLE, details: "This node is starting or stopping" });
    const bytes = writeIntroductionAnswer(found);
    counters.messagesReceived++;
    counters.messagesSent++;
    counters.sentBytes += bytes.length;
    answer(null, bytes);
  }
}
