import { write, writeSync } from "node:fs";
import type { DestinationStream } from "pino";
import { voice } from "./log-voice.ts";

/** Where a process logs to. Takes lines of JSON, whatever it makes of them. */
export interface LogOutput extends DestinationStream {
  /** Writes what waits before the process ends, but holds up its end for no longer than a moment. */
  flushSync(): void;
}

/** Most bytes that wait to be written when whoever reads the log is slow; what comes on top is dropped and counted. */
const waitingBytesMax = 8 * 1024 * 1024;
const chunkBytes = 64 * 1024;
/** Interval at which a reader that takes nothing is tried again, in ms. */
const retryMs = 10;
/** Longest wait for such a reader when the process ends, in ms. */
const flushMs = 300;

/** Standard output, as JSON for machines or as the voice for people. */
export function openLogOutput(format: "json" | "voice"): LogOutput {
  // Node makes a pipe non-blocking when it first looks at it as a stream; else a reader that has stopped would hold a thread.
  void process.stdout;
  const output = new BackgroundOutput(1);
  const put = (line: string) => output.write(Buffer.from(format === "voice" ? voice(line) : line));
  output.onDropped = (count) => {
    const msg = `${count} lines of the log were dropped: its reader is too slow.`;
    put(`${JSON.stringify({ level: "warn", area: "main", msg })}\n`);
  };
  return { write: put, flushSync: () => output.flushSync() };
}

/** Writes to a file descriptor beside the event loop, so that a slow reader of the log never holds up a node. */
export class BackgroundOutput {
  /** Told how many lines were lost, once there is room again. */
  onDropped: (count: number) => void = () => undefined;
  readonly #descriptor: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #dropped = 0;
  #state: "idle" | "writing" | "gone" = "idle";

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(line: Buffer): void {
    if (this.#state === "gone") return;
    if (this.#waitingBytes + line.length > waitingBytesMax) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    if (this.#state === "idle") this.#writeNext();
  }

  flushSync(): void {
    const until = performance.now() + flushMs;
    // The write under way is in a thread's hands: it should be there before what comes after it.
    if (this.#state === "writing") pause();
    while (this.#state !== "gone" && this.#waitingBytes > 0 && performance.now() < until) {
      const chunk = this.#takeChunk();
      try {
        this.#putBack(chunk.subarray(writeSync(this.#descriptor, chunk)));
      } catch (error) {
        this.#putBack(chunk);
        if (isFull(error)) pause();
        else this.#state = "gone";
      }
    }
  }

  #writeNext(): void {
    if (this.#waitingBytes === 0) {
      this.#state = "idle";
      this.#tellDropped();
      return;
    }
    this.#state = "writing";
    const chunk = this.#takeChunk();
    write(this.#descriptor, chunk, (error, written) => {
      if (this.#state === "gone") return;
      this.#putBack(error ? chunk : chunk.subarray(written));
      if (error === null) this.#writeNext();
      else if (isFull(error)) setTimeout(() => this.#writeNext(), retryMs).unref();
      // Whoever read the log is gone: the node works on without it.
      else this.#state = "gone";
    });
  }

  #takeChunk(): Buffer {
    let count = 0;
    let bytes = 0;
    while (count < this.#waiting.length && (count === 0 || bytes < chunkBytes)) {
      bytes += this.#waiting[count]?.length ?? 0;
      count += 1;
    }
    this.#waitingBytes -= bytes;
    return Buffer.concat(this.#waiting.splice(0, count));
  }

  #putBack(rest: Buffer): void {
    if (rest.length === 0) return;
    this.#waiting.unshift(rest);
    this.#waitingBytes += rest.length;
  }

  #tellDropped(): void {
    if (this.#dropped === 0) return;
    const count = this.#dropped;
    this.#dropped = 0;
    this.onDropped(count);
  }
}

/** Holds up the whole process for a moment, which only its end may do. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
}

/** The reader has taken nothing for a while, and the pipe to it holds no more. */
function isFull(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && (error.code === "EAGAIN" || error.code === "EBUSY");
}
