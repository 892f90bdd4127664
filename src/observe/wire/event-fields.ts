import type { PeerMessage } from "../../core/messages.ts";
import type { NodeEvent } from "../../node/ports/node-events.ts";
import type { FieldValue, MessageFields } from "../records.ts";

/** Events and messages as the fields of their records: numbers, texts, flags and lists of numbers, and no reference to anything else. */

export type FieldValues = Readonly<Record<string, FieldValue>>;

export function fieldsOfEvent(event: NodeEvent): FieldValues {
  switch (event.type) {
    case "logAppended": {
      const { first, last, term, terms } = event;
      return { first, last, term, runFirsts: terms.map((run) => run.first), runTerms: terms.map((run) => run.term) };
    }
    case "membersChanged": {
      const { index, members } = event;
      const { voters, outgoing, learners, plan } = members;
      const planned = { hasPlan: plan !== null, promote: plan?.promote ?? [], remove: plan?.remove ?? [] };
      return { index, voters, outgoing, learners, ...planned };
    }
    default: {
      const { type: _, ...fields } = event;
      return fields;
    }
  }
}

export function fieldsOfMessage(message: PeerMessage): MessageFields {
  const { type, sequence = 0, ...said } = message;
  const head = { message: type, ...said, sequence };
  // The entries themselves must not be held on to.
  return "entries" in head ? { ...head, entries: head.entries.length } : head;
}

/** Bytes of the commands in it. */
export function bytesOfMessage(message: PeerMessage): number {
  if (message.type !== "append") return 0;
  let bytes = 0;
  for (const entry of message.entries) bytes += entry.data.length;
  return bytes;
}
