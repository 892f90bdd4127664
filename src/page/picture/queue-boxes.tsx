import type { NodeSample } from "../../observe/live.ts";
import { counted } from "../base/format.ts";

const boxesMax = 8;

export interface QueueParts {
  readonly turn: number;
  readonly disk: number;
  readonly requests: number;
  readonly out: number;
  readonly held: number;
}

export function queueParts(sample: NodeSample): QueueParts {
  const { turn, disk, requests, out } = sample.queues;
  const sum = (of: "messages" | "held"): number => out.reduce((total, peer) => total + peer[of], 0);
  return { turn, disk, requests, out: sum("messages"), held: sum("held") };
}

export const queueTitles: Readonly<Record<keyof QueueParts, string>> = {
  turn: "news for its next turn",
  disk: "messages that wait for its disk",
  requests: "requests of clients",
  out: "messages to be sent",
  held: "messages that a fault holds back",
};

/** The queue of a node as a row of boxes, one for each thing that waits; beyond eight as a number. */
export function QueueBoxes({ sample }: { readonly sample: NodeSample }) {
  const parts = queueParts(sample);
  const kinds = Object.keys(queueTitles) as (keyof QueueParts)[];
  const boxes = kinds.flatMap((kind) => Array.from({ length: Math.min(boxesMax, parts[kind]) }, (_, place) => `${kind} ${place}`));
  const total = kinds.reduce((sum, kind) => sum + parts[kind], 0);
  return (
    <span class="queue" title={`Queue: ${counted(total, "waiting message")}`}>
      {Array.from({ length: boxesMax }, (_, place) => (
        <i key={place} class={boxes[place]?.split(" ")[0] ?? ""} />
      ))}
      {total > boxesMax && <b>{`+${total - boxesMax}`}</b>}
    </span>
  );
}
