import type { Millis } from "../../core/types.ts";
import { encodeRequest } from "../../machine/kv-codec.ts";
import { recordKey } from "../../machine/kv-records.ts";
import { encodeSessionResult } from "../../machine/session-results.ts";
import type { EventQueue } from "../base/event-queue.ts";
import type { Random } from "../base/random.ts";
import { type Request, RequestMaker, readOutcome, writeOutcomes } from "../load/client-requests.ts";
import { type Attempted, ClientSession } from "../load/client-session.ts";
import type { Era } from "./era.ts";
import { type Answer, type Line, timeoutMs } from "./line.ts";
import type { Running } from "./place.ts";

export interface CallersPorts {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly line: Line;
}

type Write = Extract<Request, { type: "write" | "lock" }>;

const pauseMsMax: Millis = 80;
export const keys = ["a", "b", "c"];
const sessionOptions = { timeoutMs: 1_500, keepsAlive: true, ownerMax: 1_000 };
const noSession = encodeSessionResult({ type: "refused", reason: "noSession", why: "the cluster is another one" });

/**
 * Clients of a cluster that may be lost and begun again under them. Each names the incarnation in which it was answered
 * first; told that the cluster is in another one, it forgets what it knew and begins again. Some write in sessions, and
 * hold locks there.
 */
export class Callers {
  readonly #ports: CallersPorts;
  readonly #all: Caller[] = [];
  #isRunning = false;

  constructor(ports: CallersPorts) {
    this.#ports = ports;
  }

  start(count: number): void {
    this.#isRunning = true;
    for (let number = 1; number <= count; number += 1) {
      const caller = new Caller(number, number % 2 === 0, this.#ports);
      this.#all.push(caller);
      this.#next(caller);
    }
  }

  stop(): void {
    this.#isRunning = false;
    for (const caller of this.#all) caller.fallSilent();
  }

  #next(caller: Caller): void {
    const { queue, random } = this.#ports;
    queue.add(queue.now + random.within(0, pauseMsMax), () => {
      if (this.#isRunning) caller.call(() => this.#next(caller));
    });
  }
}

class Caller {
  readonly #number: number;
  readonly #ports: CallersPorts;
  readonly #requests: RequestMaker;
  readonly #session: ClientSession | null;
  /** The incarnation it knows. */
  #known: Era | null = null;
  /** That in which its session is. */
  #sessionEra: Era | null = null;

  constructor(number: number, inSession: boolean, ports: CallersPorts) {
    const { queue, random } = ports;
    this.#number = number;
    this.#ports = ports;
    this.#requests = new RequestMaker({ keys, paddingMax: 0 }, random, `c${number}-v`);
    this.#session = inSession
      ? new ClientSession(sessionOptions, `caller ${number}`, {
          queue,
          random,
          attempt: (...given) => this.#attempt(...given),
          onNonsense: () => undefined,
        })
      : null;
  }

  fallSilent(): void {
    this.#session?.fallSilent();
  }

  call(done: () => void): void {
    const { queue } = this.#ports;
    const request = this.#requests.next(this.#session !== null);
    const invokedAt = queue.now;
    if (request.type === "scan" || request.type === "read") return this.#read(invokedAt, done);
    const command = encodeRequest(request.parts.map((part) => part.command));
    if (this.#session !== null) {
      this.#session.submit(command, timeoutMs, (ending) => this.#wrote(request, invokedAt, ending, this.#sessionEra, done));
      return;
    }
    this.#ports.line.call(this.#known, submit(command), (answer, era) => this.#wrote(request, invokedAt, answer, era, done));
  }

  /** An attempt to run a command of its session: the first one, which opens it, names what the caller knows. */
  #attempt(command: Uint8Array, done: (outcome: Attempted) => void): void {
    const isOpening = !this.#session?.isOpen;
    const known = isOpening ? this.#known : this.#sessionEra;
    this.#ports.line.call(known, submit(command), (answer, era) => {
      if (answer.type === "told") {
        this.#forget();
        // As the service says it: the session is lost, and nobody knows what became of its requests.
        return done(isOpening ? { type: "refused" } : { type: "written", index: 0, result: noSession });
      }
      if (answer.type === "written" && era !== null) {
        this.#known = era;
        if (isOpening) this.#sessionEra = era;
      }
      done(answer.type === "found" ? { type: "unknown" } : answer);
    });
  }

  #wrote(request: Write, invokedAt: Millis, answer: Answer, era: Era | null, done: () => void): void {
    this.#learn(answer, era);
    done();
    // A lock may be released by nobody's call. What is of unknown outcome may come about in the incarnation that was named.
    if (request.type === "lock" || era === null) return;
    const told = answer.type === "written" ? writeOutcomes(request.parts, answer.result) : null;
    if (answer.type === "told" || answer.type === "refused") return;
    request.parts.forEach(({ key, op, command }, place) => {
      const { op: judged, outcome } = told?.[place] ?? { op, outcome: { type: "unknown" } as const };
      const returnedAt = told === null ? null : this.#ports.queue.now;
      const hint = answer.type === "written" ? { hint: answer.index } : {};
      era.history.push({ client: this.#number, key, op: judged, invokedAt, returnedAt, outcome, ...hint });
      if (command.type === "set" && outcome.type === "written") this.#requests.saw(key, command.value, 0);
    });
  }

  #read(invokedAt: Millis, done: () => void): void {
    const { line, queue, random } = this.#ports;
    const key = random.pick(keys);
    line.call(this.#known, read(key), (answer, era) => {
      this.#learn(answer, era);
      done();
      if (answer.type !== "found" || era === null) return;
      const { outcome, value, revision } = readOutcome(answer.record);
      era.history.push({
        client: this.#number,
        key,
        op: { type: "read" },
        invokedAt,
        returnedAt: queue.now,
        outcome,
        hint: revision + 0.5,
      });
      this.#requests.saw(key, value, revision);
    });
  }

  /** Revisions and values of another incarnation are nothing to compare with. */
  #forget(): void {
    this.#known = null;
    this.#requests.forget();
  }

  #learn({ type }: Answer, era: Era | null): void {
    if (type === "told") this.#forget();
    else if ((type === "written" || type === "found") && era !== null) this.#known = era;
  }
}

function submit(command: Uint8Array) {
  return ({ host, process }: Running, answer: (answer: Answer) => void): void =>
    process.node.submit(command, timeoutMs, (outcome) => {
      host.checkOutcome(process.life, command, outcome);
      answer(outcome.type === "done" ? { type: "written", index: outcome.index, result: outcome.result } : { type: outcome.type });
    });
}

function read(key: string) {
  return ({ host, process }: Running, answer: (answer: Answer) => void): void =>
    process.node.linearize(timeoutMs, (outcome) => {
      if (outcome.type !== "readable") return answer({ type: "refused" });
      process.state.getMany([recordKey(key)], (error, [record]) => {
        if (error !== null) host.crash(error.message);
        else answer({ type: "found", record });
      });
    });
}
