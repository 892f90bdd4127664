import {
  Client,
  type ClientDuplexStream,
  type ClientUnaryCall,
  credentials,
  type MethodDefinition,
  type ServiceError,
} from "@grpc/grpc-js";
import { type RaftMethod, raftService } from "../../src/transport/wire/raft-service.ts";

export type RawStream = ClientDuplexStream<Buffer, Buffer>;

export interface RawCall {
  readonly call: ClientUnaryCall;
  readonly ended: Promise<{ error: ServiceError | null; reply: Buffer | undefined }>;
}

/** Calls a node's peer port with bytes of the test's own making. */
export class RawCaller {
  readonly #client: Client;

  constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure());
  }

  openAppends(): RawStream {
    return this.#open(raftService.AppendEntries);
  }

  openForwards(): RawStream {
    return this.#open(raftService.Forward);
  }

  openSnapshots(): RawStream {
    return this.#open(raftService.InstallSnapshot);
  }

  requestVote(request: Buffer): RawCall {
    return this.call("RequestVote", request);
  }

  call(method: RaftMethod, request: Buffer): RawCall {
    const { path, requestSerialize, responseDeserialize } = raftService[method];
    let finish: (ended: { error: ServiceError | null; reply: Buffer | undefined }) => void = () => {};
    const ended = new Promise<{ error: ServiceError | null; reply: Buffer | undefined }>((resolve) => {
      finish = resolve;
    });
    const call = this.#client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, reply) =>
      finish({ error, reply }),
    );
    return { call, ended };
  }

  close(): void {
    this.#client.close();
  }

  #open({ path, requestSerialize, responseDeserialize }: MethodDefinition<Buffer, Buffer>): RawStream {
    return this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize).on("error", () => {});
  }
}

/** The error with which a stream ends; what comes before is read and thrown away. */
export function streamError(stream: RawStream): Promise<ServiceError> {
  return new Promise((resolve) => stream.once("error", resolve).resume());
}
