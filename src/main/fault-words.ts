import type { Fault, LinkDirection, LinkFault } from "../node/faults.ts";

/** What a fault does, as a clause: for the log and for operators. */
export function faultWords(fault: Fault): string {
  switch (fault.type) {
    case "link":
      return `messages ${ways[fault.direction]} ${fault.peer === null ? "all other nodes" : `node ${fault.peer}`}: ${linkWords(fault)}`;
    case "turn":
      return `no turn for ${fault.pauseMs} ms`;
    case "disk":
      return fault.failWrites ? "the next write to the disk fails" : `each write to the disk takes ${fault.slowMs} ms longer`;
    default:
      return fault satisfies never;
  }
}

/** How often a fault has struck, as a sentence. */
export function struckSentence(struck: number): string {
  return `It struck ${struck === 1 ? "once" : `${struck} times`}.`;
}

function linkWords({ cut, delayMs, jitterMs, loseRatio, duplicateRatio, reorderRatio }: LinkFault): string {
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
