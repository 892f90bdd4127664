import type { Entry, Index } from "../../core/types.ts";
import type { AnswerRoom } from "../../door/unread.ts";
import type { GetEntriesRequest__Output as GetEntriesRequest } from "../../generated/balsa/admin/v1/GetEntriesRequest.ts";
import type { GetEntriesResponse } from "../../generated/balsa/admin/v1/GetEntriesResponse.ts";
import type { ObserveServiceHandlers } from "../../generated/balsa/admin/v1/ObserveService.ts";
import type { Subscription } from "../../observe/feed/subscription.ts";
import type { NodeSample } from "../../observe/live.ts";
import { failure, statusOf } from "../answers/failure.ts";
import type { ServiceOptions } from "../answers/options.ts";
import { entryText } from "./entry-text.ts";
import { type BatchHead, type ObserveCall, ObserveStream } from "./observe-stream.ts";

/** As much of a node as those who observe it are told. */
export interface ObservePort {
  readonly head: () => BatchHead;
  readonly sample: () => NodeSample;
  /** Until `unsubscribe`, what happens is noted. */
  readonly subscribe: (messagesPerSecond: number, onDue: (isUrgent: boolean) => void) => Subscription;
  readonly unsubscribe: (subscription: Subscription) => void;
  /** Those of this range that the log still has, from the first of them on, no more than `max`. */
  readonly entries: (first: Index, last: Index, max: number) => readonly Entry[];
}

export interface ObserveServicePorts {
  readonly observe: ObservePort;
  /** Calls back after the news that has already arrived has been taken in. */
  readonly soon: (callback: () => void) => void;
  /** The room for answers on the connection of a call from there. */
  readonly roomFor: (origin: string) => AnswerRoom;
}

type Options = Pick<ServiceOptions, "observersMax" | "observerMessagesMax" | "observerUnreadBytesMax" | "observedEntriesMax"> & {
  readonly servesMap: boolean;
};

type Call = ObserveCall & {
  readonly request: { readonly messagesPerSecond: number };
  readonly cancelled: boolean;
  getPeer(): string;
};

/** Of an observer that names no number, per second. */
const messagesDefault = 400;

/** What those call who watch a node. */
export class ObserveService {
  readonly #options: Options;
  readonly #ports: ObserveServicePorts;
  readonly #streams = new Set<ObserveStream>();

  constructor(options: Options, ports: ObserveServicePorts) {
    this.#options = options;
    this.#ports = ports;
  }

  readonly handlers: ObserveServiceHandlers = {
    Subscribe: (call) => this.#subscribe(call),
    GetEntries: (call, callback) => callback(null, this.#entries(call.request)),
  };

  /** Ends all streams: their observers go on once the node is back. */
  stop(): void {
    for (const stream of [...this.#streams]) stream.end(failure("STOPPING"));
  }

  #subscribe(call: Call): void {
    const { observersMax, observerMessagesMax } = this.#options;
    const { observe, soon, roomFor } = this.#ports;
    if (call.cancelled) return;
    if (this.#streams.size >= observersMax) {
      const why = failure("TOO_MANY_OBSERVERS", `${observersMax} observers watch this node, as many as may. End one first.`);
      call.emit("error", Object.assign(new Error(why.message), statusOf(why)));
      return;
    }
    let subscription: Subscription | null = null;
    const stream: ObserveStream = new ObserveStream(this.#options, {
      ...{ call, soon, room: roomFor(call.getPeer()), head: observe.head, sample: observe.sample },
      onOver: () => {
        this.#streams.delete(stream);
        if (subscription !== null) observe.unsubscribe(subscription);
      },
    });
    this.#streams.add(stream);
    const wanted = Math.min(call.request.messagesPerSecond || messagesDefault, observerMessagesMax);
    subscription = observe.subscribe(wanted, (isUrgent) => stream.onDue(isUrgent));
    stream.begin(subscription);
  }

  #entries({ first, last, withValues }: GetEntriesRequest): GetEntriesResponse {
    const { observedEntriesMax, servesMap: isMap } = this.#options;
    // What is beyond all that can be counted is beyond the log too.
    const entries = this.#ports.observe.entries(first, last, observedEntriesMax);
    return {
      entries: entries.map((entry) => {
        const { index, term, kind } = entry;
        return { index, term, kind, text: entryText(entry, { isMap, withValues }) };
      }),
    };
  }
}
