import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { status } from "@grpc/grpc-js";
import { boundDeadline } from "./deadline-header.ts";
import { isOver, meter, meterMessages, refuse } from "./metered-stream.ts";
import type { DoorOptions } from "./options.ts";
import { Unread, type UnreadTotal } from "./unread.ts";

/** Why this node closes a connection. */
export type Closing =
  /** It did not begin to speak HTTP/2. */
  | "silent"
  | "idle"
  /** Its other end is gone without a word. */
  | "vanished"
  /** Its client does not read its answers. */
  | "unread"
  /** Its client sends parts of messages, and too many of them. */
  | "unfinished"
  /** Its HTTP/2 has ended, or its peer has closed it, and the socket was left behind. */
  | "over"
  /** Another one took its place. */
  | "replaced"
  | "stopping";

export interface ConnectionPorts {
  readonly unreadTotal: UnreadTotal;
  readonly unfinishedTotal: UnreadTotal;
  /** Called once, when the socket is closed. `why`: null if this node did not close it. */
  readonly onClosed: (why: Closing | null) => void;
}

/** A connection that is over has this time to close by itself, in ms. */
const lingerMs = 1_000;
/** Bytes that count as progress when the client takes them: a frame of HTTP/2. */
const progressBytesMin = 16 * 1024;

/**
 * One connection to a port. Its HTTP/2 is Node's, its calls are gRPC's; here it is seen to that it ends, since neither
 * of the two ends a connection whose other end says nothing, has vanished or does not read.
 */
export class InboundConnection {
  readonly origin: string;
  readonly address: string;
  readonly unread: Unread;
  readonly #unfinished: Unread;
  readonly #socket: Socket;
  readonly #options: DoorOptions;
  #session: ServerHttp2Session | null = null;
  #why: Closing | null = null;
  /** The member that calls on it; null: nobody has said so. */
  #member: number | null = null;
  #isReady = false;
  #openCalls = 0;
  #calls = 0;
  /** What was so at the last look, and since when, by the door's clock. */
  readonly #acceptedAt: number;
  #callsBefore = 0;
  #idleSince: number;
  #bytesBefore = 0;
  #heardAt: number;
  #probedAt: number | null = null;
  /** It has answered a probe, and nothing was heard since. */
  #isSound = false;
  #overSince: number | null = null;
  #takenBefore = 0;
  /** And nothing was read since. */
  #fullSince: number;

