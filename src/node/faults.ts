import type { Millis, NodeId } from "../core/types.ts";

/**
 * Harm that a node does to itself when an operator tells it to, for tests and demonstrations. Only a node whose
 * configuration allows faults has the parts that know of this.
 */

/** Seen from this node: `in` is what the peer says, `out` what this node says. */
export type LinkDirection = "in" | "out" | "both";

/** What befalls each message between this node and a peer. It is either cut or has one or more of the others. */
export interface LinkFault {
  readonly type: "link";
  /** Null: every other node. */
  readonly peer: NodeId | null;
  readonly direction: LinkDirection;
  readonly cut: boolean;
  /** Each message comes so much later. The order stays. */
  readonly delayMs: Millis;
  /** And up to so much more, each by chance. */
  readonly jitterMs: Millis;
  /** So large a part of the messages, from 0 to 1, is lost, comes twice, or is overtaken by those after it. */
  readonly loseRatio: number;
  readonly duplicateRatio: number;
  readonly reorderRatio: number;
}

/** The node takes no turn for so long. It begins when it is set, and clears by itself. */
export interface TurnFault {
  readonly type: "turn";
  readonly pauseMs: Millis;
}

/** What befalls writes to the log and the state: the next one fails, or each is said to be done so much later. */
export interface DiskFault {
  readonly type: "disk";
  readonly failWrites: boolean;
  readonly slowMs: Millis;
}

export type Fault = LinkFault | TurnFault | DiskFault;

/** A fault that was set and is in force. */
export interface StandingFault<T extends Fault = Fault> {
  readonly id: number;
  readonly fault: T;
  /** When it clears by itself; null: never. */
  readonly endsAt: Millis | null;
  /** How many messages, turns or writes it has hit. */
  struck: number;
}

/** A node must stay within reach of whoever set the fault, and of its own memory. */
export const faultLimits = {
  /** Longest delay of a message, jitter included, in ms. */
  delayMsMax: 60_000,
  /** Longest pause of the turns, in ms. */
  pauseMsMax: 60_000,
  /** Most by which one fault slows a write, in ms. */
  slowMsMax: 60_000,
  /** Longest time after which a fault clears by itself, in ms: a day. */
  durationMsMax: 86_400_000,
  /** Most faults in force at once on one node. */
  faultsMax: 64,
} as const;

/** Why there can be no such fault, as a sentence; null if there can. */
export function faultProblem(fault: Fault, durationMs: Millis): string | null {
  const { durationMsMax } = faultLimits;
  if (!isWhole(durationMs, durationMsMax)) return `The duration must be a whole number of ms from 0 to ${durationMsMax}.`;
  switch (fault.type) {
    case "link":
      return linkProblem(fault);
    case "turn":
      return turnProblem(fault, durationMs);
    case "disk":
      return diskProblem(fault);
    default:
      return fault satisfies never;
  }
}

function linkProblem({ cut, delayMs, jitterMs, loseRatio, duplicateRatio, reorderRatio }: LinkFault): string | null {
  const { delayMsMax } = faultLimits;
  if (!isWhole(delayMs, delayMsMax) || !isWhole(jitterMs, delayMsMax) || delayMs + jitterMs > delayMsMax)
    return `The delay and the jitter must be whole numbers of ms, together at most ${delayMsMax}.`;
  for (const [name, ratio] of Object.entries({ lose: loseRatio, duplicate: duplicateRatio, reorder: reorderRatio }))
    if (!(ratio >= 0 && ratio <= 1)) return `The ${name} ratio must be from 0 to 1, not ${ratio}.`;
  const hasOthers = delayMs + jitterMs + loseRatio + duplicateRatio + reorderRatio > 0;
  if (cut && hasOthers) return "Nothing gets through a link that is cut: leave out the delay and the ratios.";
  return cut || hasOthers ? null : "The fault of the link does nothing: cut it, or give a delay or a ratio.";
}

function turnProblem({ pauseMs }: TurnFault, durationMs: Millis): string | null {
  const { pauseMsMax } = faultLimits;
  if (!isWhole(pauseMs, pauseMsMax) || pauseMs === 0) return `The pause must be a whole number of ms from 1 to ${pauseMsMax}.`;
  return durationMs === 0 ? null : "A pause has its own end: leave out the duration.";
}

function diskProblem({ failWrites, slowMs }: DiskFault): string | null {
  const { slowMsMax } = faultLimits;
  if (!isWhole(slowMs, slowMsMax)) return `The disk can be slowed by a whole number of ms from 0 to ${slowMsMax}.`;
  if (failWrites && slowMs > 0) return "A disk either fails or is slow.";
  return failWrites || slowMs > 0 ? null : "The fault of the disk does nothing: let its next write fail, or slow it.";
}

function isWhole(value: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= max;
}
