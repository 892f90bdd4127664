import { noHistory, withElection, withFrame, withLeader, withLeadership } from "./counting.ts";
import { numberOf, textOf } from "./fields.ts";
import { type History, historyLimits } from "./history.ts";
import { deposedOf, type Leadership, leadershipOf } from "./leadership.ts";
import type { Frame, NodeSample, NodeState, State } from "./live.ts";
import { withCuts, withMark } from "./marks.ts";
import { patched, restarted } from "./patch.ts";
import type { ObservedRecord } from "./records.ts";

/**
 * The state of the picture at any time: frames, added up. It is the same function for a live cluster, for rewinding, for a
 * recording and for the simulator. A state is never changed once made, so old ones may be kept, and share what is equal.
 *
 * A page: `beginAt(welcome.now, welcome.nodes)`, then `fold(state, frame)` for each frame. To rewind: `stateAt(earlier, frames, at)`,
 * or `stateOf(frames, at)` if some of the frames are keyframes. `leadershipNow(state)` and `verdict.ts` read it.
 */

/** Time after which a node that no frame has a sample of counts as not heard, also if nothing says so. */
const silentAfterMs = 3_000;

/** Nothing is known yet but whom to look for. */
export function emptyState(nodes: readonly number[] = []): State {
  const ids = [...new Set(nodes)].sort((a, b) => a - b).slice(0, historyLimits.nodesMax);
  const unheard = ids.map((node): NodeState => ({ node, sample: null, isHeard: false, since: 0, why: "" }));
  return { at: -1, since: -1, nodes: unheard, history: noHistory };
}

/** The state after a frame from which one may begin. Of what was before it, it knows what the frame carries. */
export function beginAt(frame: Frame, nodes: readonly number[] = []): State {
  return fold(frame.before ?? emptyState(nodes), frame);
}

/** This frame as one from which one may begin. @param before the state before it */
export function keyframeOf(before: State, frame: Frame): Frame {
  return { ...frame, before };
}

/** The state after this frame. A frame that ends no later than the state has been counted already, and changes nothing. */
export function fold(state: State, frame: Frame): State {
  if (frame.to <= state.at) return state;
  const turn = new Turn(state);
  for (const news of inOrder(frame)) turn.take(news);
  return turn.end(frame, state.since === -1 ? frame.from : state.since);
}

/** The state at `at`: frames up to it, of the one in which it lies only what had happened by then. What is later is left out. */
export function stateAt(state: State, frames: readonly Frame[], at: number): State {
  let now = state;
  for (const frame of frames) {
    if (frame.to <= now.at) continue;
    if (frame.to > at) return frame.from < at ? fold(now, cutAt(frame, at)) : now;
    now = fold(now, frame);
  }
  return now;
}

/** The state at `at`, from the last keyframe before it, else from the first frame. Null: all frames are later. */
export function stateOf(frames: readonly Frame[], at: number, nodes: readonly number[] = []): State | null {
  const first = frames.findIndex(({ from }) => from < at);
  if (first === -1) return null;
  const start = frames.findLastIndex((frame) => frame.before !== undefined && frame.from < at);
  const rest = frames.slice(Math.max(first, start));
  return stateAt(rest[0]?.before ?? emptyState(nodes), rest, at);
}

/** Who leads; null: nobody, as far as is known here. */
export function leadershipNow(state: State): Leadership | null {
  return leadershipOf(state.nodes);
}

/** Nodes that call themselves leader and are none. */
export function deposedNow(state: State): readonly number[] {
  return deposedOf(state.nodes, leadershipOf(state.nodes));
}

/** What of a frame had happened by then. Its counts are those of the whole frame, so they are left for its end. */
function cutAt(frame: Frame, at: number): Frame {
  return {
    type: "frame",
    from: frame.from,
    to: at,
    nodes: frame.nodes.filter((sample) => sample.at <= at),
    flows: [],
    records: frame.records.filter((record) => record.at <= at),
    dropped: 0,
  };
}

type News = { readonly at: number } & ({ readonly record: ObservedRecord } | { readonly sample: NodeSample });

/** A sample comes after the records of its moment, which it knows of. */
function inOrder({ nodes, records }: Frame): News[] {
  const news: News[] = records.map((record) => ({ at: record.at, record }));
  news.push(...nodes.map((sample) => ({ at: sample.at, sample })));
  // The order of equal ones stays: records first.
  return news.sort((a, b) => a.at - b.at);
}

/** One frame on its way into the state. */
class Turn {
  readonly #nodes: Map<number, NodeState>;
  #history: History;
  /** When news last came that may change who leads and was not looked at yet; null: none. */
  #unsettledAt: number | null = null;

  constructor({ nodes, history }: State) {
    this.#nodes = new Map(nodes.map((node) => [node.node, node]));
    this.#history = history;
  }

