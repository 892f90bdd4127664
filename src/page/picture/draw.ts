import { type Arrow, progressOf } from "../model/arrows.ts";
import type { Surface } from "../parts/canvas.tsx";
import { asideOf, type FlowRate, widthOf } from "./flows.ts";
import { type Lane, laneOf, type Point, pointOn, type Ring } from "./geometry.ts";

export interface Inks {
  readonly line: string;
  readonly surface: string;
  readonly ink: string;
  readonly bad: string;
}

/** How fast the dots of a flow move, in pixels for each ms. */
const dotsSpeed = 0.04;

/** The lines between nodes: each pair once, thin. */
export function drawLinks({ context }: Surface, ring: Ring, inks: Inks): void {
  const ids = [...ring.places.keys()];
  context.lineWidth = 1;
  context.strokeStyle = inks.line;
  context.setLineDash([]);
  for (const from of ids) {
    for (const to of ids) {
      const lane = from < to ? laneOf(ring, from, to, 0) : null;
      if (lane !== null) stroke(context, lane.from, lane.to);
    }
  }
}

export function drawFlows({ context }: Surface, ring: Ring, flows: readonly FlowRate[], now: number): void {
  for (const flow of flows) {
    const lane = laneOf(ring, flow.from, flow.to, flow.aside);
    if (lane === null || flow.kind.isRare || flow.perSecond < 1) continue;
    const width = Math.max(1, widthOf(flow.perSecond) * flow.kind.weight);
    context.lineWidth = width;
    context.lineCap = flow.kind.isReply ? "round" : "butt";
    context.strokeStyle = flow.kind.color;
    context.globalAlpha = flow.kind.isReply ? 0.8 : 0.5;
    if (flow.kind.isReply) {
      context.setLineDash([0.1, width * 1.2 + 4]);
      context.lineDashOffset = -(now * dotsSpeed) % (width * 1.2 + 4.1);
    } else context.setLineDash([]);
    stroke(context, lane.from, lane.to);
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
  context.lineCap = "butt";
}

/** Where an arrow's head is at that time; null: it is not to be seen. With `isStill` it stands in the middle. */
export function headOf(
  arrow: Arrow,
  ring: Ring,
  now: number,
  isStill: boolean,
): { readonly lane: Lane; readonly share: number } | null {
  const lane = laneOf(ring, arrow.from, arrow.to, asideOf(arrow.message));
  const share = lane === null ? null : progressOf(arrow, now);
  if (lane === null || share === null) return null;
  return { lane, share: isStill && arrow.lostAt === null ? 0.6 : share };
}

export function drawArrows(
  surface: Surface,
  ring: Ring,
  arrows: readonly Arrow[],
  at: { readonly now: number; readonly isStill: boolean; readonly hovered: string },
  inks: Inks,
): void {
  for (const arrow of arrows) {
    const head = headOf(arrow, ring, at.now, at.isStill);
    if (head !== null) drawArrow(surface.context, arrow, head.lane, head.share, arrow.key === at.hovered, inks);
  }
}

function drawArrow(
  context: CanvasRenderingContext2D,
  arrow: Arrow,
  lane: Lane,
  share: number,
  isHovered: boolean,
  inks: Inks,
): void {
  const { kind } = arrow;
  const tail = (kind.isRare ? 44 : 24) * (isHovered ? 1.3 : 1);
  const tip = pointOn(lane, share);
  const start = pointOn(lane, Math.max(0, share - tail / Math.max(1, lane.length)));
  const width = (kind.isRare ? 3 : 2) * Math.max(0.7, kind.weight) + (isHovered ? 1.5 : 0);
  // A rim in the colour of the ground keeps it apart from what it flies over.
  context.setLineDash([]);
  context.lineCap = "round";
  context.strokeStyle = inks.surface;
  context.lineWidth = width + 3;
  stroke(context, start, tip);
  context.strokeStyle = kind.color;
  context.lineWidth = width;
  if (kind.isReply) context.setLineDash([0.1, width * 1.7]);
  stroke(context, start, tip);
  context.setLineDash([]);
  context.lineCap = "butt";
  const size = 4 + width * 1.3;
  drawHead(context, lane, tip, size, kind.color, inks);
  if (arrow.lostAt !== null && share >= 0.15) drawCross(context, tip, inks);
  else if (typeof arrow.record.granted === "boolean" || arrow.message === "appendConflict") {
    drawWord(context, tip, arrow.record.granted === true ? "✓" : "✗", inks);
  }
}

function drawHead(context: CanvasRenderingContext2D, lane: Lane, tip: Point, size: number, color: string, inks: Inks): void {
  const angle = Math.atan2(lane.to.y - lane.from.y, lane.to.x - lane.from.x);
  context.save();
  context.translate(tip.x, tip.y);
  context.rotate(angle);
  context.beginPath();
  context.moveTo(size, 0);
  context.lineTo(-size * 0.6, size * 0.75);
  context.lineTo(-size * 0.6, -size * 0.75);
  context.closePath();
  context.fillStyle = color;
  context.strokeStyle = inks.surface;
  context.lineWidth = 1.5;
  context.stroke();
  context.fill();
  context.restore();
}

function drawCross(context: CanvasRenderingContext2D, { x, y }: Point, inks: Inks): void {
  const size = 8;
  context.lineCap = "round";
  for (const [color, width] of [
    [inks.surface, 7],
    [inks.bad, 3.5],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    stroke(context, { x: x - size, y: y - size }, { x: x + size, y: y + size });
    stroke(context, { x: x + size, y: y - size }, { x: x - size, y: y + size });
  }
  context.lineCap = "butt";
}

function drawWord(context: CanvasRenderingContext2D, { x, y }: Point, word: string, inks: Inks): void {
  context.font = "700 15px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 4;
  context.strokeStyle = inks.surface;
  context.strokeText(word, x, y - 15);
  context.fillStyle = inks.ink;
  context.fillText(word, x, y - 15);
}

function stroke(context: CanvasRenderingContext2D, from: Point, to: Point): void {
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
}
