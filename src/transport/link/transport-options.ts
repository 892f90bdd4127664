import type { NodeId } from "../../core/types.ts";
import { count, defaultsOf, millis, numberProblems, type OptionsOf, type OptionTable } from "../../declared/options.ts";
import type { ClusterMark } from "../wire/envelope.ts";

/** Who this node is. */
export interface TransportOptions extends ClusterMark {
  readonly id: NodeId;
  /** Names the disk with this node's log and vote, so that nobody takes another one for it. */
  readonly diskId: string;
  /** Names this process among all that run on this disk or a copy of it; a higher number was started later. */
  readonly run?: number;
  /** Where this node is told that other members are. They are tried as well as those that the log knows; left out: none. */
  readonly listed?: ReadonlyMap<NodeId, string>;
  readonly limits: TransportLimits;
}

/** Timing and limits of the links among nodes. */
export const transportTable = {
  messageBytesMax: count(8 * 1024 * 1024, "bytes", "Most bytes of one message between nodes; a longer one breaks the link."),
  queueBytesMax: count(
    8 * 1024 * 1024,
    "bytes",
    "Most bytes waiting to be written to one peer; past it, entries are dropped and sent again later.",
  ),
  queueMessagesMax: count(4096, "messages", "Most messages waiting to be written to one peer; past it, any message is dropped."),
  streamWindowBytes: count(512 * 1024, "bytes", "Most bytes handed to one peer's socket that it has not yet taken."),
  forwardPendingMax: count(
    16_384,
    "commands",
    "Most commands forwarded to one peer whose outcome is not yet known; further ones are refused.",
  ),
  forwardPendingBytesMax: count(16 * 1024 * 1024, "bytes", "Most bytes of such commands."),
  forwardBatchBytesMax: count(
    1024 * 1024,
    "bytes",
    "Most bytes of forwarded commands in one message; a single larger command goes alone.",
  ),
  callsPendingMax: count(
    16,
    "calls",
    "Most calls, such as for a vote, open at once with one peer, in each direction; the oldest gives way.",
  ),
  callTimeoutMs: millis(1_000, "Longest wait for a peer's answer to a call, such as its vote."),
  chunkTimeoutMs: millis(
    60_000,
    "A piece of a snapshot that is not answered within this time is given up; the last one is answered when all is installed.",
  ),
  connectTimeoutMs: millis(2_000, "A connection to a peer that is not accepted within this time is given up."),
  backOffMinMs: millis(50, "Wait before the first retry of a broken link; it doubles with each failure."),
  backOffMaxMs: millis(1_000, "Longest wait before a retry of a broken link."),
  keepaliveMs: millis(1_000, "Interval of keepalive probes on an idle connection."),
  keepaliveTimeoutMs: millis(1_000, "A probe that is not answered within this time breaks the link."),
} as const satisfies OptionTable;

export type TransportLimits = OptionsOf<typeof transportTable>;

export const transportDefaults = defaultsOf(transportTable);

/** Every reason why these limits cannot be used, one sentence each; empty if they can. */
export function limitProblems(limits: TransportLimits): string[] {
  const problems = numberProblems(transportTable, limits);
  const { backOffMinMs, backOffMaxMs, forwardBatchBytesMax, messageBytesMax } = limits;
  if (backOffMaxMs < backOffMinMs)
    problems.push(`backOffMaxMs (${backOffMaxMs}) must not be less than backOffMinMs (${backOffMinMs}).`);
  if (messageBytesMax < 2 * forwardBatchBytesMax) {
    problems.push(
      `messageBytesMax (${messageBytesMax}) must be at least twice forwardBatchBytesMax (${forwardBatchBytesMax}), or a batch may not fit a message.`,
    );
  }
  return problems;
}