  take(news: News): void {
    if ("sample" in news) this.#takeSample(news.sample);
    else this.#takeRecord(news.record);
  }

  end(frame: Frame, since: number): State {
    for (const [id, node] of this.#nodes) {
      const heardAt = Math.max(node.sample?.at ?? 0, node.since);
      if (node.isHeard && heardAt < frame.to - silentAfterMs)
        this.#set(id, { ...node, isHeard: false, since: frame.to, why: "it is silent" }, frame.to);
    }
    if (this.#unsettledAt !== null) this.#settle(this.#unsettledAt);
    const nodes = this.#sorted();
    const history = withFrame(this.#history, frame, nodes, leadershipOf(nodes));
    const state = { at: frame.to, since, nodes, history };
    const marks = withCuts(state);
    return marks === history.marks ? state : { ...state, history: { ...history, marks } };
  }

  #takeSample(sample: NodeSample): void {
    const node = this.#nodes.get(sample.node);
    const known = node?.sample ?? null;
    // A frame has the newest sample of each node, which the frame before may have had already, and records have made newer since.
    const isOld = known !== null && sample.at <= known.at;
    if (isOld || (node === undefined && this.#nodes.size >= historyLimits.nodesMax)) return;
    // Samples of one frame are taken at nearly the same time: who leads is clear when all of them are in.
    this.#nodes.set(sample.node, { ...whetherHeard(node, sample.at), node: sample.node, sample });
    this.#unsettledAt = Math.max(this.#unsettledAt ?? 0, sample.at);
  }

  #takeRecord(record: ObservedRecord): void {
    const marks = withMark(this.#history.marks, record);
    if (marks !== this.#history.marks) this.#history = { ...this.#history, marks };
    if (record.type === "nodeHeard" || record.type === "nodeLost") {
      this.#hear(record);
      return;
    }
    const term = numberOf(record, "term");
    if (term !== null) this.#count(record, term);
    const node = this.#nodes.get(record.node);
    const sample = node?.sample;
    if (node === undefined || sample === null || sample === undefined || record.life < sample.life) return;
    const isNewLife = record.life > sample.life;
    // The sample knows of what came before it.
    if (!isNewLife && record.at <= sample.at) return;
    const made = patched(isNewLife ? restarted(sample, record.life, record.at) : sample, record);
    if (made !== sample) this.#set(record.node, { ...node, sample: made }, record.at);
  }

  #count(record: ObservedRecord, term: number): void {
    if (record.type === "electionStarted" && record.preVote === false)
      this.#history = withElection(this.#history, { node: record.node, term, at: record.at });
    const leader = record.type === "leaderElected" ? numberOf(record, "leader") : null;
    if (leader !== null) this.#history = withLeader(this.#history, { node: leader, term, at: record.at });
  }

  #hear(record: ObservedRecord): void {
    const id = numberOf(record, "of");
    if (id === null) return;
    const node = this.#nodes.get(id) ?? { node: id, sample: null, isHeard: false, since: record.at, why: "" };
    const isHeard = record.type === "nodeHeard";
    if (!this.#nodes.has(id) && this.#nodes.size >= historyLimits.nodesMax) return;
    const since = node.isHeard === isHeard ? node.since : record.at;
    this.#set(id, { ...node, isHeard, since, why: isHeard ? "" : (textOf(record, "why") ?? "") }, record.at);
  }

  /** Takes in what may change who leads, and looks whether it does. */
  #set(id: number, node: NodeState, at: number): void {
    const before = this.#nodes.get(id);
    this.#nodes.set(id, node);
    if (speaksOfLeaders(before) !== speaksOfLeaders(node)) this.#settle(at);
  }

  #settle(at: number): void {
    const nodes = this.#sorted();
    const heard = nodes.filter(({ isHeard }) => isHeard);
    const highestTerm = Math.max(0, ...heard.map(({ sample }) => sample?.term ?? 0));
    this.#history = withLeadership(this.#history, leadershipOf(nodes), highestTerm, at);
    this.#unsettledAt = null;
  }

  #sorted(): NodeState[] {
    return [...this.#nodes.values()].sort((a, b) => a.node - b.node);
  }
}

/** What a node had said before it was lost may arrive after that. */
function whetherHeard(node: NodeState | undefined, sampledAt: number): Pick<NodeState, "isHeard" | "since" | "why"> {
  if (node !== undefined && (node.isHeard || node.since > sampledAt)) return node;
  return { isHeard: true, since: sampledAt, why: "" };
}

/** All of a node by which it is judged who leads. */
function speaksOfLeaders(node: NodeState | undefined): string {
  const { sample, isHeard } = node ?? { sample: null, isHeard: false };
  return sample === null ? `${isHeard}` : `${isHeard} ${sample.role} ${sample.term} ${sample.leader}`;
}
