import type { Index, Millis } from "../../core/types.ts";
import type { AnswerRoom } from "../../door/unread.ts";
import type { WatchRequest__Output as WatchRequest } from "../../generated/balsa/client/v1/WatchRequest.ts";
import { recordKey, recordRange } from "../../machine/kv-records.ts";
import type { KeyRange } from "../../node/watch/change-feed.ts";
import { type Failure, failure, isFailure, statusOf } from "../answers/failure.ts";
import type { ServiceOptions } from "../answers/options.ts";
import { leaderHint, type ServicePorts } from "../answers/ports.ts";
import { refusals } from "../answers/refusals.ts";
import { keyProblem } from "../answers/validation.ts";
import { revisionGone, type WatchCall, WatchStream } from "./watch-stream.ts";

type Call = WatchCall & { readonly request: WatchRequest };

/** Tells changes to whoever watches. Each node tells from its own memory, so watches cost the leader no more than any other. */
export class Watches {
  readonly #options: ServiceOptions;
  readonly #ports: ServicePorts;
  readonly #streams = new Set<WatchStream>();

  constructor(options: ServiceOptions, ports: ServicePorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /**
   * @param room of the connection
   * @param timeoutMs how long it may take until it is known what "from now on" means
   */
  open(call: Call, room: AnswerRoom, timeoutMs: Millis): void {
    const range = rangeOf(call.request, this.#options);
    if (isFailure(range)) return end(call, range);
    const { fromRevision, incarnationId } = call.request;
    const refused = this.#ports.incarnation.refusal(incarnationId);
    if (refused !== null) return end(call, refused);
    if (!Number.isSafeInteger(fromRevision)) return end(call, failure("REVISION_OUT_OF_RANGE"));
    if (fromRevision > 0 && fromRevision <= this.#ports.node.appliedIndex + 1) return this.#start(call, room, range, fromRevision);
    // What is acknowledged before this call is not "from now on", so the state must be as new as that. The same tells whether
    // this node is behind what the client has seen elsewhere, or the client has seen another cluster.
    this.#ports.node.linearize(timeoutMs, (outcome) => {
      if (outcome.type !== "readable") end(call, failure(refusals[outcome.reason], undefined, leaderHint(this.#ports)));
      else if (fromRevision > outcome.appliedIndex + 1) end(call, this.#notOfThis(fromRevision, outcome.appliedIndex));
      else this.#start(call, room, range, fromRevision === 0 ? outcome.appliedIndex + 1 : fromRevision);
    });
  }

  #notOfThis(revision: Index, newest: Index): Failure {
    const { id } = this.#ports.incarnation;
    const message =
      `The newest revision of this incarnation of the cluster (${id}) is ${newest}, so ${revision} is of another one: ` +
      `it was begun again or recovered by force since, or another cluster has this address.`;
    return failure("OTHER_CLUSTER", message, null, { incarnationId: id });
  }

  /** Ends all watches: their clients go on elsewhere. */
  stop(): void {
    for (const stream of [...this.#streams]) stream.end(failure("STOPPING"));
  }

  #start(call: Call, room: AnswerRoom, range: KeyRange, from: Index): void {
    if (call.cancelled) return;
    const { oldest } = this.#ports.node.changes;
    if (from < oldest) return end(call, revisionGone(from, oldest));
    const stream = new WatchStream(
      {
        ...{ from, range, incarnationId: this.#ports.incarnation.id },
        ...{ progressMs: this.#options.watchProgressMs, messageBytesMax: this.#options.clientMessageBytesMax },
      },
      {
        call,
        room,
        changes: this.#ports.node.changes,
        leader: () => leaderHint(this.#ports),
        onStateDamaged: this.#ports.onStateDamaged,
        onOver: () => this.#streams.delete(stream),
      },
    );
    this.#streams.add(stream);
  }
}

function rangeOf({ keys, key, prefix, all }: WatchRequest, options: ServiceOptions): KeyRange | Failure {
  switch (keys) {
    case "key": {
      const problem = keyProblem(key ?? "", options);
      if (problem !== null) return problem;
      const start = recordKey(key ?? "");
      // The next key in order is the same one with a zero byte behind it.
      return { start, end: Buffer.concat([start, Buffer.alloc(1)]) };
    }
    case "prefix":
      return recordRange(prefix ?? "");
    case "all":
      return all === true ? recordRange("") : failure("WATCH_KEYS_MISSING");
    case undefined:
      return failure("WATCH_KEYS_MISSING");
    default:
      return keys satisfies never;
  }
}

function end(call: Call, why: Failure): void {
  call.emit("error", Object.assign(new Error(why.message), statusOf(why)));
}
