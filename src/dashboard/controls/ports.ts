import type { Action } from "../../observe/live.ts";
import type { FollowedNode } from "../follow/follower.ts";

/** What became of a control, as a sentence for the page that used it. */
export interface Outcome {
  readonly ok: boolean;
  readonly text: string;
}

/** The control that does this. */
export type Of<Does, A = Action> = A extends { readonly do: infer D } ? (Does extends D ? A : never) : never;

/**
 * The processes of nodes, where somebody has them at hand: the launcher of a cluster on one machine. Each resolves to a
 * sentence of what happened, and throws an Error with a sentence if nothing did.
 */
export interface Processes {
  /** Stops it in its tracks, as SIGSTOP does. */
  pause(node: number): Promise<string>;
  resume(node: number): Promise<string>;
  /** Ends it at once, as kill -9 does. */
  kill(node: number): Promise<string>;
  start(node: number): Promise<string>;
}

/** What controls know of the cluster. */
export interface Nodes {
  /** Members and whoever is heard. */
  readonly nodes: readonly FollowedNode[];
  /** Client addresses that lead to some node. */
  readonly endpoints: readonly string[];
}

/** The node, if it is one of the cluster. @throws Error with a sentence */
export function nodeIn(nodes: Nodes, id: number): FollowedNode {
  const found = nodes.nodes.find(({ node }) => node === id);
  if (found === undefined) throw new Error(`No member is node ${id}.`);
  return found;
}

/** The node, or all for 0. @throws Error with a sentence */
export function nodesIn(nodes: Nodes, id: number): readonly FollowedNode[] {
  return id === 0 ? nodes.nodes : [nodeIn(nodes, id)];
}

/** "node 3", or "all nodes" for 0. */
export function nameOf(id: number): string {
  return id === 0 ? "all nodes" : `node ${id}`;
}
