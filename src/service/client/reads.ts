import type { Index, Millis } from "../../core/types.ts";
import type { ReadRequest__Output as ReadRequest } from "../../generated/balsa/client/v1/ReadRequest.ts";
import type { ReadResponse } from "../../generated/balsa/client/v1/ReadResponse.ts";
import { recordKey } from "../../machine/kv-records.ts";
import type { ReadOutcome } from "../../node/requests/request.ts";
import { type Asker, isGone } from "../answers/asker.ts";
import { atLeastRevisionsOf, keyValueOf } from "../answers/convert.ts";
import { type Failure, failure } from "../answers/failure.ts";
import type { ServiceOptions } from "../answers/options.ts";
import { leaderHint, type ServicePorts } from "../answers/ports.ts";
import { readFailure } from "../answers/read-failure.ts";
import { refusals } from "../answers/refusals.ts";
import { keyProblem } from "../answers/validation.ts";

/** A read that waits for its turn. */
interface Waiting {
  readonly key: string;
  readonly asker: Asker;
  readonly timeoutMs: Millis;
  readonly done: (answer: ReadResponse | Failure) => void;
}

/** A trip that brings more than that is followed by ones for fewer keys. */
const fetchBytesMax = 2 * 1024 * 1024;

/**
 * Reads keys. All that arrive in one turn, on whatever calls, ask once whether the state may be read and
 * fetch their records together: asking costs a round to a majority, and fetching a trip to another thread.
 * The size of a value is known only after it was fetched. Therefore the number of keys in a fetch is limited, more
 * strictly while values are large, and a key is fetched only if there is room for its answer.
 */
export class Reads {
  readonly #options: ServiceOptions;
  readonly #ports: ServicePorts;
  #linearizable: Waiting[] = [];
  #local: Waiting[] = [];
  #isTurnPlanned = false;
  #waitingCount = 0;
  /** How many of them wait for room for their answers. */
  #parkedCount = 0;
  /** They may be read now, and wait for a trip. */
  readonly #readable: Waiting[] = [];
  /** Keys that are being fetched. */
  #fetching = 0;
  /** Most keys of one trip, as large as values are now. */
  #keysAtOnce: number;

  constructor(options: ServiceOptions, ports: ServicePorts) {
    this.#options = options;
    this.#ports = ports;
    this.#keysAtOnce = options.readKeysMax;
  }

  /** Calls `done` once, maybe before it returns; or never, if nobody wants the answer any more. */
  read(request: ReadRequest | null, asker: Asker, timeoutMs: Millis, done: (answer: ReadResponse | Failure) => void): void {
    if (request === null) return done(failure("EMPTY_REQUEST"));
    const problem = this.#ports.incarnation.refusal(request.incarnationId) ?? keyProblem(request.key, this.#options);
    if (problem !== null) return done(problem);
    if (this.#waitingCount >= this.#options.waitingReadsMax) return done(failure("OVERLOADED"));
    this.#waitingCount++;
    (request.local ? this.#local : this.#linearizable).push({ key: request.key, asker, timeoutMs, done });
    if (this.#isTurnPlanned) return;
    this.#isTurnPlanned = true;
    this.#ports.soon(() => this.#turn());
  }

  #turn(): void {
    const local = this.#local;
    const linearizable = this.#linearizable;
    this.#isTurnPlanned = false;
    this.#local = [];
    this.#linearizable = [];
    if (local.length > 0) this.#onReadable(local);
    if (linearizable.length === 0) return;
    // A call with an earlier deadline than the others is ended by gRPC itself.
    const timeoutMs = linearizable.reduce((longest, read) => Math.max(longest, read.timeoutMs), 0);
    this.#ports.node.linearize(timeoutMs, (outcome) => this.#linearized(linearizable, outcome));
  }

  #linearized(reads: readonly Waiting[], outcome: ReadOutcome): void {
    if (outcome.type === "readable") return this.#onReadable(reads);
    const refused = failure(refusals[outcome.reason], undefined, leaderHint(this.#ports));
    for (const read of reads) this.#answer(read, refused);
  }

  #onReadable(reads: readonly Waiting[]): void {
    for (const read of reads) this.#readable.push(read);
    this.#fetchNext();
  }

  #fetchNext(): void {
    const { readKeysMax } = this.#options;
    while (this.#readable.length > 0 && 2 * this.#fetching <= readKeysMax) {
      const most = Math.min(this.#keysAtOnce, readKeysMax - this.#fetching);
      const next = this.#readable.splice(0, most).filter((read) => this.#hasRoom(read));
      if (next.length > 0) this.#fetch(next);
    }
  }

  /** Else it is put aside until there is, or forgotten if nobody wants the answer. */
  #hasRoom(read: Waiting): boolean {
    const { asker } = read;
    if (isGone(asker)) this.#waitingCount--;
    else if (asker.room.state === "full") this.#park(read);
    else return true;
    return false;
  }

  /** Clients that do not read cannot have all places of those who do. */
  #park(read: Waiting): void {
    if (this.#parkedCount >= this.#options.waitingReadsMax / 2) return this.#answer(read, failure("OVERLOADED"));
    this.#parkedCount++;
    read.asker.room.whenFree(() => {
      this.#parkedCount--;
      this.#onReadable([read]);
    });
  }

  #fetch(reads: readonly Waiting[]): void {
    this.#fetching += reads.length;
    // Read before the records are, so that they are at least as new as it says. A record may be newer still.
    const appliedIndex = this.#ports.node.appliedIndex;
    const keys = reads.map((read) => recordKey(read.key));
    this.#ports.state.getMany(keys, (error, records) => {
      this.#fetching -= reads.length;
      if (error) this.#fail(reads, error);
      else {
        this.#onFetched(records);
        for (const [i, read] of reads.entries()) this.#answerWith(read, records[i], appliedIndex);
      }
      this.#fetchNext();
    });
  }

  #onFetched(records: readonly (Uint8Array | undefined)[]): void {
    let bytes = 0;
    for (const record of records) bytes += record?.length ?? 0;
    const most = bytes > fetchBytesMax ? (records.length * fetchBytesMax) / bytes : 2 * this.#keysAtOnce;
    this.#keysAtOnce = Math.max(1, Math.min(this.#options.readKeysMax, Math.floor(most)));
  }

  #answerWith(read: Waiting, record: Uint8Array | undefined, appliedIndex: Index): void {
    if (record === undefined) return this.#answer(read, { appliedIndex });
    const found = keyValueOf(read.key, record);
    this.#answer(read, { found, appliedIndex: atLeastRevisionsOf([found], appliedIndex) });
  }

  #fail(reads: readonly Waiting[], error: Error): void {
    const why = readFailure(error, this.#ports);
    for (const read of reads) this.#answer(read, why);
  }

  #answer(read: Waiting, answer: ReadResponse | Failure): void {
    this.#waitingCount--;
    read.done(answer);
  }
}
