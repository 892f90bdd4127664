import type { PeerCall } from "../../node/ports/peer-calls.ts";
import type { ChunkReply, Outcome, SnapshotChunk } from "../../node/ports/ports.ts";
import type { FieldValues } from "./event-fields.ts";
import { messageTable, type SeenMessage } from "./record-table.ts";

/** Calls among nodes as the fields of their records: what a question asks and an answer says, without commands, keys and values. */

/** A question, or its answer. */
export interface SeenPart {
  readonly call: Pick<PeerCall<unknown, unknown>, "name">;
  readonly isAnswer: boolean;
  /** Of the type that the call has. */
  readonly content: unknown;
}

/** `forward` and `forwardReply`; null for a call that is not known here. */
export function messageOfPart({ call, isAnswer }: SeenPart): SeenMessage | null {
  const name = isAnswer ? `${call.name}Reply` : call.name;
  return Object.hasOwn(messageTable, name) ? (name as SeenMessage) : null;
}

/** None for a call that is not known here. */
export function fieldsOfPart(part: SeenPart): FieldValues {
  const { call, content, isAnswer } = part;
  switch (call.name) {
    case "forward":
      return isAnswer ? forwardReply(content as Outcome) : { bytes: bytesOfPart(part) };
    case "installSnapshot": {
      if (isAnswer) return { outcome: (content as ChunkReply).type };
      const { meta, isLast } = content as SnapshotChunk;
      return { index: meta.index, bytes: bytesOfPart(part), isLast };
    }
    case "compareState":
      return isAnswer ? { isKnown: content !== null } : { index: content as number };
    default:
      return {};
  }
}

/** Bytes of the command, or of the records of a snapshot. */
export function bytesOfPart({ call, content, isAnswer }: SeenPart): number {
  if (isAnswer) return 0;
  if (call.name === "forward") return (content as Uint8Array).length;
  return call.name === "installSnapshot" ? (content as SnapshotChunk).records.length : 0;
}

function forwardReply(outcome: Outcome): FieldValues {
  return { outcome: outcome.type, index: outcome.type === "done" ? outcome.index : 0 };
}
