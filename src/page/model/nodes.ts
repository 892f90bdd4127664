import { deposedOf, type Leadership, leadershipOf, membersOf, votersOf } from "../../observe/leadership.ts";
import type { NodeSample, NodeState, PeerSample, State } from "../../observe/live.ts";
import type { Deed } from "./deeds.ts";

/** What a node is to be drawn as. `letter` and `outline` tell it without colour. */
export type Condition =
  | "leader"
  | "deposed"
  | "candidate"
  | "preCandidate"
  | "follower"
  | "learner"
  | "paused"
  | "down"
  | "unheard";

export const conditions: Readonly<Record<Condition, { readonly letter: string; readonly title: string }>> = {
  leader: { letter: "L", title: "leader" },
  deposed: { letter: "L", title: "leader, deposed" },
  candidate: { letter: "C", title: "candidate" },
  preCandidate: { letter: "P", title: "pre-candidate" },
  follower: { letter: "F", title: "follower" },
  learner: { letter: "N", title: "learner, no vote" },
  paused: { letter: "‖", title: "paused" },
  down: { letter: "✕", title: "down" },
  unheard: { letter: "?", title: "not heard" },
};

/** A node as the page speaks of it: its last word, and what others and the server say of it. */
export interface SeenNode {
  readonly id: number;
  readonly condition: Condition;
  readonly isHeard: boolean;
  readonly since: number;
  readonly why: string;
  readonly sample: NodeSample | null;
  readonly isMember: boolean;
  readonly isVoter: boolean;
  /** What the leader says of it; null of the leader itself, or where there is none. */
  readonly progress: PeerSample | null;
  /** Messages and requests that wait in it. */
  readonly queued: number;
}

export interface SeenCluster {
  readonly at: number;
  readonly nodes: readonly SeenNode[];
  readonly leadership: Leadership | null;
  readonly voters: readonly number[];
}

/** @param deedOf what was done on purpose to a node's process */
export function seenCluster(state: State, deedOf: (node: number) => Deed | null): SeenCluster {
  const leadership = leadershipOf(state.nodes);
  const deposed = deposedOf(state.nodes, leadership);
  const members = membersOf(state.nodes);
  const { voters, outgoing } = votersOf(state.nodes);
  const votes = new Set([...voters, ...outgoing]);
  const leader = state.nodes.find(({ node, isHeard }) => isHeard && node === leadership?.leader);
  const nodes = state.nodes.map((node): SeenNode => {
    const isVoter = members.length === 0 || votes.has(node.node);
    return {
      id: node.node,
      condition: conditionOf(node, deedOf(node.node), deposed.includes(node.node), isVoter),
      isHeard: node.isHeard,
      since: node.since,
      why: node.why,
      sample: node.sample,
      isMember: members.length === 0 || members.some(({ id }) => id === node.node),
      isVoter,
      progress: leader?.sample?.peers.find(({ id }) => id === node.node) ?? null,
      queued: queuedIn(node.sample),
    };
  });
  return { at: state.at, nodes, leadership, voters: [...votes].sort((a, b) => a - b) };
}

/** What waits in a node, of all kinds. */
export function queuedIn(sample: NodeSample | null): number {
  if (sample === null) return 0;
  const { turn, disk, requests, out } = sample.queues;
  return turn + disk + requests + out.reduce((sum, { messages, held }) => sum + messages + held, 0);
}

/** Where its port was and no process listens any more. */
const nobodyThere = /nobody listens|refused|process has ended/i;

function conditionOf(node: NodeState, deed: Deed | null, isDeposed: boolean, isVoter: boolean): Condition {
  if (!node.isHeard || node.sample === null) {
    if (deed !== null) return deed === "paused" ? "paused" : "down";
    return nobodyThere.test(node.why) ? "down" : "unheard";
  }
  if (isDeposed) return "deposed";
  const { role } = node.sample;
  return role === "follower" && !isVoter ? "learner" : role;
}
