import type { Index, Millis } from "../../core/types.ts";
import type { RequestSession__Output as RequestSession } from "../../generated/balsa/client/v1/RequestSession.ts";
import type { SubmitRequest__Output as SubmitRequest } from "../../generated/balsa/client/v1/SubmitRequest.ts";
import type { SubmitResponse } from "../../generated/balsa/client/v1/SubmitResponse.ts";
import type { NodeErrorCode } from "../../grpc/error-kinds.ts";
import { encodeRequest } from "../../machine/kv-codec.ts";
import { decodeResult, type KvRefusal } from "../../machine/kv-results.ts";
import { encodePlain, encodeSessionCommand } from "../../machine/session-codec.ts";
import { decodeSessionResult } from "../../machine/session-results.ts";
import type { Outcome } from "../../node/ports/ports.ts";
import { commandOf, submitResponseOf } from "../answers/convert.ts";
import { type Failure, failure, isFailure } from "../answers/failure.ts";
import type { ServiceOptions } from "../answers/options.ts";
import { leaderHint, type ServicePorts } from "../answers/ports.ts";
import { refusals, unknowns } from "../answers/refusals.ts";
import { requestProblem } from "../answers/validation.ts";
import { sessionFailure } from "../sessions/sessions.ts";

/** Carries out requests that change the map. */
export class Writes {
  readonly #options: ServiceOptions;
  readonly #ports: ServicePorts;

  constructor(options: ServiceOptions, ports: ServicePorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** Calls `done` once, maybe before it returns. */
  submit(request: SubmitRequest | null, timeoutMs: Millis, done: (answer: SubmitResponse | Failure) => void): void {
    if (request === null) return done(failure("EMPTY_REQUEST"));
    const problem = this.#ports.incarnation.refusal(request.incarnationId) ?? requestProblem(request, this.#options);
    if (problem !== null) return done(problem);
    const bytes = encodeRequest(request.commands.map(commandOf));
    const { batchBytesMax } = this.#options;
    if (request.commands.length > 1 && bytes.length > batchBytesMax) {
      return done(
        failure("BATCH_TOO_LARGE", `The commands of one request have at most ${batchBytesMax} bytes, not ${bytes.length}.`),
      );
    }
    const { session } = request;
    const command = session ? this.#inSession(session, bytes) : encodePlain(bytes);
    if (isFailure(command)) return done(command);
    this.#ports.node.submit(command, timeoutMs, (outcome) => done(this.#answerOf(outcome, session !== null)));
  }

  #inSession({ id, sequence, firstOutstanding, incarnationId }: RequestSession, request: Uint8Array): Uint8Array | Failure {
    const session = this.#ports.incarnation.session(id, incarnationId);
    if (typeof session === "object") return session;
    return encodeSessionCommand({ type: "request", session, sequence, firstOutstanding, request });
  }

  #answerOf(outcome: Outcome, isInSession: boolean): SubmitResponse | Failure {
    switch (outcome.type) {
      case "done":
        return isInSession ? sessionAnswerOf(outcome.result) : answerOf(outcome.index, outcome.result);
      case "refused":
        return failure(refusals[outcome.reason], undefined, leaderHint(this.#ports));
      case "unknown":
        return failure(unknowns[outcome.reason], undefined, leaderHint(this.#ports));
      default:
        return outcome satisfies never;
    }
  }
}

function sessionAnswerOf(bytes: Uint8Array): SubmitResponse | Failure {
  const result = decodeSessionResult(bytes);
  if (result.type === "refused") return sessionFailure(result);
  // The place is that of the attempt that took effect, which need not be this one.
  return result.type === "answered" ? answerOf(result.index, result.result) : failure("MALFORMED_COMMAND");
}

function answerOf(index: Index, bytes: Uint8Array): SubmitResponse | Failure {
  const result = decodeResult(bytes);
  if (result.type !== "refused") return submitResponseOf(index, result);
  return failure(kvRefusals[result.reason], result.reason === "malformed" ? result.why : undefined);
}

const kvRefusals: Readonly<Record<KvRefusal, NodeErrorCode>> = {
  malformed: "MALFORMED_COMMAND",
  withoutSession: "SESSION_MISSING",
  tooManyAttached: "TOO_MANY_ATTACHED",
};
