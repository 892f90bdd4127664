import type { View } from "../../core/api.ts";
import type { PeerMessage } from "../../core/messages.ts";
import { isQuorum } from "../../core/quorum.ts";
import type { NodeId, Term } from "../../core/types.ts";
import type { Life } from "../base/life.ts";
import type { LogDisk } from "../disks/log-disk.ts";

/**
 * Election safety: at most one leader in a term (§5.2), and what it rests on: at most one vote of a node in a
 * term, whatever crashes; and no promise leaves a node before its disk keeps it (thesis 3.8).
 */
export class ElectionChecks {
  readonly #fail: (sentence: string) => void;
  readonly #diskOf: (node: NodeId) => LogDisk;
  /** The life that leads, or led, each term. */
  readonly #leaders = new Map<Term, Life>();
  /** For each term who has promised a vote to whom. */
  readonly #votes = new Map<Term, Map<NodeId, NodeId>>();

  constructor(fail: (sentence: string) => void, disks: ReadonlyMap<NodeId, LogDisk>) {
    this.#fail = fail;
    this.#diskOf = (node) => {
      const disk = disks.get(node);
      if (disk === undefined) throw new RangeError(`There is no node ${node}.`);
      return disk;
    };
  }

  /** How many terms had a leader. */
  get leaderCount(): number {
    return this.#leaders.size;
  }

  onElected(life: Life, { term, members }: View): void {
    const isSaved = this.#diskOf(life.nodeId).hardState?.term === term;
    if (isSaved) this.#lead(life, term);
    // The only voter of a cluster leads as soon as it wants to; before that is saved, nobody can tell.
    if (isQuorum(members, (id) => id === life.nodeId)) return;
    const votes = this.#votes.get(term) ?? new Map<NodeId, NodeId>();
    if (!isQuorum(members, (id) => votes.get(id) === life.nodeId)) {
      const voters = [...votes].filter(([, candidate]) => candidate === life.nodeId).map(([id]) => id);
      this.#fail(`Election safety: ${name(life)} leads term ${term} with the votes of ${voters.join(", ")}.`);
    }
    if (!isSaved) this.#fail(`Promise before the disk: ${name(life)} leads term ${term}, and has not saved its own vote.`);
  }

  onSend(life: Life, message: PeerMessage): void {
    switch (message.type) {
      case "append":
      case "heartbeat":
      case "readIndexReply":
      case "timeoutNow":
        this.#lead(life, message.term);
        return;
      case "voteRequest":
        if (!message.preVote) this.#vote(life, message.term, life.nodeId);
        return;
      case "voteReply":
        if (message.granted && !message.preVote) this.#vote(life, message.term, message.to);
        return;
      case "appendMatch":
        this.#holds(life, message.term, message.matchIndex);
        return;
      case "heartbeatReply":
        this.#holds(life, message.term, message.matchIndex);
        return;
      case "appendConflict":
        this.#holds(life, message.term, 0);
        return;
      case "readIndexRequest":
        return;
      default:
        message satisfies never;
    }
  }

  #lead(life: Life, term: Term): void {
    const leader = this.#leaders.get(term);
    if (leader === life) return;
    if (leader === undefined) this.#leaders.set(term, life);
    else this.#fail(`Election safety: ${name(life)} leads term ${term}, which ${name(leader)} led.`);
  }

  #vote(life: Life, term: Term, candidate: NodeId): void {
    const votes = this.#votes.get(term) ?? new Map<NodeId, NodeId>();
    this.#votes.set(term, votes);
    const earlier = votes.get(life.nodeId) ?? candidate;
    votes.set(life.nodeId, candidate);
    if (earlier !== candidate) {
      this.#fail(`One vote: ${name(life)} votes for node ${candidate} in term ${term}, after voting for node ${earlier}.`);
    }
    const saved = this.#diskOf(life.nodeId).hardState;
    if (saved?.term !== term || saved.votedFor !== candidate) {
      this.#fail(`Promise before the disk: ${name(life)} votes for node ${candidate} in term ${term}, which it has not saved.`);
    }
  }

  #holds(life: Life, term: Term, index: number): void {
    const disk = this.#diskOf(life.nodeId);
    if ((disk.hardState?.term ?? 0) < term) {
      this.#fail(`Promise before the disk: ${name(life)} answers in term ${term}, which it has not saved.`);
    }
    if (disk.lastIndex < index) {
      this.#fail(`Promise before the disk: ${name(life)} says it holds entry ${index}, its disk ends at ${disk.lastIndex}.`);
    }
  }
}

function name(life: Life): string {
  return `node ${life.nodeId} (life ${life.number})`;
}
