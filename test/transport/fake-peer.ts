import { Metadata, Server, ServerCredentials, type ServerDuplexStream, type sendUnaryData } from "@grpc/grpc-js";
import { raftService } from "../../src/transport/wire/raft-service.ts";

type Stream = ServerDuplexStream<Buffer, Buffer>;

export interface FakePeerHandlers {
  readonly onVote?: (answer: sendUnaryData<Buffer>) => void;
  readonly onAppends?: (stream: Stream) => void;
  readonly onForwards?: (stream: Stream) => void;
  readonly onSnapshots?: (stream: Stream) => void;
}

/** What a node calls in place of a peer: it does what the test says, and by default accepts streams and stays silent. */
export class FakePeer {
  readonly #server = new Server();
  address = "";
  votesTaken = 0;
  /** Vote calls that their caller has ended. */
  votesCancelled = 0;

  constructor(handlers: FakePeerHandlers) {
    this.#server.addService(raftService, {
      RequestVote: (call: { on(event: "cancelled", listener: () => void): void }, answer: sendUnaryData<Buffer>) => {
        this.votesTaken++;
        call.on("cancelled", () => this.votesCancelled++);
        handlers.onVote?.(answer);
      },
      AppendEntries: handlers.onAppends ?? accept,
      Forward: handlers.onForwards ?? accept,
      InstallSnapshot: handlers.onSnapshots ?? accept,
    });
  }

  async listen(): Promise<void> {
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    this.address = `127.0.0.1:${port}`;
  }

  stop(): void {
    this.#server.forceShutdown();
  }
}

/** As a peer does when it has seen the greeting. */
export function accept(stream: Stream): void {
  stream.on("error", () => {});
  stream.once("data", () => stream.sendMetadata(new Metadata()));
}
