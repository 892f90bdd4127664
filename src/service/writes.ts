import type { Millis } from "../core/types.ts";
import type { SubmitRequest__Output as SubmitRequest } from "../generated/balsa/client/v1/SubmitRequest.ts";
import type { SubmitResponse } from "../generated/balsa/client/v1/SubmitResponse.ts";
import { encodeRequest } from "../machine/kv-codec.ts";
import { decodeResult } from "../machine/kv-results.ts";
import type { Outcome, UnknownReason } from "../node/ports.ts";
import { commandOf, submitResponseOf } from "./convert.ts";
import type { Reason } from "./errors.ts";
import { type Failure, failure } from "./failure.ts";
import type { ServiceOptions } from "./options.ts";
import { leaderHint, type ServicePorts } from "./ports.ts";
import { refusals } from "./refusals.ts";
import { requestProblem } from "./validation.ts";

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
    const problem = requestProblem(request, this.#options);
    if (problem !== null) return done(problem);
    const bytes = encodeRequest(request.commands.map(commandOf));
    const { batchBytesMax } = this.#options;
    if (request.commands.length > 1 && bytes.length > batchBytesMax) {
      return done(
        failure("BATCH_TOO_LARGE", `The commands of one request have at most ${batchBytesMax} bytes, not ${bytes.length}.`),
      );
    }
    this.#ports.node.submit(bytes, timeoutMs, (outcome) => done(this.#answerOf(outcome)));
  }

  #answerOf(outcome: Outcome): SubmitResponse | Failure {
    switch (outcome.type) {
      case "done": {
        const result = decodeResult(outcome.result);
        return result.type === "refused" ? failure("MALFORMED_COMMAND", result.why) : submitResponseOf(outcome.index, result);
      }
      case "refused":
        return failure(refusals[outcome.reason], undefined, leaderHint(this.#ports));
      case "unknown":
        // Never "failed": an entry whose leader is gone may yet be committed by the next one.
        return failure(unknowns[outcome.reason], undefined, leaderHint(this.#ports));
      default:
        return outcome satisfies never;
    }
  }
}

const unknowns: Readonly<Record<UnknownReason, Reason>> = {
  leaderChanged: "LEADER_CHANGED",
  timeout: "TIMEOUT",
  stopping: "STOPPED_MIDWAY",
};
