import type { Index, Millis } from "../../core/types.ts";
import type { ScanRequest__Output as ScanRequest } from "../../generated/balsa/client/v1/ScanRequest.ts";
import type { ScanResponse } from "../../generated/balsa/client/v1/ScanResponse.ts";
import { keyOfRecord, recordKey, recordRange } from "../../machine/kv-records.ts";
import { type Asker, isGone } from "../answers/asker.ts";
import { atLeastRevisionsOf, keyValueOf } from "../answers/convert.ts";
import { type Failure, failure } from "../answers/failure.ts";
import type { ServiceOptions } from "../answers/options.ts";
import { leaderHint, type ServicePorts } from "../answers/ports.ts";
import { readFailure } from "../answers/read-failure.ts";
import { refusals } from "../answers/refusals.ts";

type Record = [key: Uint8Array, value: Uint8Array];
type Done = (answer: ScanResponse | Failure) => void;

/** A scan whose page is to be read. */
interface Waiting {
  readonly request: ScanRequest;
  readonly asker: Asker;
  readonly done: Done;
}

/** Pages that are read at a time. What was read and not yet given to a client, or refused, is no more than that. */
const pagesAtOnce = 4;

/**
 * Reads the keys of a prefix or range in order of their UTF-8, a page at a time. A page is read only when it is its turn
 * and there is room for it: what clients do not take must not be kept for them.
 */
export class Scans {
  readonly #options: ServiceOptions;
  readonly #ports: ServicePorts;
  readonly #waiting: Waiting[] = [];
  #reading = 0;

  constructor(options: ServiceOptions, ports: ServicePorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** Calls `done` once, or never if nobody wants the answer any more. */
  scan(request: ScanRequest, asker: Asker, timeoutMs: Millis, done: Done): void {
    const refused = this.#ports.incarnation.refusal(request.incarnationId);
    if (refused !== null) return done(refused);
    if (request.local) return this.#queue({ request, asker, done });
    this.#ports.node.linearize(timeoutMs, (outcome) => {
      if (outcome.type === "readable") this.#queue({ request, asker, done });
      else done(failure(refusals[outcome.reason], undefined, leaderHint(this.#ports)));
    });
  }

  #queue(scan: Waiting): void {
    this.#waiting.push(scan);
    this.#next();
  }

  #next(): void {
    while (this.#reading < pagesAtOnce) {
      const scan = this.#waiting.shift();
      if (scan === undefined) return;
      const { request, asker, done } = scan;
      if (isGone(asker)) continue;
      if (asker.room.state === "full") {
        asker.room.whenFree(() => this.#queue(scan));
        continue;
      }
      this.#reading++;
      this.#page(request, (answer) => {
        this.#reading--;
        done(answer);
        this.#next();
      });
    }
  }

  #page(request: ScanRequest, done: Done): void {
    const { scanLimitDefault, scanLimitMax, scanBytesMax } = this.#options;
    const { start, end } = rangeOf(request);
    const limit = request.limit === 0 ? scanLimitDefault : Math.min(request.limit, scanLimitMax);
    const appliedIndex = this.#ports.node.appliedIndex;
    this.#records(start, end, limit, scanBytesMax, done, (records) => {
      const last = records.at(-1);
      if (last === undefined) return done(this.#pageOf([], undefined, appliedIndex));
      // Whether the page ended for its limit, its bytes or for want of keys, one more look tells if there is another.
      this.#records(after(last[0]), end, 1, 1, done, ([next]) => done(this.#pageOf(records, next, appliedIndex)));
    });
  }

  #pageOf(records: readonly Record[], next: Record | undefined, appliedIndex: Index): ScanResponse {
    const items = records.map(([key, record]) => keyValueOf(keyOfRecord(key), record));
    const nextStart = next === undefined ? "" : keyOfRecord(next[0]);
    const { id: incarnationId } = this.#ports.incarnation;
    return { items, nextStart, appliedIndex: atLeastRevisionsOf(items, appliedIndex), incarnationId };
  }

  #records(
    start: Buffer,
    end: Buffer,
    limit: number,
    bytesMax: number,
    done: Done,
    found: (records: readonly Record[]) => void,
  ): void {
    if (Buffer.compare(start, end) >= 0) return found([]);
    this.#ports.state.scan({ start, end, limit, bytesMax }, (error, records) => {
      if (error === null) found(records);
      else done(readFailure(error, this.#ports));
    });
  }
}

/** The records between the request's bounds: those of its prefix, cut by its start and end. */
function rangeOf({ prefix, start, end }: ScanRequest): { start: Buffer; end: Buffer } {
  const range = recordRange(prefix);
  const from = recordKey(start);
  const until = end === "" ? range.end : recordKey(end);
  return {
    start: Buffer.compare(from, range.start) > 0 ? from : range.start,
    end: Buffer.compare(until, range.end) < 0 ? until : range.end,
  };
}

/** The first key that can come after `key`. */
function after(key: Uint8Array): Buffer {
  return Buffer.concat([key, Buffer.alloc(1)]);
}