  /** @param now by the door's clock */
  constructor(socket: Socket, now: number, options: DoorOptions, { unreadTotal, unfinishedTotal, onClosed }: ConnectionPorts) {
    const { remoteAddress = "unknown", remotePort = 0 } = socket;
    this.origin = `${remoteAddress}:${remotePort}`;
    this.address = remoteAddress;
    this.#socket = socket;
    this.#options = options;
    this.#acceptedAt = now;
    this.#idleSince = now;
    this.#heardAt = now;
    this.#fullSince = now;
    // Not at once: it is found out in the middle of a write.
    this.unread = new Unread(options.unreadBytesMax, unreadTotal, () => queueMicrotask(() => this.close("unread")));
    const closeLater = () => queueMicrotask(() => this.close("unfinished"));
    this.#unfinished = new Unread(options.unfinishedBytesMax, unfinishedTotal, closeLater);
    socket.on("error", () => {}); // A socket that fails is closed next.
    socket.once("close", () => {
      this.unread.end();
      this.#unfinished.end();
      onClosed(this.#why);
    });
  }

  get openCalls(): number {
    return this.#openCalls;
  }

  get member(): number | null {
    return this.#member;
  }

  /** A member has said on it who it is. */
  provedBy(member: number): void {
    this.#member = member;
  }

  onSession(session: ServerHttp2Session): void {
    this.#session = session;
    session.once("remoteSettings", () => {
      this.#isReady = true;
    });
  }

  /** A client makes a call. @param take hands it to gRPC */
  onStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, take: () => void): void {
    stream.on("error", () => {}); // A stream that fails is closed next.
    if (isOver(stream)) return;
    this.#calls++;
    this.#openCalls++;
    stream.once("close", () => {
      this.#openCalls--;
    });
    const problem = boundDeadline(headers);
    if (problem !== null) return refuse(stream, status.INVALID_ARGUMENT, problem);
    meter(stream, this.unread);
    meterMessages(stream, this.#unfinished);
    if (this.unread.state === "free") return take();
    const takeUp = (): void => {
      if (!isOver(stream)) take();
    };
    this.unread.whenFree(takeUp);
    // Calls that are made and taken back while others wait must leave nothing behind.
    stream.once("close", () => this.unread.forget(takeUp));
  }

  /**
   * Looks whether the connection is still worth its place.
   * @param now by the door's clock, which stands still while the process does: a node that was stopped for a minute
   * has not been left alone for a minute
   */
  look(now: number): void {
    if (this.#isOver()) {
      this.#overSince ??= now;
      if (now - this.#overSince >= lingerMs) this.close("over");
    } else {
      this.#lookAtAnswers(now);
      this.#lookAtPeer(now);
      if (this.#isReady) this.#lookAtCalls(now);
      else if (now - this.#acceptedAt >= this.#options.handshakeTimeoutMs) this.close("silent");
    }
  }

  /** Closes it at once. */
  close(why: Closing): void {
    if (this.#socket.destroyed) return;
    this.#why ??= why;
    // A reset leaves nothing behind in the kernel. But what was said last when the node stops is still to arrive.
    if (why === "stopping") this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  /** The HTTP/2 has ended, or no further bytes will come: nobody needs the socket. */
  #isOver(): boolean {
    const session = this.#session;
    return session === null || session.destroyed || this.#socket.readableEnded;
  }

  /**
   * A client that takes a byte now and then is one that does not read. The end of a write does not tell: of a large
   * one all the rest may be taken slowly and honestly.
   */
  #lookAtAnswers(now: number): void {
    const taken = bytesTakenFrom(this.#socket);
    const reads = this.unread.bytes === 0 || taken - this.#takenBefore >= progressBytesMin;
    this.unread.isStalled = !reads;
    if (reads) this.#takenBefore = taken;
    if (reads || this.unread.state !== "full") this.#fullSince = now;
    else if (now - this.#fullSince >= this.#options.unreadTimeoutMs) this.close("unread");
  }

  #lookAtPeer(now: number): void {
    const { connectionKeepaliveMs, connectionKeepaliveTimeoutMs } = this.#options;
    if (this.#socket.bytesRead !== this.#bytesBefore) {
      this.#bytesBefore = this.#socket.bytesRead;
      this.#heardAt = now;
      this.#probedAt = null;
      this.#isSound = false;
    } else if (this.#probedAt !== null) {
      if (now - this.#probedAt >= connectionKeepaliveTimeoutMs) this.close("vanished");
      else if (now - this.#probedAt >= lingerMs && this.#isMute()) this.close("over");
    } else if (!this.#isSound || now - this.#heardAt >= connectionKeepaliveMs) {
      this.#probe(now);
    }
  }

  #probe(now: number): void {
    this.#probedAt = now;
    this.#session?.ping((error) => {
      if (error !== null) return;
      this.#isSound = true;
      this.#probedAt = null;
      this.#heardAt = now;
      this.#bytesBefore = this.#socket.bytesRead;
    });
  }

  /**
   * After some errors of its peer, a session says goodbye and then neither reads nor writes nor tells anybody, not even
   * when the peer has closed the connection: what it is given to send stays in its queue, though nothing else is in the way.
   */
  #isMute(): boolean {
    return this.unread.bytes === 0 && (this.#session?.state.outboundQueueSize ?? 0) > 0;
  }

  #lookAtCalls(now: number): void {
    if (this.#openCalls > 0 || this.#calls !== this.#callsBefore) {
      this.#callsBefore = this.#calls;
      this.#idleSince = now;
    } else if (now - this.#idleSince >= this.#options.idleTimeoutMs) {
      this.#why = "idle";
      // It says which call was the last one, so a client that was about to make another knows that it was not begun.
      this.#session?.close();
    }
  }
}

/** What the system has taken of what was written to the socket. Node counts bytes as written when they are in its own queue. */
function bytesTakenFrom(socket: Socket): number {
  const { _handle } = socket as Socket & { readonly _handle: { readonly writeQueueSize: number } | null };
  return socket.bytesWritten - (_handle?.writeQueueSize ?? 0);
}
