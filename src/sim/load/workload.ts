import type { Index, Millis } from "../../core/types.ts";
import { encodeRequest } from "../../machine/kv-codec.ts";
import { keyOfRecord, recordKey, recordRange } from "../../machine/kv-records.ts";
import type { Outcome as NodeOutcome } from "../../node/ports/ports.ts";
import type { EventQueue } from "../base/event-queue.ts";
import type { Random } from "../base/random.ts";
import type { Checks } from "../checks/checks.ts";
import type { Operation } from "../checks/history.ts";
import type { Host, Process } from "../host/host.ts";
import { type Request, type RequestMaker, readOutcome, writeOutcomes } from "./client-requests.ts";
import { type Attempted, ClientSession, type SessionOptions } from "./client-session.ts";

export interface WorkloadOptions {
  readonly clients: number;
  /** Mean pause of a client between two calls, in ms. It does not wait for the one before. */
  readonly pauseMs: Millis;
  /** Most calls of one client at once. */
  readonly outstandingMax: number;
  readonly timeoutMsMin: Millis;
  readonly timeoutMsMax: Millis;
  /** How many answers are lost on their way to the client. */
  readonly answerLoss: number;
  /** Number of clients that write in sessions, and try again until they know what became of a request. */
  readonly sessionClients: number;
  readonly session: SessionOptions;
  /** How many calls go to the node that all clients favour for a while; the others go anywhere. */
  readonly favour: number;
}

export interface WorkloadPorts {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly checks: Checks;
  readonly hosts: readonly Host[];
  readonly requests: RequestMaker;
}

type WriteRequest = Extract<Request, { type: "write" | "lock" }>;
type ReadRequest = Exclude<Request, WriteRequest>;

/** How a call ended. */
type Ending =
  | Attempted
  | { readonly type: "found"; readonly index: Index; readonly records: ReadonlyMap<string, Uint8Array | undefined> };

/** Time by which a client waits longer than its node, in ms. */
const patienceMs = 250;
/** Number of calls after which the clients come to favour another node, on average. */
const favouriteChange = 1 / 50;
/** A client learns so late that its node is gone, at most, in ms. */
const noticeMsMax = 20;

/** Clients that call random nodes, again and again, and write down what they see. */
export class Workload {
  readonly #options: WorkloadOptions;
  readonly #ports: WorkloadPorts;
  readonly history: Operation[] = [];
  readonly #refusedCommands: Uint8Array[] = [];
  readonly counters = { done: 0, refused: 0, unknown: 0 };
  /** The highest log index that any client has seen the effects of. */
  #seenIndex: Index = 0;
  readonly #sessions = new Map<number, ClientSession>();
  #favourite: Host | null = null;
  #open = 0;
  #isRunning = false;

