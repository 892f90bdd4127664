import { fstatSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import { errorText } from "./error-text.ts";
import { exitCodes } from "./exit-codes.ts";

type Descriptor = 1 | 2;
type Sink = (bytes: Buffer) => Promise<Error | null>;

/**
 * Standard output and standard error of a program that answers by what it prints. An output that cannot be written, as on a
 * full disk, is said on standard error, and the exit code is never 0 then. A reader that has seen enough and closes its pipe,
 * as `head` does, has lost nothing: the output ends quietly.
 */
export class StandardStreams {
  readonly isTerminal = isatty(1);
  readonly #output: Sink = sinkOf(1);
  readonly #error: Sink = sinkOf(2);
  #state: "open" | "readerGone" | "failed" = "open";
  /** The last output and the last complaint, once they are written. */
  #printed: Promise<unknown> = Promise.resolve();
  #complained: Promise<unknown> = Promise.resolve();

  /**
   * Resolves once it is written, so that a slow reader of a long output holds the program up.
   * @returns whether further output has a reader
   */
  readonly print = (output: string | Uint8Array): Promise<boolean> => {
    const printed = this.#print(Buffer.from(output));
    this.#printed = printed;
    return printed;
  };

  /** Writes a line to standard error, where it is not taken for a result. If that cannot be written, nobody can be told. */
  readonly complain = (line: string): void => {
    this.#complained = this.#error(Buffer.from(`${line}\n`));
  };

  /** @param code of the program, whatever became of its output @returns the exit code, once all is written */
  async finish(code: number): Promise<number> {
    await this.#printed;
    await this.#complained;
    return this.#state === "failed" && code === exitCodes.done ? exitCodes.output : code;
  }

  async #print(bytes: Buffer): Promise<boolean> {
    if (this.#state !== "open") return false;
    const error = await this.#output(bytes);
    if (error !== null && this.#state === "open") this.#onFailed(error);
    return this.#state === "open";
  }

  #onFailed(error: Error): void {
    if ("code" in error && error.code === "EPIPE") {
      this.#state = "readerGone";
      return;
    }
    this.#state = "failed";
    this.complain(`The output could not be written: ${errorText(error)}.`);
  }
}

function sinkOf(descriptor: Descriptor): Sink {
  if (isFile(descriptor)) return (bytes) => Promise.resolve(writeToFile(descriptor, bytes));
  const stream = descriptor === 1 ? process.stdout : process.stderr;
  // Each write is told its own error; without a listener the stream would throw it as well.
  stream.on("error", () => undefined);
  return (bytes) => new Promise((resolve) => stream.write(bytes, (error) => resolve(error ?? null)));
}

/** A terminal is no file: Node has a stream of its own for it, as it has for pipes and sockets. */
function isFile(descriptor: Descriptor): boolean {
  try {
    const found = fstatSync(descriptor);
    return found.isFile() || found.isBlockDevice() || (found.isCharacterDevice() && !isatty(descriptor));
  } catch {
    return false;
  }
}

/** Node's own stream for a file takes a write for done of which only the first part had room. */
function writeToFile(descriptor: Descriptor, bytes: Buffer): Error | null {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
