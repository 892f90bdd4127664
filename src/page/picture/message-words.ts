import { messageContents, messageName } from "../../observe/messages.ts";
import { millisWords, rateWords } from "../../observe/words.ts";
import type { Arrow } from "../model/arrows.ts";
import type { Tip } from "../parts/tooltip.tsx";
import type { FlowRate } from "./flows.ts";

/** The fields of a message in words; who sent it to whom stands in the title. */
export function contentsOf(arrow: Arrow): (readonly [name: string, value: string])[] {
  return messageContents(arrow.record).filter(([name]) => !["message", "from", "to", "why"].includes(name));
}

export function flightOf(arrow: Arrow): string {
  if (arrow.lostAt !== null) return `Lost: ${lossWords[arrow.lostWhy] ?? arrow.lostWhy}.`;
  if (arrow.receivedAt === null) return "Sent; that it arrived is not known yet.";
  const took = arrow.receivedAt - arrow.sentAt;
  return `It took ${millisWords(took)}${took < 600 ? "; drawn slower, as 600 ms" : ""}.`;
}

const lossWords: Readonly<Record<string, string>> = {
  fault: "a fault that was set on purpose",
  noLink: "there was no connection",
  queueFull: "the queue was full",
};

export function tipOfArrow(arrow: Arrow, x: number, y: number): Tip {
  const title = `${messageName(arrow.record)}, node ${arrow.from} → ${arrow.to}`;
  return { x, y, title, note: flightOf(arrow), rows: contentsOf(arrow) };
}

export function tipOfFlow(flow: FlowRate, x: number, y: number): Tip {
  return {
    x,
    y,
    title: `${flow.kind.title}, node ${flow.from} → ${flow.to}`,
    rows: [
      ["messages", `${rateWords(flow.perSecond)} /s`],
      ["bytes", `${rateWords(flow.bytesPerSecond)} /s`],
      ...(flow.lostPerSecond > 0 ? [["lost", `${rateWords(flow.lostPerSecond)} /s`] as const] : []),
    ],
  };
}