  constructor(options: WorkloadOptions, ports: WorkloadPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** Calls that have not ended. */
  get open(): number {
    return this.#open;
  }

  start(): void {
    this.#isRunning = true;
    for (let client = 1; client <= this.#options.sessionClients; client += 1) this.#sessions.set(client, this.#newSession(client));
    for (let client = 1; client <= this.#options.clients; client += 1) this.#next(client, { calls: 0 });
  }

  /** No client begins another call. */
  stop(): void {
    this.#isRunning = false;
    for (const session of this.#sessions.values()) session.fallSilent();
  }

  /** One call by `client` to `host`, outside the usual round. */
  call(client: number, host: Host, request: Request, done: (ending: Ending["type"]) => void): void {
    const { queue, random } = this.#ports;
    const session = request.type === "read" || request.type === "scan" ? undefined : this.#sessions.get(client);
    if (session === undefined && host.process === null) {
      queue.add(queue.now + noticeMsMax, () => done("refused"));
      return;
    }
    const { timeoutMsMin, timeoutMsMax } = this.#options;
    const timeoutMs = random.within(timeoutMsMin, timeoutMsMax);
    const invokedAt = queue.now;
    const seenBefore = this.#seenIndex;
    this.#open += 1;
    const settle = (ending: Ending): void => {
      this.#open -= 1;
      this.#record(client, request, invokedAt, seenBefore, ending);
      done(ending.type);
    };
    if (request.type === "read" || request.type === "scan") this.#read(host, request, timeoutMs, settle);
    else if (session !== undefined) session.submit(commandOf(request), timeoutMs, settle);
    else this.#write(host, request, timeoutMs, settle);
  }

  /** What must hold at the end of all calls: nothing that was refused may be in the log. */
  checkRefused(): void {
    const { checks } = this.#ports;
    const committed = new Set(checks.committed.entries.map((entry) => textOf(entry.data)));
    for (const command of this.#refusedCommands) {
      if (committed.has(textOf(command))) checks.fail("A command that was refused, and so had no effect, was committed.");
    }
  }

  #next(client: number, outstanding: { calls: number }): void {
    const { queue, random, requests } = this.#ports;
    queue.add(queue.now + random.within(0, 2 * this.#options.pauseMs), () => {
      if (!this.#isRunning) return;
      if (outstanding.calls < this.#options.outstandingMax) {
        outstanding.calls += 1;
        this.call(client, this.#someHost(), requests.next(this.#sessions.has(client)), () => {
          outstanding.calls -= 1;
        });
      }
      this.#next(client, outstanding);
    });
  }

  #newSession(client: number): ClientSession {
    const { queue, random, checks } = this.#ports;
    const { session, timeoutMsMax } = this.#options;
    // Two owners, of which each has some clients.
    return new ClientSession(session, `owner ${client % 2}`, {
      queue,
      random,
      attempt: (command, done) => this.#submit(this.#someHost(), command, timeoutMsMax / 4, done),
      onNonsense: (sentence) => checks.fail(sentence),
    });
  }

  #someHost(): Host {
    const { random, hosts } = this.#ports;
    if (this.#favourite === null || random.chance(favouriteChange)) this.#favourite = random.pick(hosts);
    return random.chance(this.#options.favour) ? this.#favourite : random.pick(hosts);
  }

  /** One way to a node and back: the answer may be lost, and so may the node. Calls back once. */
  #attempt(
    host: Host,
    timeoutMs: Millis,
    start: (there: Process, answer: (ending: Ending) => void) => void,
    done: (ending: Ending) => void,
  ): void {
    const { queue, random } = this.#ports;
    const process = host.process;
    if (process === null) {
      queue.add(queue.now + noticeMsMax, () => done({ type: "refused" }));
      return;
    }
    let isSettled = false;
    const settle = (ending: Ending): void => {
      if (isSettled) return;
      isSettled = true;
      patience.cancel();
      forget();
      done(ending);
    };
    const lost: Ending = { type: "unknown" };
    const patience = queue.add(queue.now + timeoutMs + patienceMs, () => settle(lost));
    const forget = process.life.whenEnded(() => queue.add(queue.now + random.within(0, noticeMsMax), () => settle(lost)));
    process.life.run(() =>
      start(process, (ending) => {
        if (process.life.effect("answer")) settle(random.chance(this.#options.answerLoss) ? lost : ending);
      }),
    );
  }

  #submit(host: Host, command: Uint8Array, timeoutMs: Millis, done: (ending: Attempted) => void): void {
    const start = (process: Process, answer: (ending: Ending) => void): void =>
      process.node.submit(command, timeoutMs, (outcome) => {
        host.checkOutcome(process.life, command, outcome);
        answer(endingOf(outcome));
      });
    this.#attempt(host, timeoutMs, start, (ending) => done(ending.type === "found" ? { type: "unknown" } : ending));
  }

  #write(host: Host, request: WriteRequest, timeoutMs: Millis, done: (ending: Ending) => void): void {
    const command = commandOf(request);
    this.#submit(host, command, timeoutMs, (ending) => {
      // A delete is the same bytes each time, so only what sets a unique value can be looked for in the log.
      const isUnique = request.parts.some(({ op }) => op.type !== "read" && "value" in op && op.value !== null);
      if (ending.type === "refused" && isUnique) this.#refusedCommands.push(command);
      done(ending);
    });
  }

