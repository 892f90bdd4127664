import { type Server, type ServerDuplexStream, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import { newTransportCounters } from "../link/counters.ts";
import { raftService } from "../wire/raft-service.ts";
import { InboundIntroductions, type InboundIntroductionsPorts } from "./inbound-introductions.ts";

const unborn = { code: status.UNAVAILABLE, details: "This node is not in a cluster yet" };

/** RaftService of a node whose cluster is yet to be born: it tells others so, and has nothing else to say. */
export class FoundingService {
  readonly #introductions: InboundIntroductions;

  constructor(ports: Pick<InboundIntroductionsPorts, "introduce">) {
    this.#introductions = new InboundIntroductions({ ...ports, counters: newTransportCounters() });
  }

  /** Makes `server` serve RaftService. */
  addTo(server: Server): void {
    const refuseCall = (_call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void => answer(unborn);
    const refuseStream = (call: ServerDuplexStream<Buffer, Buffer>): void => void call.emit("error", unborn);
    const refusals = Object.entries(raftService).map(([method, { requestStream }]) => [
      method,
      requestStream ? refuseStream : refuseCall,
    ]);
    server.addService(raftService, {
      ...Object.fromEntries(refusals),
      Introduce: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => this.#introductions.take(call, answer),
    });
  }
}
