import type { NodeId } from "../../core/types.ts";
import type { Random } from "../base/random.ts";

/** The links to cut, each as [from, to]. */
export type Cuts = readonly (readonly [NodeId, NodeId])[];

/** Ways to pull a cluster apart. Each is given the nodes in random order. */
export const shapes = {
  /** Two groups that cannot hear each other. */
  halves: (nodes) => between(nodes.slice(0, Math.floor(nodes.length / 2)), nodes.slice(Math.floor(nodes.length / 2)), "both"),
  /** One node that neither hears nor is heard. */
  lonely: (nodes) => between(nodes.slice(0, 1), nodes.slice(1), "both"),
  /** One node that hears all and is heard by nobody. */
  mute: (nodes) => between(nodes.slice(0, 1), nodes.slice(1), "out"),
  /** One node that is heard by all and hears nobody. */
  deaf: (nodes) => between(nodes.slice(0, 1), nodes.slice(1), "in"),
  /** Two groups whose members can all reach one node, and no member of the other group. */
  bridge: (nodes) => {
    const rest = nodes.slice(1);
    const middle = Math.floor(rest.length / 2);
    return between(rest.slice(0, middle), rest.slice(middle), "both");
  },
  /** Each node reaches only its two neighbours: everyone has a majority, and everyone another one. */
  ring: (nodes) =>
    everyLink(
      nodes,
      (from, to) => Math.min((from - to + nodes.length) % nodes.length, (to - from + nodes.length) % nodes.length) > 1,
    ),
  /** Each hears only the one before it: messages run round one way. */
  oneWayRing: (nodes) => everyLink(nodes, (from, to) => (to - from + nodes.length) % nodes.length > 1),
} as const satisfies Record<string, (nodes: readonly NodeId[]) => Cuts>;

export type Shape = keyof typeof shapes;

export const shapeNames = Object.keys(shapes) as readonly Shape[];

/** Any set of links, each cut with the same chance. */
export function randomCuts(nodes: readonly NodeId[], random: Random): Cuts {
  const share = random.next();
  return nodes.flatMap((from) => nodes.filter((to) => to !== from && random.chance(share)).map((to) => [from, to] as const));
}

function between(left: readonly NodeId[], right: readonly NodeId[], direction: "both" | "out" | "in"): Cuts {
  const pairs = left.flatMap((from) => right.map((to) => [from, to] as const));
  const back = pairs.map(([from, to]) => [to, from] as const);
  if (direction === "both") return [...pairs, ...back];
  return direction === "out" ? pairs : back;
}

/** The links whose ends stand at such places. */
function everyLink(nodes: readonly NodeId[], isCut: (from: number, to: number) => boolean): Cuts {
  const places = nodes.map((node, place) => ({ node, place }));
  return places.flatMap((from) => places.filter((to) => isCut(from.place, to.place)).map((to) => [from.node, to.node] as const));
}
