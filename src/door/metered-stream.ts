import { constants, type ServerHttp2Stream } from "node:http2";
import type { status } from "@grpc/grpc-js";
import { MessageBytes } from "./message-bytes.ts";
import type { Unread } from "./unread.ts";

/**
 * Lets the bytes that are written to a call's stream count as unread until its client has taken them, and reads no
 * further message of the call while the client has too much to read. This holds for every method there is or will be.
 */
export function meter(stream: ServerHttp2Stream, unread: Unread): void {
  let bytes = 0;
  let isOpen = true;
  const release = (count: number): void => {
    bytes -= count;
    unread.release(count);
  };
  const write: Write = stream.write.bind(stream);
  const resume: () => void = stream.resume.bind(stream);
  const pause: () => void = stream.pause.bind(stream);
  const meteredWrite = (chunk: Buffer, done?: (error?: Error | null) => void): boolean => {
    bytes += chunk.length;
    unread.hold(chunk.length);
    return write(chunk, (error) => {
      if (isOpen) release(chunk.length);
      done?.(error);
    });
  };
  const heldResume = (): ServerHttp2Stream => {
    if (unread.state === "full" && !isOver(stream)) unread.whenFree(resume);
    else resume();
    return stream;
  };
  const pauseAll = (): ServerHttp2Stream => {
    unread.forget(resume);
    pause();
    return stream;
  };
  Object.assign(stream, { write: meteredWrite, resume: heldResume, pause: pauseAll });
  // Not every write that was under way is told how it ended.
  stream.once("close", () => {
    isOpen = false;
    release(bytes);
    unread.forget(resume);
  });
}

/** Lets the parts of a call's messages count until the rest of each has arrived: gRPC keeps them until then. */
export function meterMessages(stream: ServerHttp2Stream, unfinished: Unread): void {
  const messages = new MessageBytes();
  let held = 0;
  const hold = (bytes: number): void => {
    if (bytes > held) unfinished.hold(bytes - held);
    else if (bytes < held) unfinished.release(held - bytes);
    held = bytes;
  };
  const push: (chunk: Buffer | null) => boolean = stream.push.bind(stream);
  const meteredPush = (chunk: Buffer | null): boolean => {
    if (chunk !== null) {
      messages.add(chunk);
      hold(messages.unfinished);
    }
    return push(chunk);
  };
  Object.assign(stream, { push: meteredPush });
  stream.once("close", () => hold(0));
}

type Write = (chunk: Buffer, done: (error?: Error | null) => void) => boolean;

export function isOver(stream: ServerHttp2Stream): boolean {
  return stream.destroyed || stream.closed;
}

/** Ends a call that nobody has taken up, as gRPC has it. */
export function refuse(stream: ServerHttp2Stream, code: status, details: string): void {
  stream.respond(
    {
      [constants.HTTP2_HEADER_STATUS]: constants.HTTP_STATUS_OK,
      [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc+proto",
      "grpc-status": code,
      "grpc-message": encodeURIComponent(details),
    },
    { endStream: true },
  );
}
