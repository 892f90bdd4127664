import { Random } from "../../src/core/random.ts";
import type { Flow, Frame, NodeSample } from "../../src/observe/live.ts";
import type { ObservedRecord } from "../../src/observe/records.ts";
import { frameOf, peerOf, recordOf, sampleOf, votersOf } from "./made.ts";

/**
 * What a cluster of five might tell, and what it never should: nodes come and go, terms and leaders change without sense, records come
 * late, twice, malformed or of unknown types. The fold must take it all, always in the same way.
 */
export function randomFrames(seed: number, count: number): Frame[] {
  const made = new RandomCluster(new Random(seed));
  return Array.from({ length: count }, () => made.frame());
}

const roles = ["follower", "preCandidate", "candidate", "leader"] as const;
const messages = ["voteRequest", "voteReply", "append", "appendMatch", "heartbeat", "heartbeatReply"];

interface Life {
  life: number;
  isHeard: boolean;
  role: NodeSample["role"];
  term: number;
  leader: number;
  last: number;
  commit: number;
}

class RandomCluster {
  readonly #random: Random;
  readonly #lives: Life[] = [1, 2, 3, 4, 5].map(() => {
    return { life: 1, isHeard: true, role: "follower", term: 1, leader: 0, last: 10, commit: 10 };
  });
  #at = 5_000;

  constructor(random: Random) {
    this.#random = random;
  }

  frame(): Frame {
    const from = this.#at;
    // Something rare makes a frame of its own.
    const to = from + (this.#chance(0.2) ? this.#random.next() * 40 : 100);
    this.#at = to;
    const records = Array.from({ length: this.#random.between(0, 12) }, () => this.#record(from, to));
    if (records[0] !== undefined && this.#chance(0.1)) records.push(records[0]);
    records.sort((a, b) => a.at - b.at);
    const nodes = this.#lives.flatMap((life, place) => (life.isHeard ? [this.#sample(place + 1, life, from, to)] : []));
    const dropped = this.#chance(0.05) ? this.#random.between(1, 500) : 0;
    return frameOf(from, to, { nodes, records, flows: this.#flows(), dropped });
  }

  #record(from: number, to: number): ObservedRecord {
    const node = this.#random.between(1, 5);
    const life = this.#lives[node - 1];
    const at = from + this.#random.next() * (to - from) - (this.#chance(0.1) ? 250 : 0);
    if (life === undefined) throw new Error("There are five nodes.");
    return { ...this.#of(node, life, at), life: life.life };
  }

  #of(node: number, life: Life, at: number): ObservedRecord {
    const other = this.#random.between(1, 5);
    switch (this.#random.between(0, 14)) {
      case 0:
        life.isHeard = !life.isHeard;
        return recordOf(0, at, life.isHeard ? "nodeHeard" : "nodeLost", { of: node, why: "it was so drawn" });
      case 1:
        if (this.#chance(0.5)) life.life += 1;
        return recordOf(node, at, "nodeStarted", { version: "1", processId: life.life });
      case 2:
        life.term += 1;
        return recordOf(node, at, "termChange", { from: life.term - 1, to: life.term });
      case 3:
        life.role = roles[this.#random.between(0, 3)] ?? "follower";
        return recordOf(node, at, "stateChange", { from: "follower", to: life.role, term: life.term, why: "it was so drawn" });
      case 4:
        return recordOf(node, at, "electionStarted", { term: life.term, preVote: this.#chance(0.5) });
      case 5:
      case 6: {
        // Mostly they follow the same one, so that somebody leads now and then.
        const leader = this.#chance(0.7) ? 2 : other;
        for (const one of this.#lives) if (this.#chance(0.6)) Object.assign(one, { term: life.term, leader });
        return recordOf(node, at, "leaderElected", { leader, term: life.term });
      }
      case 7:
        life.leader = 0;
        return recordOf(node, at, "leaderLost", { term: life.term });
      case 8:
        life.last += 3;
        return recordOf(node, at, "logAppended", { first: life.last - 2, last: life.last, term: life.term });
      case 9:
        life.commit = life.last;
        return recordOf(node, at, "logCommitted", { index: life.commit, term: life.term });
      case 10:
        return recordOf(node, at, "logTruncated", { from: life.last - 1, last: life.last });
      case 11:
        return recordOf(node, at, "faultSet", { id: other, what: "nothing much" });
      case 12:
        return recordOf(node, at, "messageReceived", {
          ...{ message: messages[this.#random.between(0, 5)] ?? "", from: other, to: node, term: life.term, sequence: 0 },
          ...{ granted: this.#chance(0.5), preVote: this.#chance(0.5), matchIndex: life.commit },
        });
      case 13:
        return recordOf(node, at, "leaderElected", { leader: "nobody", term: [1, 2] });
      default:
        return recordOf(node, at, "moonRisen", { constructor: 1 });
    }
  }

  #sample(node: number, life: Life, from: number, to: number): NodeSample {
    const queues = { turn: 0, disk: 0, requests: this.#random.between(0, 2), out: [] };
    const counts = [1, 2, 3].map((bucket) => bucket * Math.floor(to / 10));
    return sampleOf(node, from + this.#random.next() * (to - from), {
      ...{ life: life.life, role: life.role, term: life.term, leader: life.role === "leader" ? node : life.leader },
      ...{ lastIndex: life.last, durableIndex: life.last, commitIndex: life.commit, appliedIndex: life.commit, queues },
      electionInMs: life.role === "leader" ? null : this.#random.between(0, 200),
      members: votersOf(1, 2, 3, 4, 5),
      peers: life.role === "leader" ? [1, 3].map((id) => peerOf(id, { matchIndex: life.commit })) : [],
      faults: this.#chance(0.2) ? [{ id: 1, what: "nothing much", expiresInMs: 500 }] : [],
      stages: [{ name: "writeDisk", boundsMs: [1, 5], counts, sumMs: to }],
    });
  }

  #flows(): Flow[] {
    return Array.from({ length: this.#random.between(0, 6) }, () => {
      const sent = this.#random.between(0, 9);
      return {
        ...{
          from: this.#random.between(1, 5),
          to: this.#random.between(1, 5),
          message: messages[this.#random.between(0, 5)] ?? "",
        },
        ...{ sent, received: this.#random.between(0, sent), lost: 0, bytes: sent * 10 },
      };
    });
  }

  #chance(ratio: number): boolean {
    return this.#random.next() < ratio;
  }
}
