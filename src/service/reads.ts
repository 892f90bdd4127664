import type { Index, Millis } from "../core/types.ts";
import type { ReadRequest__Output as ReadRequest } from "../generated/balsa/client/v1/ReadRequest.ts";
import type { ReadResponse } from "../generated/balsa/client/v1/ReadResponse.ts";
import { recordKey } from "../machine/kv-records.ts";
import type { ReadOutcome } from "../node/waiting.ts";
import { keyValueOf } from "./convert.ts";
import { type Failure, failure } from "./failure.ts";
import type { ServiceOptions } from "./options.ts";
import { leaderHint, type ServicePorts } from "./ports.ts";
import { readFailure } from "./read-failure.ts";
import { refusals } from "./refusals.ts";
import { keyProblem } from "./validation.ts";

/** A read that waits for its turn. */
interface Waiting {
  readonly key: string;
  readonly timeoutMs: Millis;
  readonly done: (answer: ReadResponse | Failure) => void;
}

/**
 * Reads keys. All that arrive in one turn, on whatever calls, ask once whether the state may be read and
 * fetch their records together: asking costs a round to a majority, and fetching a trip to another thread.
 */
export class Reads {
  readonly #options: ServiceOptions;
  readonly #ports: ServicePorts;
  #linearizable: Waiting[] = [];
  #local: Waiting[] = [];
  #turnPlanned = false;
  #waitingCount = 0;

  constructor(options: ServiceOptions, ports: ServicePorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** Calls `done` once, maybe before it returns. */
  read(request: ReadRequest | null, timeoutMs: Millis, done: (answer: ReadResponse | Failure) => void): void {
    if (request === null) return done(failure("EMPTY_REQUEST"));
    const problem = keyProblem(request.key, this.#options);
    if (problem !== null) return done(problem);
    if (this.#waitingCount >= this.#options.waitingReadsMax) return done(failure("OVERLOADED"));
    this.#waitingCount++;
    (request.local ? this.#local : this.#linearizable).push({ key: request.key, timeoutMs, done });
    if (this.#turnPlanned) return;
    this.#turnPlanned = true;
    this.#ports.soon(() => this.#turn());
  }

  #turn(): void {
    const local = this.#local;
    const linearizable = this.#linearizable;
    this.#turnPlanned = false;
    this.#local = [];
    this.#linearizable = [];
    if (local.length > 0) this.#fetch(local, 0);
    if (linearizable.length === 0) return;
    // A call with an earlier deadline than the others is ended by gRPC itself.
    const timeoutMs = linearizable.reduce((longest, read) => Math.max(longest, read.timeoutMs), 0);
    this.#ports.node.linearize(timeoutMs, (outcome) => this.#linearized(linearizable, outcome));
  }

  #linearized(reads: readonly Waiting[], outcome: ReadOutcome): void {
    if (outcome.type === "readable") return this.#fetch(reads, 0);
    const refused = failure(refusals[outcome.reason], undefined, leaderHint(this.#ports));
    for (const read of reads) this.#answer(read, refused);
  }

  /** Fetches the records of the reads from `first` on, a bounded number at a time. */
  #fetch(reads: readonly Waiting[], first: number): void {
    const next = Math.min(first + this.#options.readKeysMax, reads.length);
    const some = first === 0 && next === reads.length ? reads : reads.slice(first, next);
    // Read before the records are, so that they are at least as new as it says.
    const appliedIndex = this.#ports.node.appliedIndex;
    const keys = some.map((read) => recordKey(read.key));
    this.#ports.state.getMany(keys, (error, records) => {
      if (error) this.#fail(some, error);
      else for (const [i, read] of some.entries()) this.#answerWith(read, records[i], appliedIndex);
      if (next < reads.length) this.#fetch(reads, next);
    });
  }

  #answerWith(read: Waiting, record: Uint8Array | undefined, appliedIndex: Index): void {
    this.#answer(read, record === undefined ? { appliedIndex } : { found: keyValueOf(read.key, record), appliedIndex });
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
