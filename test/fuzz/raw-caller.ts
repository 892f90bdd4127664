import { connect, type Socket } from "node:net";
import { flags, frame, preface, types } from "../door/raw-http2.ts";
import type { Call } from "./calls.ts";

export interface CallerOptions {
  readonly port: number;
  /** Its own end of the connection, so that nodes can tell whom they limit. */
  readonly localAddress: string;
  /** "nothing": not a byte from its socket, so that it answers no probe either; "no answers": it leaves them no window. */
  readonly reads: "all" | "nothing" | "no answers";
}

/** A call under way. */
interface Stream {
  /** Bytes that may be sent on it by now. */
  window: number;
  /** What is still to be sent on it. */
  unsent: Buffer[];
  readonly ending: Call["ending"];
  readonly done: () => void;
}

const settings = { initialWindow: 4 } as const;
const usualWindow = 65_535;
const widestWindow = 2 ** 31 - 1;
const frameBytesMax = 16_384;
const cancel = Buffer.from("00000008", "hex");

/**
 * One connection on which calls are made, frame by frame: whatever is wrong with a call, it is sent. (Node's own client
 * goes round in circles when a call is taken back whose message is still to be sent.)
 */
export class RawCaller {
  readonly #socket: Socket;
  readonly #streams = new Map<number, Stream>();
  readonly #reads: CallerOptions["reads"];
  #lastId = -1;
  #window = usualWindow;
  #streamWindow = usualWindow;
  #rest = Buffer.alloc(0);
  #isOver = false;

  constructor({ port, localAddress, reads }: CallerOptions) {
    this.#reads = reads;
    this.#socket = connect({ port, host: "127.0.0.1", localAddress });
    this.#socket.on("error", () => {}); // It closes next.
    this.#socket.once("close", () => this.#end());
    const window = reads === "all" ? widestWindow : reads === "nothing" ? usualWindow : 0;
    this.#socket.write(Buffer.concat([preface, frame(types.settings, 0, 0, setting(settings.initialWindow, window))]));
    if (reads === "all") this.#socket.write(frame(types.windowUpdate, 0, 0, uint32(widestWindow - usualWindow)));
    if (reads !== "nothing") this.#socket.on("data", (bytes: Buffer) => this.#onData(bytes));
  }

  /** Nothing more can be said on it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves once the call is over, however. */
  call({ headers, chunks, ending, patienceMs }: Call): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    this.#lastId += 2;
    const id = this.#lastId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#takeBack(id), patienceMs);
      const done = () => {
        clearTimeout(timer);
        this.#streams.delete(id);
        resolve();
      };
      this.#streams.set(id, { window: this.#streamWindow, unsent: [...chunks], ending, done });
      this.#socket.write(frame(types.headers, flags.endHeaders, id, packedFields(headers)));
      this.#sendMore();
    });
  }

  /** Leaves without a word. */
  close(): void {
    this.#socket.resetAndDestroy();
  }

  #takeBack(id: number): void {
    // Whoever reads nothing waits for nothing, and leaves its calls open.
    if (this.#reads === "all") this.#socket.write(frame(types.rst, 0, id, cancel));
    this.#streams.get(id)?.done();
  }

  /** As much as the node has room for: past that it would close the connection. */
  #sendMore(): void {
    for (const [id, stream] of this.#streams) {
      while (stream.unsent.length > 0) {
        const [next = Buffer.alloc(0), ...others] = stream.unsent;
        const length = Math.min(next.length, frameBytesMax, stream.window, this.#window);
        if (length < next.length && length === 0) break;
        stream.window -= length;
        this.#window -= length;
        stream.unsent = length < next.length ? [next.subarray(length), ...others] : others;
        const isLast = stream.unsent.length === 0 && stream.ending === "end";
        this.#socket.write(frame(types.data, isLast ? flags.endStream : 0, id, next.subarray(0, length)));
        if (stream.unsent.length === 0 && stream.ending === "reset") this.#takeBack(id);
      }
    }
  }

  #onData(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 9) {
      const length = this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < 9 + length) return;
      const [, , , type = 0, flag = 0] = this.#rest;
      this.#onFrame(type, flag, this.#rest.readUInt32BE(5), this.#rest.subarray(9, 9 + length));
      this.#rest = this.#rest.subarray(9 + length);
    }
  }

  #onFrame(type: number, flag: number, id: number, payload: Buffer): void {
    const stream = this.#streams.get(id);
    if (type === types.settings && flag !== flags.ack) {
      for (let at = 0; at + 6 <= payload.length; at += 6) {
        if (payload.readUInt16BE(at) === settings.initialWindow) this.#widen(payload.readUInt32BE(at + 2));
      }
      this.#socket.write(frame(types.settings, flags.ack, 0));
    } else if (type === types.ping && flag !== flags.ack) {
      this.#socket.write(frame(types.ping, flags.ack, 0, payload));
    } else if (type === types.windowUpdate) {
      if (id === 0) this.#window += payload.readUInt32BE(0);
      else if (stream !== undefined) stream.window += payload.readUInt32BE(0);
      this.#sendMore();
    } else if (type === types.goaway) {
      this.close();
    } else if (type === types.rst || ((type === types.headers || type === types.data) && (flag & flags.endStream) !== 0)) {
      stream?.done();
    }
  }

  #widen(initialWindow: number): void {
    for (const stream of this.#streams.values()) stream.window += initialWindow - this.#streamWindow;
    this.#streamWindow = initialWindow;
    this.#sendMore();
  }

  #end(): void {
    this.#isOver = true;
    for (const { done } of [...this.#streams.values()]) done();
  }
}

/** Header fields, none of them compressed. */
function packedFields(headers: Readonly<Record<string, string>>): Buffer {
  const all = { ":scheme": "http", ":authority": "fuzz", ...headers };
  // Those with a colon come first.
  const ordered = Object.entries(all).sort(([a], [b]) => Number(b.startsWith(":")) - Number(a.startsWith(":")));
  return Buffer.concat(ordered.flatMap(([name, value]) => [Buffer.from([0]), packedText(name), packedText(value)]));
}

/** Its length in 7 bits, or in more of them after those. */
function packedText(text: string): Buffer {
  const length: number[] = [];
  let rest = text.length - 127;
  if (rest < 0) return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
  for (; rest > 127; rest >>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([127, ...length, rest]), Buffer.from(text)]);
}

function setting(id: number, value: number): Buffer {
  return Buffer.concat([Buffer.from([0, id]), uint32(value)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
