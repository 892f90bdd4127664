import type { NodeId, Term } from "../../core/types.ts";
import type { Envelope__Output } from "../../generated/balsa/raft/v1/Envelope.ts";

/** Stands at the head of every message. */
export interface Envelope {
  readonly clusterId: string;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly term: Term;
}

/** That of a message which opens a stream or makes a call. */
export interface Greeting extends Envelope {
  /** The sender's disk; "" if it does not say. */
  readonly diskId: string;
  /** The disk that the receiver must have; "" if the sender does not know. */
  readonly toDiskId: string;
}

/** What some bytes turned out to be. */
export type Reading<T> =
  | { readonly type: "message"; readonly envelope: Greeting; readonly body: T }
  | { readonly type: "malformed"; readonly why: string };

/**
 * Runs `read` over bytes that came from the network. Whatever is wrong with them becomes a value: it is
 * for the caller to refuse and count, and must never stop the node.
 */
export function reading<T>(read: () => { envelope: Greeting; body: T }): Reading<T> {
  try {
    return { type: "message", ...read() };
  } catch (error) {
    return { type: "malformed", why: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Messages on a stream that was greeted before bear no disks: both are "" there.
 * @throws Malformed if there is no envelope or one of its numbers is out of range
 */
export function readEnvelope(envelope: Envelope__Output | null): Greeting {
  if (envelope === null) throw new Malformed("it has no envelope");
  return {
    clusterId: envelope.clusterId,
    from: safeInteger(envelope.from, "from"),
    to: safeInteger(envelope.to, "to"),
    term: safeInteger(envelope.term, "term"),
    diskId: envelope.diskId,
    toDiskId: envelope.toDiskId,
  };
}

/**
 * A uint64 as it was loaded: exact, or rounded to a number beyond 2^53 - 1, which no honest node ever reaches.
 * @throws Malformed in the second case
 */
export function safeInteger(value: number, name: string): number {
  if (!Number.isSafeInteger(value)) throw new Malformed(`its ${name} is beyond 2^53 - 1`);
  return value;
}

/** Thrown and caught within this folder only. */
export class Malformed extends Error {
  constructor(what: string) {
    super(what);
    this.name = "Malformed";
  }
}
