import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { cssColor, isDark, isStill } from "../base/theme.ts";
import type { Arrow } from "../model/arrows.ts";
import type { SeenCluster } from "../model/nodes.ts";
import { Canvas, type Surface } from "../parts/canvas.tsx";
import { useModel } from "../parts/model-context.ts";
import { tip } from "../parts/tooltip.tsx";
import { drawArrows, drawFlows, drawLinks, headOf, type Inks } from "./draw.ts";
import { flowRates } from "./flows.ts";
import { distanceTo, laneOf, type Point, pointOn, type Ring, ringOf } from "./geometry.ts";
import { tipOfArrow, tipOfFlow } from "./message-words.ts";
import { NodeButton } from "./node-button.tsx";

/** How near to an arrow's head, or to a flow, the pointer must be, in pixels. */
const reach = { arrow: 18, flow: 6 };

/** The ring of nodes, and what moves between them. While the pointer is on an arrow the picture stands still. */
export function Stage({ cluster }: { readonly cluster: SeenCluster }) {
  const model = useModel();
  const place = useRef<HTMLDivElement>(null);
  const size = useSignal({ width: 0, height: 0 });
  const hovered = useRef<Arrow | null>(null);
  useEffect(() => {
    const box = place.current;
    if (box === null) return;
    const watch = new ResizeObserver(() => {
      size.value = { width: box.clientWidth, height: box.clientHeight };
    });
    watch.observe(box);
    return () => watch.disconnect();
  }, [size]);
  const ring = ringOf(
    cluster.nodes.map(({ id }) => id),
    size.value.width,
    size.value.height,
  );
  const flows = flowRates(model.state.value);
  const inks = inksNow(isDark.value);
  const draw = (surface: Surface): void => {
    const now = model.playhead.now();
    drawLinks(surface, ring, inks);
    drawFlows(surface, ring, flows, isStill.value ? 0 : now);
    drawArrows(surface, ring, model.arrows.arrows, { now, isStill: isStill.value, hovered: hovered.current?.key ?? "" }, inks);
  };
  const leave = (): void => {
    hovered.current = null;
    tip.value = null;
    model.playhead.release();
  };
  const move = (event: PointerEvent): void => {
    const box = place.current?.getBoundingClientRect();
    if (box === undefined) return;
    const point = { x: event.clientX - box.left, y: event.clientY - box.top };
    const arrow = nearestArrow(model.arrows.arrows, ring, model.playhead.now(), point);
    if (arrow === null) leave();
    hovered.current = arrow;
    if (arrow !== null) model.playhead.hold();
    const flow = flows.find(({ from, to, aside, kind }) => !kind.isRare && isNear(ring, from, to, aside, point));
    if (arrow !== null) tip.value = tipOfArrow(arrow, event.clientX, event.clientY);
    else tip.value = flow === undefined ? null : tipOfFlow(flow, event.clientX, event.clientY);
  };
  return (
    <div class="stage" ref={place} onPointerMove={move} onPointerDown={move} onPointerLeave={leave}>
      <Canvas draw={draw} />
      {cluster.nodes.map((node) => (
        <NodeButton key={node.id} node={node} cluster={cluster} ring={ring} />
      ))}
    </div>
  );
}

function inksNow(_dark: boolean): Inks {
  return { line: cssColor("line"), surface: cssColor("surface"), ink: cssColor("ink"), bad: cssColor("bad") };
}

function nearestArrow(arrows: readonly Arrow[], ring: Ring, now: number, point: Point): Arrow | null {
  let best: Arrow | null = null;
  let least = reach.arrow;
  for (const arrow of arrows) {
    const head = headOf(arrow, ring, now, isStill.value);
    if (head === null) continue;
    const { x, y } = pointOn(head.lane, head.share);
    const distance = Math.hypot(point.x - x, point.y - y);
    if (distance < least) [best, least] = [arrow, distance];
  }
  return best;
}

function isNear(ring: Ring, from: number, to: number, aside: number, point: Point): boolean {
  const lane = laneOf(ring, from, to, aside);
  return lane !== null && distanceTo(lane, point) < reach.flow;
}
