import type { Client } from "@grpc/grpc-js";
import { openChannel } from "../../../grpc/channel.ts";
import type { Operation } from "../measure/subject.ts";
import { ClosedLoop, type Extent, type LoadResult } from "./closed-loop.ts";

const callTimeoutMs = 10_000;

/** Unary calls from this process by grpc-js, over one connection, as a Node program without a client library makes them. */
export class UnaryLoad {
  readonly name = "grpc-js";
  readonly #client: Client;
  readonly #operation: Operation;
  readonly #loop: ClosedLoop;

  constructor(options: { address: string; outstanding: number; operation: Operation }) {
    this.#client = openChannel(options.address);
    this.#operation = options.operation;
    this.#loop = new ClosedLoop(options, (n, done) => this.#call(n, (failure) => done(failure)));
  }

  run(extent: Extent): Promise<LoadResult> {
    return this.#loop.run(extent);
  }

  /** One call. @returns length of the answer's message, in bytes */
  once(n: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#call(n, (failure, bytes) => (failure === null ? resolve(bytes) : reject(new Error(failure))));
    });
  }

  close(): void {
    this.#client.close();
  }

  #call(n: number, done: (failure: string | null, bytes: number) => void): void {
    const { path, request, readAnswer } = this.#operation;
    let bytes = 0;
    const read = (answer: Buffer) => {
      bytes = answer.length;
      return readAnswer(answer);
    };
    const options = { deadline: Date.now() + callTimeoutMs };
    this.#client.makeUnaryRequest(path, asIs, read, request(n), options, (error) => done(error?.details ?? null, bytes));
  }
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}