  #read(host: Host, request: ReadRequest, timeoutMs: Millis, done: (ending: Ending) => void): void {
    this.#attempt(host, timeoutMs, (process, answer) => this.#readAt(host, process, request, timeoutMs, answer), done);
  }

  #readAt(host: Host, process: Process, request: ReadRequest, timeoutMs: Millis, answer: (ending: Ending) => void): void {
    const { node, state } = process;
    const { requests } = this.#ports;
    const found = (error: Error | null, records: ReadonlyMap<string, Uint8Array | undefined>): void => {
      // As the real service does: a read that finds damage ends the process.
      if (error !== null) host.crash(error.message);
      else answer({ type: "found", index: host.state.appliedIndex, records });
    };
    node.linearize(timeoutMs, (outcome) => {
      if (outcome.type !== "readable") return answer({ type: "refused" });
      if (request.type === "scan") {
        const range = { ...recordRange(""), limit: 1_000, bytesMax: 1_000_000 };
        state.scan(range, (error, records) => {
          const all = new Map(records.map(([key, value]): [string, Uint8Array] => [keyOfRecord(key), value]));
          found(error, new Map(requests.keys.map((key) => [key, all.get(key)])));
        });
      } else {
        const { keys } = request;
        state.getMany(keys.map(recordKey), (error, values) => found(error, new Map(keys.map((key, i) => [key, values[i]]))));
      }
    });
  }

  #record(client: number, request: Request, invokedAt: Millis, seenBefore: Index, ending: Ending): void {
    const { queue, requests, checks } = this.#ports;
    const returnedAt = ending.type === "unknown" ? null : queue.now;
    this.counters[ending.type === "refused" || ending.type === "unknown" ? ending.type : "done"] += 1;
    if (ending.type === "written" || ending.type === "found") this.#checkIndex(ending, seenBefore);
    // What locks are about is for the checks of sessions: they may be released by nobody's call.
    if (request.type === "lock") return;
    if (request.type === "write") {
      const told = ending.type === "written" ? writeOutcomes(request.parts, ending.result) : null;
      const untold = ending.type === "refused" ? ({ type: "refused" } as const) : ({ type: "unknown" } as const);
      request.parts.forEach(({ key, op, command }, place) => {
        const { op: judged, outcome } = told?.[place] ?? { op, outcome: untold };
        const hint = ending.type === "written" ? { hint: ending.index } : {};
        this.history.push({ client, key, op: judged, invokedAt, returnedAt, outcome, ...hint });
        if (command.type === "set" && outcome.type === "written") requests.saw(key, command.value, 0);
      });
      return;
    }
    if (ending.type !== "found") return;
    for (const [key, record] of ending.records) {
      const { outcome, value, revision } = readOutcome(record);
      if (revision > ending.index) checks.fail(`A read as of entry ${ending.index} found revision ${revision} of ${key}.`);
      // A read as of an entry comes after that entry, and before the next.
      this.history.push({ client, key, op: { type: "read" }, invokedAt, returnedAt, outcome, hint: ending.index + 0.5 });
      requests.saw(key, value, revision);
    }
  }

  /**
   * By the log itself, real time is easy to judge: whatever is called after an effect was seen comes after it in the
   * log. Unlike the judgement of histories this also covers what lies across keys, and finds the culprit at once.
   */
  #checkIndex(ending: Extract<Ending, { index: Index }>, seenBefore: Index): void {
    const isTooOld = ending.type === "written" ? ending.index <= seenBefore : ending.index < seenBefore;
    if (isTooOld) {
      const what = ending.type === "written" ? "write took effect" : "read was served";
      this.#ports.checks.fail(
        `Real time: a ${what} at entry ${ending.index}, although entry ${seenBefore} had been seen before it was called.`,
      );
    }
    this.#seenIndex = Math.max(this.#seenIndex, ending.index);
  }
}

function commandOf({ parts }: WriteRequest): Uint8Array {
  return encodeRequest(parts.map((part) => part.command));
}

function endingOf(outcome: NodeOutcome): Attempted {
  return outcome.type === "done" ? { type: "written", index: outcome.index, result: outcome.result } : { type: outcome.type };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
