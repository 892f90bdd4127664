import type { Index, Millis } from "../../core/types.ts";
import type { AnswerRoom } from "../../door/unread.ts";
import type { Change } from "../../generated/balsa/client/v1/Change.ts";
import type { WatchResponse } from "../../generated/balsa/client/v1/WatchResponse.ts";
import { keyOfRecord } from "../../machine/kv-records.ts";
import type { KeyRange, Subscription, WatchEnd } from "../../node/watch/change-feed.ts";
import type { EntryChanges } from "../../node/watch/packed-changes.ts";
import { keyValueOf } from "../answers/convert.ts";
import { type Failure, failure, type LeaderHint, statusOf } from "../answers/failure.ts";
import type { ServiceNode } from "../answers/ports.ts";

export interface WatchStreamOptions {
  /** The first index of interest. */
  readonly from: Index;
  readonly range: KeyRange;
  /** The life of the cluster that the indexes are of. */
  readonly incarnationId: string;
  /** Interval between progress messages on a watch without changes, in ms. */
  readonly progressMs: Millis;
  /** Most bytes in a message, which never ends within an entry. */
  readonly messageBytesMax: number;
}

/** The call of a watcher, as far as it is needed here: gRPC's, or that of somebody within the program. */
export interface WatchCall {
  readonly cancelled: boolean;
  on(event: "cancelled", listener: () => void): unknown;
  /** @param taken called back when there is room for another message */
  write(message: WatchResponse, taken: () => void): unknown;
  emit(event: "error", why: Error & Status): unknown;
}

type Status = ReturnType<typeof statusOf>;

export interface WatchStreamPorts {
  readonly call: WatchCall;
  /** Of the connection. */
  readonly room: AnswerRoom;
  readonly changes: ServiceNode["changes"];
  readonly leader: () => LeaderHint | null;
  /** A record could not be read: the node must stop. */
  readonly onStateDamaged: (error: Error) => void;
  /** Called once. */
  readonly onOver: () => void;
}

/**
 * One watcher's stream. What the client does not take waits in the node's one history, not here: at most one batch is
 * in gRPC's hands, and a client for whom the history does not last is dropped.
 */
export class WatchStream {
  readonly #options: WatchStreamOptions;
  readonly #ports: WatchStreamPorts;
  readonly #subscription: Subscription;
  readonly #progress: NodeJS.Timeout;
  /** The client knows that it has seen all up to here. */
  #told: Index;
  /** Messages that gRPC has and HTTP/2 has not taken. */
  #unwritten = 0;
  #waitsForRoom = false;
  #isOver = false;

  constructor(options: WatchStreamOptions, ports: WatchStreamPorts) {
    this.#options = options;
    this.#ports = ports;
    const { call, changes } = ports;
    this.#told = options.from - 1;
    const isFull = () => this.#isFull;
    this.#subscription = changes.subscribe(options.from, options.range, {
      get isFull() {
        return isFull();
      },
      onChanges: (entries, upTo) => this.#onChanges(entries, upTo),
      onEnd: (why) => this.end(this.#failureOf(why)),
    });
    call.on("cancelled", () => this.#close());
    this.#progress = setInterval(() => this.#tellProgress(), options.progressMs);
    // At once, so that the client knows that it is heard, by which cluster, and from where on.
    this.#write({ changes: [], revision: this.#told, incarnationId: options.incarnationId });
  }

  end(why: Failure): void {
    if (this.#isOver) return;
    this.#close();
    this.#ports.call.emit("error", Object.assign(new Error(why.message), statusOf(why)));
  }

  /** What is not taken must not be added to, on this stream or, once the connection has much of it, on any other. */
  get #isFull(): boolean {
    const { room } = this.#ports;
    if (this.#unwritten > 0 || this.#waitsForRoom) return true;
    if (room.state !== "full") return false;
    this.#waitsForRoom = true;
    room.whenFree(() => {
      this.#waitsForRoom = false;
      this.#subscription.resume();
    });
    return true;
  }

  #onChanges(entries: readonly EntryChanges[], upTo: Index): void {
    try {
      this.#writeAll(entries, upTo);
    } catch (error) {
      this.#ports.onStateDamaged(error instanceof Error ? error : new Error(String(error)));
      this.end(failure("STATE_DAMAGED"));
    }
  }

  /** In messages of bounded size; the last one tells the progress of all. */
  #writeAll(entries: readonly EntryChanges[], upTo: Index): void {
    let changes: Change[] = [];
    let bytes = 0;
    for (const [i, entry] of entries.entries()) {
      for (const { key, value } of entry.changes) {
        changes.push(changeOf(entry.index, key, value));
        bytes += key.length + (value?.length ?? 0);
      }
      const isLast = i === entries.length - 1;
      if (!isLast && bytes < this.#options.messageBytesMax) continue;
      this.#write({ changes, revision: isLast ? upTo : entry.index });
      changes = [];
      bytes = 0;
    }
  }

  #tellProgress(): void {
    const { upTo } = this.#subscription;
    if (upTo > this.#told && !this.#isFull) this.#write({ changes: [], revision: upTo });
  }

  #write(message: { changes: Change[]; revision: Index; incarnationId?: string }): void {
    if (this.#isOver) return;
    this.#told = message.revision;
    this.#unwritten++;
    this.#ports.call.write(message, () => {
      this.#unwritten--;
      if (this.#unwritten === 0 && !this.#isOver) this.#subscription.resume();
    });
  }

  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#progress);
    this.#subscription.cancel();
    this.#ports.onOver();
  }

  #failureOf(why: WatchEnd): Failure {
    switch (why.type) {
      case "gone":
        return revisionGone(this.#told + 1, why.oldest);
      case "slow":
        return failure("WATCH_TOO_SLOW");
      case "leaderless":
        return failure("NO_LEADER", undefined, this.#ports.leader());
      case "overloaded":
        return failure("OVERLOADED");
      case "stopping":
        return failure("STOPPING");
      default:
        return why satisfies never;
    }
  }
}

/** @throws Malformed if the record is none of the key-value map's */
function changeOf(revision: Index, key: Uint8Array, value: Uint8Array | null): Change {
  if (value === null) return { key: keyOfRecord(key), revision };
  const { value: content = null } = keyValueOf(keyOfRecord(key), value);
  return { key: keyOfRecord(key), value: content, revision };
}

/** The node has forgotten what a client asks for. */
export function revisionGone(from: Index, oldest: Index): Failure {
  const message = `This node keeps changes from revision ${oldest} on, not from ${from}.`;
  return failure("REVISION_GONE", message, null, { oldestRevision: String(oldest) });
}
