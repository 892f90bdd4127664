import type { Index, Millis, NodeId } from "../../core/types.ts";
import type { Outcome, RefusalReason } from "../ports/ports.ts";
import type { TurnTaken } from "./stages.ts";

/** Outcome of a read. A read never changes anything, so each refusal may be tried again. */
export type ReadOutcome =
  | { readonly type: "readable"; readonly appliedIndex: Index }
  | { readonly type: "refused"; readonly reason: RefusalReason | "timeout" };

/** What commands and reads have in common: somebody waits for them, until a deadline. */
interface Waited {
  /** When it is given up. */
  readonly deadlineAt: Millis;
  /** Until when it may look for a leader. */
  readonly leaderBy: Millis;
  /** When this node's core was asked last, and the turn that takes the question in. */
  askedAt: Millis;
  turn: TurnTaken;
}

/** A command that a client wants carried out. */
export interface Write extends Waited {
  readonly type: "write";
  readonly command: Uint8Array;
  /** Another node's client asked for it; it is never forwarded again. */
  readonly isForwarded: boolean;
  where: Parked | Asked | Held | InLog | Settled;
  readonly settle: (outcome: Outcome) => void;
}

/** A linearizable read. */
export interface Read extends Waited {
  readonly type: "read";
  where: Parked | Asked | CatchingUp | Settled;
  readonly settle: (outcome: ReadOutcome) => void;
}

export type Request = Write | Read;

/** It looks for a leader. Of a write nothing is in any log. */
export interface Parked {
  readonly type: "parked";
  /** Another attempt at the node that refused it last is not worth while before then. */
  readonly refusal: { readonly by: NodeId; readonly until: Millis } | null;
}

/** This node's core is asked, and has not answered. */
interface Asked {
  readonly type: "asked";
}

/** It was forwarded to this leader, which has not answered yet. */
interface Held {
  readonly type: "held";
  readonly by: NodeId;
}

/** It is in this leader's log, to be committed and applied. */
interface InLog {
  readonly type: "inLog";
}

/** This node's state is to come as far as the read must see. */
interface CatchingUp {
  readonly type: "catchingUp";
}

/** `settle` has been called. */
interface Settled {
  readonly type: "settled";
}

export const asked: Asked = { type: "asked" };
export const inLog: InLog = { type: "inLog" };
export const catchingUp: CatchingUp = { type: "catchingUp" };
export const settled: Settled = { type: "settled" };

/**
 * Whether it may have taken effect, or may yet. Before the core has taken it in it has not; but if the node fails in that turn,
 * nobody knows whether it had.
 */
export function mayHaveHappened({ where }: Write): boolean {
  return where.type !== "parked";
}

export function refuse(request: Request, reason: RefusalReason, leader: NodeId | null): void {
  if (request.type === "write") request.settle({ type: "refused", reason, leader });
  else request.settle({ type: "refused", reason });
}

/** Whoever had it does not lead any more; what became of it in that log is for the next leader's log to tell. */
export function loseTo(write: Write): void {
  write.settle({ type: "unknown", reason: "leaderChanged" });
}

export function giveUp(request: Request): void {
  if (request.type === "read") request.settle({ type: "refused", reason: "timeout" });
  else if (mayHaveHappened(request)) request.settle({ type: "unknown", reason: "timeout" });
  else request.settle({ type: "refused", reason: "noLeader", leader: null });
}
