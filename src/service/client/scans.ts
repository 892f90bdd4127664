import type { Index, Millis } from "../core/types.ts";
import type { KeyValue } from "../generated/balsa/client/v1/KeyValue.ts";
import type { ScanRequest__Output as ScanRequest } from "../generated/balsa/client/v1/ScanRequest.ts";
import type { ScanResponse } from "../generated/balsa/client/v1/ScanResponse.ts";
import { keyOfRecord, recordKey, recordRange } from "../machine/kv-records.ts";
import { keyValueOf } from "./convert.ts";
import { type Failure, failure } from "./failure.ts";
import type { ServiceOptions } from "./options.ts";
import { leaderHint, type ServicePorts } from "./ports.ts";
import { readFailure } from "./read-failure.ts";
import { refusals } from "./refusals.ts";

type Record = [key: Uint8Array, value: Uint8Array];
type Done = (answer: ScanResponse | Failure) => void;

/** Reads the keys of a prefix or range in order of their UTF-8, a page at a time. */
export class Scans {
  readonly #options: ServiceOptions;
  readonly #ports: ServicePorts;

  constructor(options: ServiceOptions, ports: ServicePorts) {
    this.#options = options;
    this.#ports = ports;
  }

  scan(request: ScanRequest, timeoutMs: Millis, done: Done): void {
    if (request.local) return this.#page(request, done);
    this.#ports.node.linearize(timeoutMs, (outcome) => {
      if (outcome.type === "readable") this.#page(request, done);
      else done(failure(refusals[outcome.reason], undefined, leaderHint(this.#ports)));
    });
  }

  #page(request: ScanRequest, done: Done): void {
    const { scanLimitDefault, scanLimitMax, scanBytesMax } = this.#options;
    const { start, end } = rangeOf(request);
    const limit = request.limit === 0 ? scanLimitDefault : Math.min(request.limit, scanLimitMax);
    const appliedIndex = this.#ports.node.appliedIndex;
    this.#records(start, end, limit, scanBytesMax, done, (records) => {
      const last = records.at(-1);
      if (last === undefined) return done({ items: [], nextStart: "", appliedIndex });
      // Whether the page ended for its limit, its bytes or for want of keys, one more look tells if there is another.
      this.#records(after(last[0]), end, 1, 1, done, ([next]) => done(pageOf(records, next, appliedIndex)));
    });
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

function pageOf(records: readonly Record[], next: Record | undefined, appliedIndex: Index): ScanResponse {
  const items: KeyValue[] = records.map(([key, record]) => keyValueOf(keyOfRecord(key), record));
  return { items, nextStart: next === undefined ? "" : keyOfRecord(next[0]), appliedIndex };
}
