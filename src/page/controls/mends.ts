import type { SeenNode } from "../model/nodes.ts";

/** What brings a node back that is not heard: of one of which nobody knows whether it is paused or down, either may. */
export function mendsOf({
  isHeard,
  condition,
}: Pick<SeenNode, "isHeard" | "condition">): (readonly [string, "resume" | "start"])[] {
  if (isHeard) return [];
  const mends = [["Resume", "resume"] as const, ["Start", "start"] as const];
  return mends.filter(([, does]) => condition !== (does === "resume" ? "down" : "paused"));
}
