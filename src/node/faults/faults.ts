import type { Millis } from "../../core/types.ts";
import { type FaultFields, type FieldsOf, field, type LinkDirection } from "./fault-fields.ts";

/**
 * Harm that a node does to itself when an operator tells it to, for tests and demonstrations. Only a node whose
 * configuration allows faults has the parts that do it. Each kind of fault is declared here once: what it is on the wire, in the
 * commands, in the log, and which there cannot be, follows from its row.
 */

const linkFields = {
  peerId: field("peer", null, 'id of the node at the other end, or "all"'),
  direction: field("direction", "direction", "messages from the other node, to it, or both"),
  cut: field("switch", "cut", "no message gets through"),
  delayMs: field("millis", "delay", "delay of each message; the order stays"),
  jitterMs: field("millis", "jitter", "most random delay on top"),
  loseRatio: field("ratio", "lose", "probability that a message is lost, from 0 to 1"),
  duplicateRatio: field("ratio", "duplicate", "probability that a message comes twice"),
  reorderRatio: field("ratio", "reorder", "probability that a message is overtaken by later ones"),
};

const turnFields = { pauseMs: field("millis", null, "duration in ms") };

const diskFields = {
  slowMs: field("millis", "slow", "delay of each write"),
  failWrites: field("switch", "fail", "the next write fails"),
};

const exitFields = {};

/** What befalls each message between this node and a peer. It is either cut or has one or more of the others. */
export type LinkFault = { readonly type: "link" } & FieldsOf<typeof linkFields>;

/** The node takes no turn for this time, which begins when it is set. */
export type TurnFault = { readonly type: "turn" } & FieldsOf<typeof turnFields>;

/** Faults of writes to the log and the state: the next one fails, or each is reported done later by this time. */
export type DiskFault = { readonly type: "disk" } & FieldsOf<typeof diskFields>;

/** The node ends as if its process had been killed. */
export type ExitFault = { readonly type: "exit" } & FieldsOf<typeof exitFields>;

export type Fault = LinkFault | TurnFault | DiskFault | ExitFault;

/** How a kind of fault is declared. */
export interface FaultKind<T extends Fault = Fault> {
  /** What the command that sets it does. */
  readonly sentence: string;
  readonly fields: FaultFields;
  /** How long it is in force; null: for as long as its operator says. */
  readonly lastsMs: ((fault: T) => Millis) | null;
  /** Why there can be none with these values, as a sentence; null if there can. */
  readonly problem: (fault: T) => string | null;
  /** What it does, as a clause. */
  readonly words: (fault: T) => string;
}

/** Every kind of fault, under its name in admin.proto and among the commands. */
export const faultKinds: { readonly [Type in Fault["type"]]: FaultKind<Extract<Fault, { type: Type }>> } = {
  link: {
    sentence: "Cuts the link to another node, or makes it slow or lossy. All but a cut can be combined.",
    fields: linkFields,
    lastsMs: null,
    problem: linkProblem,
    words: linkWords,
  },
  turn: {
    sentence: "Pauses the node: it looks as if it had stopped, but its ports stay open.",
    fields: turnFields,
    lastsMs: ({ pauseMs }) => pauseMs,
    problem: turnProblem,
    words: ({ pauseMs }) => `no turn for ${pauseMs} ms`,
  },
  disk: {
    sentence: "Slows each write to the disk, or fails the next one, which stops the node.",
    fields: diskFields,
    lastsMs: null,
    problem: diskProblem,
    words: ({ failWrites, slowMs }) =>
      failWrites ? "the next write to the disk fails" : `each write to the disk takes ${slowMs} ms longer`,
  },
  exit: {
    sentence: "Ends the node at once, as kill -9 does. Whoever keeps it running may start it again.",
    fields: exitFields,
    // It is over with the node.
    lastsMs: () => 0,
    problem: () => null,
    words: () => "it ends at once, as after kill -9",
  },
};

export const faultTypes = Object.keys(faultKinds) as readonly Fault["type"][];

/** A fault that was set and is in force. */
export interface ActiveFault<T extends Fault = Fault> {
  readonly id: number;
  readonly fault: T;
  /** When it clears by itself; null: never. */
  readonly endsAt: Millis | null;
  /** How many messages, turns or writes it has hit. */
  struck: number;
}

/** How often a fault has struck, as a sentence. */
export function struckSentence({ struck }: Pick<ActiveFault, "struck">): string {
  return `It struck ${struck === 1 ? "once" : `${struck} times`}.`;
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

export function faultKindOf(fault: Fault): FaultKind {
  return faultKinds[fault.type] as FaultKind;
}

/** Why there can be no such fault, as a sentence; null if there can. */
export function faultProblem(fault: Fault, durationMs: Millis): string | null {
  const { durationMsMax } = faultLimits;
  const { problem, lastsMs } = faultKindOf(fault);
  if (!isWhole(durationMs, durationMsMax)) return `The duration must be a whole number of ms from 0 to ${durationMsMax}.`;
  const found = problem(fault);
  if (found !== null || lastsMs === null || durationMs === 0) return found;
  return "This fault has its own end: leave out the duration.";
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

function linkWords({ peerId, direction, ...effects }: LinkFault): string {
  return `messages ${ways[direction]} ${peerId === null ? "all other nodes" : `node ${peerId}`}: ${effectWords(effects)}`;
}

function effectWords(link: Omit<LinkFault, "type" | "peerId" | "direction">): string {
  const { cut, delayMs, jitterMs, loseRatio, duplicateRatio, reorderRatio } = link;
  if (cut) return "all are lost";
  const late = jitterMs === 0 ? `${delayMs} ms late` : `${delayMs} to ${delayMs + jitterMs} ms late`;
  const words = delayMs + jitterMs === 0 ? [] : [late];
  if (loseRatio > 0) words.push(`${percent(loseRatio)} lost`);
  if (duplicateRatio > 0) words.push(`${percent(duplicateRatio)} twice`);
  if (reorderRatio > 0) words.push(`${percent(reorderRatio)} overtaken`);
  return words.join(", ");
}

const ways: Readonly<Record<LinkDirection, string>> = { in: "from", out: "to", both: "from and to" };

function percent(ratio: number): string {
  return `${Number((100 * ratio).toPrecision(3))} %`;
}

function turnProblem({ pauseMs }: TurnFault): string | null {
  const { pauseMsMax } = faultLimits;
  return isWhole(pauseMs, pauseMsMax) && pauseMs > 0 ? null : `The pause must be a whole number of ms from 1 to ${pauseMsMax}.`;
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
