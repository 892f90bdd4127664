import type { Millis, NodeId, Term } from "../../core/types.ts";
import type { NodeOptions } from "../ports/options.ts";
import type { PeerCall } from "../ports/peer-calls.ts";
import type {
  ChunkReply,
  Clock,
  PackedRecords,
  RecordsChunk,
  SnapshotChunk,
  StateSnapshot,
  Timer,
  Transport,
} from "../ports/ports.ts";
import type { Pace } from "./pace.ts";

/**
 * A piece of a snapshot, whole and undamaged. Pieces go in order and one at a time to each node: the next one goes after the
 * reply to the last one, or takes its place.
 */
export const installSnapshot: PeerCall<SnapshotChunk, ChunkReply> = {
  name: "installSnapshot",
  unsent: { type: "broken" },
  broken: { type: "broken" },
};

export interface StreamOptions extends Pick<NodeOptions, "snapshotChunkBytes" | "snapshotBackOffMs" | "snapshotPatienceMs"> {
  readonly to: NodeId;
  readonly term: Term;
}

export interface StreamPorts {
  readonly clock: Clock;
  readonly transport: Pick<Transport, "ask">;
  /** The rate that all streams share. */
  readonly pace: Pace;
  /** Bytes of the snapshot that the follower has. */
  readonly onProgress: (bytes: number) => void;
  /** Called once, unless the stream was stopped before. */
  readonly onEnd: (outcome: "installed" | "failed", why: string) => void;
  /** The snapshot could not be read: the state is damaged. */
  readonly onUnread: (error: Error) => void;
}

/** Most answers in a row that ask for the same place again; one more ends the stream. */
const repeatsMax = 5;

/**
 * Sends one snapshot to one follower, a chunk at a time: the next one leaves when the last one is there. The follower
 * says where to go on, at the beginning and after every chunk; so after a broken link, and after a restart of the
 * follower, the stream goes on where it was.
 */
export class SnapshotStream {
  readonly #options: StreamOptions;
  readonly #source: StateSnapshot;
  readonly #ports: StreamPorts;
  #timer: Timer | null = null;
  #brokenSince: Millis | null = null;
  /** The chunk under way, or the one before it. */
  #sent: Sent = { after: null, last: null, bytes: 0 };
  /** What comes after the chunk under way, most likely. */
  #ahead: Ahead | null = null;
  /** Bytes up to the follower's place, as far as this stream knows. */
  #bytes = 0;
  #repeats = 0;
  #hasEnded = false;

  constructor(options: StreamOptions, source: StateSnapshot, ports: StreamPorts) {
    this.#options = options;
    this.#source = source;
    this.#ports = ports;
  }

  /** Asks where to go on. */
  start(): void {
    this.#send(null, nothing, false);
  }

  /** Sends no more, and says no more. */
  stop(): void {
    this.#hasEnded = true;
    this.#timer?.cancel();
  }

  #send(after: Uint8Array | null, records: Uint8Array, isLast: boolean): void {
    const { to, term } = this.#options;
    this.#ports.transport.ask(to, installSnapshot, { term, meta: this.#source.meta, after, records, isLast }, (reply) => {
      if (!this.#hasEnded) this.#onReply(reply);
    });
  }

  #onReply(reply: ChunkReply): void {
    if (reply.type !== "broken") this.#brokenSince = null;
    switch (reply.type) {
      case "next":
        return this.#goOn(reply.cursor);
      case "installed":
        return this.#end("installed", "it is installed");
      case "stale":
        // All that is committed there is equal to the log here, so the follower has what the snapshot holds.
        if (reply.commitIndex >= this.#source.meta.index) return this.#end("installed", "the follower has all of it already");
        return this.#end("failed", "the follower calls it stale, and is behind it");
      case "refused":
        return this.#end("failed", reply.why);
      case "broken":
        return this.#tryAgain();
      default:
        return reply satisfies never;
    }
  }

  #goOn(cursor: Uint8Array | null): void {
    const { after, last, bytes } = this.#sent;
    if (last !== null && areEqual(cursor, last)) {
      this.#bytes += bytes;
      this.#repeats = 0;
      this.#ports.onProgress(this.#bytes);
    } else {
      if (cursor === null) this.#bytes = 0;
      this.#repeats = areEqual(cursor, after) ? this.#repeats + 1 : 0;
      if (this.#repeats > repeatsMax) return this.#end("failed", "the follower does not take the next chunk");
    }
    this.#read(cursor);
  }

  /** Goes on after this key, with what was read ahead if that fits. */
  #read(after: Uint8Array | null): void {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead === null || !areEqual(ahead.after, after)) this.#fetch(after, (chunk) => this.#pass(after, chunk));
    else if (ahead.chunk !== null) this.#pass(after, ahead.chunk);
    else ahead.onRead = (chunk) => this.#pass(after, chunk);
  }

  #fetch(after: Uint8Array | null, then: (chunk: RecordsChunk) => void): void {
    this.#source.read(after, this.#options.snapshotChunkBytes, (error, chunk) => {
      if (this.#hasEnded) return;
      if (error !== null) this.#ports.onUnread(error);
      else then(chunk);
    });
  }

  /** Sends a chunk as soon as the pace allows. While it is on its way the next one is read. */
  #pass(after: Uint8Array | null, { records, last, isLast }: RecordsChunk): void {
    this.#sent = { after, last, bytes: contentBytes(records) };
    const { clock, pace } = this.#ports;
    const now = clock.now();
    const at = pace.grant(records.length, now);
    if (at <= now) this.#send(after, records, isLast);
    else this.#timer = clock.at(at, () => this.#send(after, records, isLast));
    if (last !== null && !isLast) this.#readAhead(last);
  }

  #readAhead(after: Uint8Array): void {
    const ahead: Ahead = { after, chunk: null, onRead: null };
    this.#ahead = ahead;
    this.#fetch(after, (chunk) => {
      ahead.chunk = chunk;
      ahead.onRead?.(chunk);
    });
  }

  /** The follower is asked again where it is: the chunk under way may have arrived. */
  #tryAgain(): void {
    const { clock } = this.#ports;
    const now = clock.now();
    this.#brokenSince ??= now;
    if (now - this.#brokenSince >= this.#options.snapshotPatienceMs) return this.#end("failed", "the link is broken");
    this.#timer = clock.at(now + this.#options.snapshotBackOffMs, () => this.start());
  }

  #end(outcome: "installed" | "failed", why: string): void {
    this.stop();
    this.#ports.onEnd(outcome, why);
  }
}

interface Sent {
  readonly after: Uint8Array | null;
  readonly last: Uint8Array | null;
  readonly bytes: number;
}

/** A chunk that is read before it is asked for. */
interface Ahead {
  readonly after: Uint8Array;
  /** Null while it is being read. */
  chunk: RecordsChunk | null;
  /** Whoever waits for it. */
  onRead: ((chunk: RecordsChunk) => void) | null;
}

const nothing = new Uint8Array(0);

/** Bytes of the keys and values of packed records. */
export function contentBytes(records: PackedRecords): number {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  let bytes = 0;
  for (let offset = 0; offset + headerBytes <= records.length; ) {
    const content = view.getUint32(offset) + view.getUint32(offset + 4);
    bytes += content;
    offset += headerBytes + content;
  }
  return bytes;
}

/** Before each packed record stand the lengths of its key and its value. */
const headerBytes = 8;

export function areEqual(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0;
}
