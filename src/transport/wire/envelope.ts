import { numberMax } from "../../core/bounds.ts";
import { decodeMembers } from "../../core/members-codec.ts";
import type { Members, NodeId, Term } from "../../core/types.ts";
import type { Envelope__Output } from "../../generated/balsa/raft/v1/Envelope.ts";

/** Which cluster, and which life of it. Nodes of different ones never listen to each other. */
export interface ClusterMark {
  readonly clusterId: string;
  readonly incarnationId: string;
}

/** Stands at the head of every message. */
export interface Envelope extends ClusterMark {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly term: Term;
  /** Numbers the message while its sender is observed. */
  readonly sequence?: number;
}

/** That of a message which opens a stream or makes a call. */
export interface Greeting extends Envelope {
  /** The sender's disk; "" if it does not say. */
  readonly diskId: string;
  /** The disk that the receiver must have; "" if the sender does not know. */
  readonly toDiskId: string;
  /** Names the sender's process; a higher number was started later. 0, or left out: it does not say. */
  readonly run?: number;
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

/** What stands at the head of a message in reply, or on a stream that was greeted before. */
export function envelopeOf({ clusterId, incarnationId }: ClusterMark, way: Omit<Envelope, keyof ClusterMark>): Envelope {
  const { from, to, term, sequence } = way;
  return { clusterId, incarnationId, from, to, term, ...numberOf(sequence) };
}

const unnumbered = {};

/** The number as a field; none if it is left out, so that a message without one takes no more bytes. */
export function numberOf(sequence: number | undefined): { readonly sequence?: number } {
  return sequence === undefined ? unnumbered : { sequence };
}

/** The number that is in a message; none if it is 0. @throws Malformed if it is out of range */
export function numberIn(sequence: number): { readonly sequence?: number } {
  return sequence === 0 ? unnumbered : { sequence: safeInteger(sequence, "sequence") };
}

/** The message with the number that its envelope has. */
export function numbered<Message extends object | null>(message: Message, { sequence }: Envelope): Message {
  return message === null || sequence === undefined ? message : { ...message, sequence };
}

/**
 * Messages on a stream that was greeted before bear no disks: both are "" there.
 * @throws Malformed if there is no envelope or one of its numbers is out of range
 */
export function readEnvelope(envelope: Envelope__Output | null): Greeting {
  if (envelope === null) throw new Malformed("it has no envelope");
  return {
    clusterId: envelope.clusterId,
    incarnationId: envelope.incarnationId,
    from: memberId(envelope.from),
    to: safeInteger(envelope.to, "to"),
    term: safeInteger(envelope.term, "term"),
    diskId: envelope.diskId,
    toDiskId: envelope.toDiskId,
    run: safeInteger(envelope.run, "run"),
    ...numberIn(envelope.sequence),
  };
}

/**
 * A uint64 as it was loaded: exact, or rounded to a number beyond 2^53 - 1. No honest node comes near to the bound.
 * @throws Malformed if it is beyond that
 */
export function safeInteger(value: number, name: string): number {
  if (!Number.isSafeInteger(value) || value > numberMax) throw new Malformed(`its ${name} is beyond 2^52`);
  return value;
}

function memberId(value: number): NodeId {
  if (value < 1) throw new Malformed("it comes from no node");
  return safeInteger(value, "from");
}

/**
 * Members that an entry or a snapshot brings: the core relies on them.
 * @throws Malformed, MembersMalformed
 */
export function checkedMembers(data: Uint8Array): Members {
  const members = decodeMembers(data);
  safeInteger(members.lastId, "last_id");
  return members;
}

/** Thrown and caught within this folder only. */
export class Malformed extends Error {
  constructor(what: string) {
    super(what);
    this.name = "Malformed";
  }
}
