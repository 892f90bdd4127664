import type { ReadIndexReply, ReadIndexRequest } from "../../core/messages.ts";
import type { ForwardedResult__Output } from "../../generated/balsa/raft/v1/ForwardedResult.ts";
import type { Outcome, RefusalReason, UnknownReason } from "../../node/ports/ports.ts";
import { type Envelope, Malformed, numberIn, numberOf, type Reading, readEnvelope, reading, safeInteger } from "./envelope.ts";
import { raftProto } from "./raft-service.ts";

/** The two directions of the Forward stream, to bytes and back. */

const { requestSerialize, requestDeserialize, responseSerialize, responseDeserialize } = raftProto.Forward;

export interface ForwardedCommand {
  /** Chosen by the sender, unique on its stream. */
  readonly id: number;
  readonly command: Uint8Array;
  /** Of the whole cluster, as in Envelope. */
  readonly sequence?: number;
}

/** Both lists empty: the greeting that opens the stream. */
export interface ForwardBatch {
  readonly commands: readonly ForwardedCommand[];
  readonly reads: readonly ReadIndexRequest[];
}

export interface ForwardedResult {
  readonly id: number;
  readonly outcome: Outcome;
  /** As in Envelope. */
  readonly sequence?: number;
}

export interface ForwardResults {
  readonly results: readonly ForwardedResult[];
  readonly reads: readonly ReadIndexReply[];
}

/** The term in the envelope belongs to the reads; they must all be of it. */
export function writeForwardBatch(envelope: Envelope, batch: ForwardBatch): Buffer {
  const commands = batch.commands.map(({ id, command, sequence }) => ({ id, command, ...numberOf(sequence) }));
  const reads = batch.reads.map(({ id, sequence }) => ({ id, ...numberOf(sequence) }));
  return requestSerialize({ envelope, commands, reads });
}

export function readForwardBatch(bytes: Buffer): Reading<ForwardBatch> {
  return reading(() => {
    const message = requestDeserialize(bytes);
    const envelope = readEnvelope(message.envelope);
    const { from, to, term } = envelope;
    const commands = message.commands.map(({ id, command, sequence }) => ({
      id: safeInteger(id, "command id"),
      command,
      ...numberIn(sequence),
    }));
    const reads = message.reads.map((read): ReadIndexRequest => {
      const id = safeInteger(read.id, "read id");
      return { type: "readIndexRequest", from, to, term, id, ...numberIn(read.sequence) };
    });
    return { envelope, body: { commands, reads } };
  });
}

/** The term in the envelope belongs to the reads; they must all be of it. */
export function writeForwardResults(envelope: Envelope, batch: ForwardResults): Buffer {
  const results = batch.results.map(({ id, outcome, sequence }) => ({ id, ...outcomeFields(outcome), ...numberOf(sequence) }));
  const reads = batch.reads.map(({ id, index, sequence }) => ({ id, index, ...numberOf(sequence) }));
  return responseSerialize({ envelope, results, reads });
}

function outcomeFields(outcome: Outcome) {
  switch (outcome.type) {
    case "done":
      return { done: { index: outcome.index, result: outcome.result } };
    case "refused":
      return { refused: { reason: outcome.reason, leader: outcome.leader ?? 0 } };
    case "unknown":
      return { unknown: { reason: outcome.reason } };
    default:
      return outcome satisfies never;
  }
}

export function readForwardResults(bytes: Buffer): Reading<ForwardResults> {
  return reading(() => {
    const message = responseDeserialize(bytes);
    const envelope = readEnvelope(message.envelope);
    const { from, to, term } = envelope;
    const results = message.results.map((result) => ({
      id: safeInteger(result.id, "result id"),
      outcome: readOutcome(result),
      ...numberIn(result.sequence),
    }));
    const reads = message.reads.map((read): ReadIndexReply => {
      const id = safeInteger(read.id, "read id");
      const index = safeInteger(read.index, "read index");
      return { type: "readIndexReply", from, to, term, id, index, ...numberIn(read.sequence) };
    });
    return { envelope, body: { results, reads } };
  });
}

function readOutcome({ done, refused, unknown }: ForwardedResult__Output): Outcome {
  if (done) return { type: "done", index: safeInteger(done.index, "index"), result: done.result };
  if (refused) {
    const leader = safeInteger(refused.leader, "leader");
    return { type: "refused", reason: refusalReason(refused.reason), leader: leader === 0 ? null : leader };
  }
  if (unknown) return { type: "unknown", reason: unknownReason(unknown.reason) };
  throw new Malformed("a result has no outcome");
}

/** As records, so that a new reason does not compile before it stands here. */
const refusalReasons: Readonly<Record<RefusalReason, true>> = { notLeader: true, noLeader: true, overloaded: true, stopping: true };
const unknownReasons: Readonly<Record<UnknownReason, true>> = { leaderChanged: true, timeout: true, stopping: true };

/** A reason of a later version is taken for one that says no more than this: it had no effect, try again. */
function refusalReason(reason: string): RefusalReason {
  return isKnown(refusalReasons, reason) ? reason : "overloaded";
}

/** Likewise: it may have happened. */
function unknownReason(reason: string): UnknownReason {
  return isKnown(unknownReasons, reason) ? reason : "leaderChanged";
}

function isKnown<T extends string>(known: Readonly<Record<T, true>>, reason: string): reason is T {
  return Object.hasOwn(known, reason);
}
