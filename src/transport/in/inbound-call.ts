import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type { Admission, Admitted } from "../link/admission.ts";
import type { TransportCounters } from "../link/counters.ts";
import { refusalTrailer } from "../link/refusal.ts";
import type { Reading } from "../wire/envelope.ts";

/** A call that gets one answer. */
export interface InboundCall<T> {
  readonly call: ServerUnaryCall<Buffer, Buffer>;
  readonly answer: sendUnaryData<Buffer>;
  readonly read: (bytes: Buffer) => Reading<T>;
}

export interface InboundCallPorts {
  readonly admission: Admission;
  readonly counters: TransportCounters;
}

/** Who asks for what; null: the caller is not let in, and was told why. */
export function admitCall<T>(
  { call, answer, read }: InboundCall<T>,
  { admission, counters }: InboundCallPorts,
): Extract<Admitted<T>, { type: "admitted" }> | null {
  counters.receivedBytes += call.request.length;
  const admitted = admission.admitCaller(read(call.request), call.getPeer());
  if (admitted.type === "admitted") return admitted;
  answer({ code: admitted.code, details: admitted.why, metadata: refusalTrailer(admitted.tells) });
  return null;
}
