import type { State } from "../../observe/live.ts";
import { ratesOf } from "../../observe/measure.ts";
import { kindOf, type MessageKind } from "../base/message-kinds.ts";

/** Messages of one type from one node to another, each second. */
export interface FlowRate {
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly kind: MessageKind;
  readonly perSecond: number;
  readonly lostPerSecond: number;
  readonly bytesPerSecond: number;
  /** Where its strand lies beside the line between the nodes, in pixels. */
  readonly aside: number;
}

/** Rates that are printed beside the picture. */
export const scale = [1, 10, 100, 1_000, 10_000] as const;

/** Width of a flow, in pixels: as the logarithm of its rate, for ten times as many are to be seen, and a thousand times too. */
export function widthOf(perSecond: number): number {
  return perSecond < 0.05 ? 0 : 1 + 1.6 * Math.max(0, Math.log10(perSecond));
}

const strandOrder = ["append", "appendMatch", "heartbeat", "heartbeatReply"];

/** Distance of a type's strand from the line between two nodes: each has its own, so that none covers another. */
export function asideOf(message: string): number {
  const place = strandOrder.indexOf(message);
  return place === -1 ? 8 : place < 2 ? 5 : 12;
}

export function flowRates(state: State): FlowRate[] {
  return ratesOf(state).map(({ from, to, message, sent, received, lost, bytes }) => ({
    from,
    to,
    message,
    kind: kindOf(message),
    // What a silent node sent is known by those who received it.
    perSecond: Math.max(sent, received),
    lostPerSecond: lost,
    bytesPerSecond: bytes,
    aside: asideOf(message),
  }));
}
