import type { ServerWritableStream } from "@grpc/grpc-js";
import type { Index, Millis } from "../core/types.ts";
import type { WatchRequest__Output as WatchRequest } from "../generated/balsa/client/v1/WatchRequest.ts";
import type { WatchResponse } from "../generated/balsa/client/v1/WatchResponse.ts";
import { recordKey, recordRange } from "../machine/kv-records.ts";
import type { KeyRange } from "../node/changes.ts";
import { type Failure, failure, isFailure, statusOf } from "./failure.ts";
import type { ServiceOptions } from "./options.ts";
import { leaderHint, type ServicePorts } from "./ports.ts";
import { refusals } from "./refusals.ts";
import { keyProblem } from "./validation.ts";
import { revisionGone, WatchStream } from "./watch-stream.ts";

type Call = ServerWritableStream<WatchRequest, WatchResponse>;

/** Tells changes to whoever watches. Each node tells from its own memory, so watches cost the leader no more than any other. */
export class Watches {
  readonly #options: ServiceOptions;
  readonly #ports: ServicePorts;
  readonly #streams = new Set<WatchStream>();

  constructor(options: ServiceOptions, ports: ServicePorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** @param timeoutMs how long it may take until it is known what "from now on" means */
  open(call: Call, timeoutMs: Millis): void {
    const range = rangeOf(call.request, this.#options);
    if (isFailure(range)) return end(call, range);
    const { fromRevision } = call.request;
    if (!Number.isSafeInteger(fromRevision)) return end(call, failure("REVISION_OUT_OF_RANGE"));
    if (fromRevision > 0) return this.#start(call, range, fromRevision);
    // What is acknowledged before this call is not "from now on", so the state must be as new as that.
    this.#ports.node.linearize(timeoutMs, (outcome) => {
      if (outcome.type === "readable") this.#start(call, range, outcome.appliedIndex + 1);
      else end(call, failure(refusals[outcome.reason], undefined, leaderHint(this.#ports)));
    });
  }

  /** Ends all watches: their clients go on elsewhere. */
  stop(): void {
    for (const stream of [...this.#streams]) stream.end(failure("STOPPING"));
  }

  #start(call: Call, range: KeyRange, from: Index): void {
    if (call.cancelled) return;
    const { oldest } = this.#ports.node.changes;
    if (from < oldest) return end(call, revisionGone(from, oldest));
    const stream = new WatchStream(
      { from, range, progressMs: this.#options.watchProgressMs, messageBytesMax: this.#options.messageBytesMax },
      {
        call,
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
