import type { Index, Millis } from "../../core/types.ts";
import type { EndSessionRequest__Output as EndSessionRequest } from "../../generated/balsa/admin/v1/EndSessionRequest.ts";
import type { CloseSessionRequest__Output as CloseSessionRequest } from "../../generated/balsa/client/v1/CloseSessionRequest.ts";
import type { KeepSessionRequest__Output as KeepSessionRequest } from "../../generated/balsa/client/v1/KeepSessionRequest.ts";
import type { OpenSessionRequest__Output as OpenSessionRequest } from "../../generated/balsa/client/v1/OpenSessionRequest.ts";
import type { OpenSessionResponse } from "../../generated/balsa/client/v1/OpenSessionResponse.ts";
import type { NodeErrorCode } from "../../grpc/error-kinds.ts";
import { clientNameBytesMax, encodeSessionCommand, type SessionCommand } from "../../machine/session-codec.ts";
import { decodeSessionResult, type SessionRefusal, type SessionResult } from "../../machine/session-results.ts";
import { type Failure, failure } from "../answers/failure.ts";
import type { ServiceOptions } from "../answers/options.ts";
import { leaderHint, type ServicePorts } from "../answers/ports.ts";
import { refusals, unknowns } from "../answers/refusals.ts";
import { ownerOfPeer } from "./session-owner.ts";

/** Opens, keeps and closes sessions. What a session is stands in the log, and the machine keeps it. */
export class Sessions {
  readonly #options: ServiceOptions;
  readonly #ports: ServicePorts;

  constructor(options: ServiceOptions, ports: ServicePorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** @param peer where the call comes from, as gRPC tells it */
  open(
    { name, ...request }: OpenSessionRequest,
    peer: string,
    timeoutMs: Millis,
    done: (answer: OpenSessionResponse | Failure) => void,
  ): void {
    const { incarnation } = this.#ports;
    const refused = incarnation.refusal(request.incarnationId);
    if (refused !== null) return done(refused);
    const { sessionTimeoutMs, sessionTimeoutMaxMs, sessionsPerClientMax } = this.#options;
    const wanted = request.timeoutMs === 0 ? sessionTimeoutMs : request.timeoutMs;
    if (wanted > sessionTimeoutMaxMs) return done(timeoutTooLong(sessionTimeoutMaxMs));
    if (Buffer.byteLength(name) > clientNameBytesMax) return done(failure("CLIENT_NAME_TOO_LONG"));
    const by = { owner: ownerOfPeer(peer), ownerMax: sessionsPerClientMax, name };
    this.#run({ type: "openAs", timeoutMs: wanted, ...by }, timeoutMs, done, (result) =>
      done(
        result.type === "opened"
          ? { sessionId: incarnation.sessionId(result.session), timeoutMs: wanted, incarnationId: incarnation.id }
          : failure("MALFORMED_COMMAND"),
      ),
    );
  }

  keep(request: KeepSessionRequest, timeoutMs: Millis, done: (answer: object | Failure) => void): void {
    const session = this.#sessionOf(request);
    if (typeof session === "object") return done(session);
    this.#run({ type: "keepAlive", session }, timeoutMs, done, () => done({}));
  }

  close(request: CloseSessionRequest, timeoutMs: Millis, done: (answer: object | Failure) => void): void {
    const closed = (answer: object | Failure): void => done("reason" in answer && answer.reason === "SESSION_LOST" ? {} : answer);
    const session = this.#sessionOf(request);
    if (typeof session === "object") return closed(session);
    this.#run({ type: "close", session }, timeoutMs, closed, () => done({}));
  }

  /** The same for an operator: an unknown session is a mistake. */
  end({ sessionId }: EndSessionRequest, timeoutMs: Millis, done: (answer: object | Failure) => void): void {
    const ended = (answer: object | Failure): void =>
      done("reason" in answer && answer.reason === "SESSION_LOST" ? failure("UNKNOWN_SESSION") : answer);
    const session = this.#sessionOf({ sessionId, incarnationId: "" });
    if (typeof session === "object") return ended(session);
    this.#run({ type: "close", session }, timeoutMs, ended, () => done({}));
  }

  #sessionOf({ sessionId, incarnationId }: KeepSessionRequest): Index | Failure {
    return isId(sessionId) ? this.#ports.incarnation.session(sessionId, incarnationId) : failure("SEQUENCE_OUT_OF_RANGE");
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

function timeoutTooLong(most: Millis): Failure {
  return failure("SESSION_TIMEOUT_OUT_OF_RANGE", `A session's time-out is at most ${most} ms here (sessionTimeoutMaxMs).`);
}

export function isId(session: number): boolean {
  return Number.isSafeInteger(session) && session > 0;
}

/** What a client is told of what the machine refused for the sake of its session. */
export function sessionFailure({ reason, why }: Extract<SessionResult, { type: "refused" }>): Failure {
  return failure(sessionRefusals[reason], reason === "malformed" ? why : undefined);
}

const sessionRefusals: Readonly<Record<SessionRefusal, NodeErrorCode>> = {
  noSession: "SESSION_LOST",
  acknowledged: "ANSWER_FORGOTTEN",
  tooManyAnswers: "SESSION_FULL",
  tooManySessions: "TOO_MANY_SESSIONS",
  tooManyOfOwner: "TOO_MANY_SESSIONS_OF_CLIENT",
  timeoutOutOfRange: "SESSION_TIMEOUT_OUT_OF_RANGE",
  malformed: "MALFORMED_COMMAND",
};
