import type { Command__Output as Command } from "../../generated/balsa/client/v1/Command.ts";
import type { CompareAndSet__Output as CompareAndSet } from "../../generated/balsa/client/v1/CompareAndSet.ts";
import type { SubmitRequest__Output as SubmitRequest } from "../../generated/balsa/client/v1/SubmitRequest.ts";
import type { Value__Output as Value } from "../../generated/balsa/client/v1/Value.ts";
import { type Failure, failure } from "./failure.ts";
import type { ServiceOptions } from "./options.ts";

/** Why the request cannot be carried out, whatever the state of the map; null if it can. */
export function requestProblem({ commands, session }: SubmitRequest, options: ServiceOptions): Failure | null {
  if (session && !isPlace(session)) return failure("SEQUENCE_OUT_OF_RANGE");
  if (commands.length === 0) return failure("EMPTY_REQUEST");
  if (commands.length > options.batchCommandsMax) {
    return failure("BATCH_TOO_LARGE", `A request holds at most ${options.batchCommandsMax} commands, not ${commands.length}.`);
  }
  for (const command of commands) {
    const problem = commandProblem(command, options);
    if (problem !== null) return problem;
  }
  return null;
}

function isPlace({ id, sequence, firstOutstanding }: NonNullable<SubmitRequest["session"]>): boolean {
  const numbers = [id, sequence, firstOutstanding];
  return numbers.every((number) => Number.isSafeInteger(number) && number > 0) && firstOutstanding <= sequence;
}

/** Why this cannot be a key; null if it can. */
export function keyProblem(key: string, { keyBytesMax }: ServiceOptions): Failure | null {
  if (key === "") return failure("EMPTY_KEY");
  // Each 16-bit unit of a string is at most three bytes of UTF-8, so most keys need not be measured.
  if (key.length * 3 <= keyBytesMax || Buffer.byteLength(key) <= keyBytesMax) return null;
  return failure("KEY_TOO_LARGE", `A key has at most ${keyBytesMax} bytes of UTF-8, not ${Buffer.byteLength(key)}.`);
}

function commandProblem(command: Command, options: ServiceOptions): Failure | null {
  if (command.set) return keyProblem(command.set.key, options) ?? valueProblem(command.set.value, options);
  if (command.delete) return keyProblem(command.delete.key, options);
  if (command.compareAndSet) return comparisonProblem(command.compareAndSet, options);
  return failure("COMMAND_MISSING");
}

function comparisonProblem(command: CompareAndSet, options: ServiceOptions): Failure | null {
  const problem = keyProblem(command.key, options) ?? expectedProblem(command, options);
  // Without a new value the key is deleted; with one of no kind, something went wrong at the client.
  return problem ?? (command.newValue ? valueProblem(command.newValue, options) : null);
}

function expectedProblem(command: CompareAndSet, options: ServiceOptions): Failure | null {
  switch (command.expected) {
    case "value":
      return valueProblem(command.value, options);
    case "revision":
      // A number beyond 2^53 - 1 was rounded when it was decoded, to one that is not safe.
      return Number.isSafeInteger(command.revision) && command.revision !== 0 ? null : failure("REVISION_OUT_OF_RANGE");
    case "absent":
      return command.absent === true ? null : failure("EXPECTED_MISSING");
    case undefined:
      return failure("EXPECTED_MISSING");
    default:
      return command.expected satisfies never;
  }
}

function valueProblem(value: Value | null | undefined, { valueBytesMax }: ServiceOptions): Failure | null {
  const content = value?.text ?? value?.data;
  if (content === undefined) return failure("VALUE_MISSING");
  if (content.length * 3 <= valueBytesMax) return null;
  const bytes = Buffer.byteLength(content);
  return bytes <= valueBytesMax ? null : failure("VALUE_TOO_LARGE", `A value has at most ${valueBytesMax} bytes, not ${bytes}.`);
}
