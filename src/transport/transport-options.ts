import type { NodeId } from "../core/types.ts";

/** Who this node is. */
export interface TransportOptions {
  readonly clusterId: string;
  readonly id: NodeId;
  /** Names the disk with this node's log and vote, so that nobody takes another one for it. */
  readonly diskId: string;
  readonly limits: TransportLimits;
}

/** Timing and limits of the links among nodes. Every limit has a name and a default. */
export interface TransportLimits {
  /** Most bytes of one message; a node that sends a longer one loses the link. Above the largest command and append. */
  readonly messageBytesMax: number;
  /** Most bytes waiting to be written to one stream; past it, appends are dropped, and the core sends them again. */
  readonly queueBytesMax: number;
  /** Most messages waiting to be written to one stream; past it, any message is dropped. */
  readonly queueMessagesMax: number;
  /** Most bytes handed to the socket of one stream that it has not yet taken. */
  readonly streamWindowBytes: number;
  /** Most commands forwarded to one peer whose outcome is not yet known; further ones are refused. */
  readonly forwardPendingMax: number;
  /** Most bytes of such commands. */
  readonly forwardPendingBytesMax: number;
  /** Most bytes of commands in one message; a single larger command still goes alone. */
  readonly forwardBatchBytesMax: number;
  /** Most calls for a vote or a digest open at once with one peer, in each direction; the oldest gives way. */
  readonly callsPendingMax: number;
  /** A vote or digest that has not come after this time, in ms, is no longer waited for. */
  readonly callTimeoutMs: number;
  /** A piece of a snapshot that is not answered within this time, in ms, is given up. The last one is answered when all is installed. */
  readonly chunkTimeoutMs: number;
  /** A connection that is not accepted within this time, in ms, is given up. */
  readonly connectTimeoutMs: number;
  /** Wait before the first retry of a broken link, in ms; it doubles with each failure. */
  readonly backOffMinMs: number;
  /** Longest wait before a retry, in ms: about how long a peer that came back stays unnoticed. */
  readonly backOffMaxMs: number;
  /** A quiet link is probed so often, in ms. */
  readonly keepaliveMs: number;
  /** A probe that is not answered within this time, in ms, breaks the link. */
  readonly keepaliveTimeoutMs: number;
}

export const transportDefaults = {
  messageBytesMax: 8 * 1024 * 1024,
  queueBytesMax: 8 * 1024 * 1024,
  queueMessagesMax: 4096,
  streamWindowBytes: 512 * 1024,
  forwardPendingMax: 16_384,
  forwardPendingBytesMax: 16 * 1024 * 1024,
  forwardBatchBytesMax: 1024 * 1024,
  callsPendingMax: 16,
  callTimeoutMs: 1_000,
  chunkTimeoutMs: 60_000,
  connectTimeoutMs: 2_000,
  backOffMinMs: 50,
  backOffMaxMs: 1_000,
  keepaliveMs: 1_000,
  keepaliveTimeoutMs: 1_000,
} as const satisfies TransportLimits;

/** Every reason why these limits cannot be used, one sentence each; empty if they can. */
export function limitProblems(limits: TransportLimits): string[] {
  const problems: string[] = [];
  for (const name of Object.keys(transportDefaults) as (keyof TransportLimits)[]) {
    const value = limits[name];
    if (!Number.isSafeInteger(value) || value < 1) problems.push(`${name} must be a whole number from 1 on, not ${value}.`);
  }
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
