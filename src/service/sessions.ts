import type { Millis } from "../core/types.ts";
import type { CloseSessionRequest__Output as CloseSessionRequest } from "../generated/balsa/client/v1/CloseSessionRequest.ts";
import type { KeepSessionRequest__Output as KeepSessionRequest } from "../generated/balsa/client/v1/KeepSessionRequest.ts";
import type { OpenSessionRequest__Output as OpenSessionRequest } from "../generated/balsa/client/v1/OpenSessionRequest.ts";
import type { OpenSessionResponse } from "../generated/balsa/client/v1/OpenSessionResponse.ts";
import { encodeSessionCommand, type SessionCommand } from "../machine/session-codec.ts";
import { decodeSessionResult, type SessionRefusal, type SessionResult } from "../machine/session-results.ts";
import type { Reason } from "./errors.ts";
import { type Failure, failure } from "./failure.ts";
import type { ServiceOptions } from "./options.ts";
import { leaderHint, type ServicePorts } from "./ports.ts";
import { refusals, unknowns } from "./refusals.ts";

/** The machine leaves so much room for a time-out, in ms; it refuses much smaller ones itself. */
const timeoutMsMax = 0xffff_ffff;

/** Opens, keeps and closes sessions. What a session is stands in the log, and the machine keeps it. */
export class Sessions {
  readonly #options: ServiceOptions;
  readonly #ports: ServicePorts;

  constructor(options: ServiceOptions, ports: ServicePorts) {
    this.#options = options;
    this.#ports = ports;
  }

  open(request: OpenSessionRequest, timeoutMs: Millis, done: (answer: OpenSessionResponse | Failure) => void): void {
    const wanted = request.timeoutMs === 0 ? this.#options.sessionTimeoutMs : request.timeoutMs;
    if (wanted > timeoutMsMax) return done(failure("SESSION_TIMEOUT_OUT_OF_RANGE"));
    this.#run({ type: "open", timeoutMs: wanted }, timeoutMs, done, (result) =>
      done(result.type === "opened" ? { sessionId: result.session, timeoutMs: wanted } : failure("MALFORMED_COMMAND")),
    );
  }

  keep({ sessionId: session }: KeepSessionRequest, timeoutMs: Millis, done: (answer: object | Failure) => void): void {
    if (!isId(session)) return done(failure("SEQUENCE_OUT_OF_RANGE"));
    this.#run({ type: "keepAlive", session }, timeoutMs, done, () => done({}));
  }

  close({ sessionId: session }: CloseSessionRequest, timeoutMs: Millis, done: (answer: object | Failure) => void): void {
    if (!isId(session)) return done(failure("SEQUENCE_OUT_OF_RANGE"));
    const closed = (answer: object | Failure): void => done("reason" in answer && answer.reason === "SESSION_LOST" ? {} : answer);
    this.#run({ type: "close", session }, timeoutMs, closed, () => done({}));
  }

  #run(
    command: Exclude<SessionCommand, { type: "plain" }>,
    timeoutMs: Millis,
    onFailed: (why: Failure) => void,
    onResult: (result: Exclude<SessionResult, { type: "refused" }>) => void,
  ): void {
    this.#ports.node.submit(encodeSessionCommand(command), timeoutMs, (outcome) => {
      const leader = leaderHint(this.#ports);
      if (outcome.type === "refused") return onFailed(failure(refusals[outcome.reason], undefined, leader));
      if (outcome.type === "unknown") return onFailed(failure(unknowns[outcome.reason], undefined, leader));
      const result = decodeSessionResult(outcome.result);
      if (result.type === "refused") onFailed(sessionFailure(result));
      else onResult(result);
    });
  }
}

export function isId(session: number): boolean {
  return Number.isSafeInteger(session) && session > 0;
}

/** What a client is told of what the machine refused for the sake of its session. */
export function sessionFailure({ reason, why }: Extract<SessionResult, { type: "refused" }>): Failure {
  return failure(sessionRefusals[reason], reason === "malformed" ? why : undefined);
}

const sessionRefusals: Readonly<Record<SessionRefusal, Reason>> = {
  noSession: "SESSION_LOST",
  acknowledged: "ANSWER_FORGOTTEN",
  tooManyAnswers: "SESSION_FULL",
  tooManySessions: "TOO_MANY_SESSIONS",
  timeoutOutOfRange: "SESSION_TIMEOUT_OUT_OF_RANGE",
  malformed: "MALFORMED_COMMAND",
};
