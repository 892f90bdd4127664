export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Ring {
  readonly places: ReadonlyMap<number, Point>;
  /** Of the circles. */
  readonly radius: number;
  /** By how much what is written there is larger than usual. */
  readonly scale: number;
  /** Nodes whose words stand above them, where below they would cover the lines. */
  readonly labelledAbove: ReadonlySet<number>;
}

/** A straight way from one circle's edge to another's. */
export interface Lane {
  readonly from: Point;
  readonly to: Point;
  readonly length: number;
}

/** Radius of a circle in its own drawing. */
export const usualRadius = 46;
/** Height of what is written at a circle, in pixels. */
const labelHeight = 58;
const labelHalfWidth = 66;

/** The nodes stand on an ellipse that fills its place, the first at the top, in reading order clockwise. */
export function ringOf(ids: readonly number[], width: number, height: number): Ring {
  const crowd = ids.length > 7 ? 0.8 : 1;
  const radius = Math.max(26, Math.min(72, Math.min(width, height) * 0.09)) * crowd;
  const scale = Math.max(1, radius / usualRadius);
  const radiusX = Math.max(0, width / 2 - Math.max(labelHalfWidth * scale, radius + 12));
  const radiusY = Math.max(0, height / 2 - labelHeight * scale - radius - 12);
  const middle = { x: width / 2, y: height / 2 };
  const labelledAbove = new Set<number>();
  const places = new Map<number, Point>();
  ids.forEach((id, place) => {
    const angle = (place / ids.length) * 2 * Math.PI - Math.PI / 2;
    if (Math.sin(angle) < -0.5) labelledAbove.add(id);
    places.set(id, { x: middle.x + radiusX * Math.cos(angle), y: middle.y + radiusY * Math.sin(angle) });
  });
  return { places, radius, scale, labelledAbove };
}

/** The way from one node to another, `aside` pixels to the right of the line between their middles; null: they are not both there. */
export function laneOf(ring: Ring, from: number, to: number, aside: number): Lane | null {
  const start = ring.places.get(from);
  const end = ring.places.get(to);
  if (start === undefined || end === undefined || from === to) return null;
  const distance = Math.hypot(end.x - start.x, end.y - start.y);
  if (distance === 0) return null;
  const [ux, uy] = [(end.x - start.x) / distance, (end.y - start.y) / distance];
  const gap = ring.radius + 10;
  const at = (along: number): Point => ({ x: start.x + ux * along - uy * aside, y: start.y + uy * along + ux * aside });
  return { from: at(gap), to: at(distance - gap), length: Math.max(0, distance - 2 * gap) };
}

export function pointOn({ from, to }: Lane, share: number): Point {
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

/** Distance from a point to a lane, in pixels. */
export function distanceTo(lane: Lane, point: Point): number {
  if (lane.length === 0) return Number.POSITIVE_INFINITY;
  const [dx, dy] = [lane.to.x - lane.from.x, lane.to.y - lane.from.y];
  const along = ((point.x - lane.from.x) * dx + (point.y - lane.from.y) * dy) / (dx * dx + dy * dy);
  const nearest = pointOn(lane, Math.max(0, Math.min(1, along)));
  return Math.hypot(point.x - nearest.x, point.y - nearest.y);
}
