import type { Mutation } from "./mutation.ts";

/** Mistakes in elections, replication, reads, and in the shell around them. */
export const mutations: readonly Mutation[] = [
  {
    name: "rule 1: the vote is not saved",
    changes: [
      {
        file: "core/raft.ts",
        find: "return this.#savedHardState.term !== this.#state.term || this.#savedHardState.votedFor !== this.#state.votedFor;",
        replace: "return this.#savedHardState.term !== this.#state.term;",
      },
    ],
    worlds: 30,
  },
  {
    name: "rule 1: the vote is forgotten by a restart",
    changes: [
      { file: "core/state.ts", find: "this.votedFor = restored.hardState?.votedFor ?? null;", replace: "this.votedFor = null;" },
    ],
    worlds: 100,
    options: ["--faults", "crash,crashLeader,crashMany"],
  },
  {
    name: "rule 1: a promise leaves before term and vote are on the disk",
    changes: [
      {
        file: "core/raft.ts",
        find: "const hardStateSaved = this.#isHardStateOnDisk && !this.#hardStateChanged();",
        replace: "const hardStateSaved = true;",
      },
    ],
    worlds: 10,
  },
  {
    name: "an append is answered before it is on the disk",
    changes: [{ file: "core/state.ts", find: "if (hardStateSaved && claimed <= durableIndex)", replace: "if (hardStateSaved)" }],
    worlds: 10,
  },
  {
    name: "one vote in a term: a second candidate gets it too",
    changes: [
      {
        file: "core/election.ts",
        find: "const isFree = state.votedFor === null || state.votedFor === message.from;",
        replace: "const isFree = true;",
      },
    ],
    worlds: 30,
  },
  {
    name: "rule 2: logs are compared by length alone",
    changes: [
      {
        file: "core/log.ts",
        find: "return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.lastIndex);",
        replace: "return lastIndex >= this.lastIndex;",
      },
    ],
    worlds: 1200,
    options: ["--nodes", "3", "--faults", "partition,crashLeader"],
  },
  {
    name: "rule 2: logs are compared by AND instead of lexicographically",
    changes: [
      {
        file: "core/log.ts",
        find: "return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.lastIndex);",
        replace: "return lastTerm >= this.lastTerm && lastIndex >= this.lastIndex;",
      },
    ],
    worlds: 1500,
    options: ["--nodes", "3", "--faults", "isolateLeader"],
  },
  {
    name: "rule 7: a grant of a pre-vote counts as a vote",
    changes: [
      {
        file: "core/election.ts",
        find: 'if (role.role !== (message.preVote ? "preCandidate" : "candidate")) return;',
        replace: 'if (role.role !== "preCandidate" && role.role !== "candidate") return;',
      },
      {
        file: "core/election.ts",
        find: "if (message.granted && message.term !== (message.preVote ? state.term + 1 : state.term)) return;",
        replace: "",
      },
    ],
    worlds: 20,
  },
  {
    name: "votes are counted, not collected: a doubled grant counts twice",
    changes: [
      {
        file: "core/election.ts",
        find: "role.votes.set(message.from, message.granted);",
        replace: "role.votes.set(message.from + 1000 * role.votes.size, message.granted);",
      },
      {
        file: "core/quorum.ts",
        find: "for (const voter of voters) {\n    const vote = votes.get(voter);",
        replace: "for (const vote of votes.values()) {",
      },
    ],
    worlds: 200,
  },
  {
    name: "rule 11: an entry of an old term is committed by counting",
    changes: [
      {
        file: "core/replication.ts",
        find: "if (index <= state.commitIndex || state.log.termAt(index) !== state.term) return;",
        replace: "if (index <= state.commitIndex) return;",
      },
    ],
    worlds: 50,
  },
  {
    name: "rule 12: a follower commits up to its last index, whatever the leader matched",
    changes: [
      {
        file: "core/replication.ts",
        find: "commit: Math.min(state.commitIndex, progress.matchIndex),",
        replace: "commit: state.commitIndex,",
      },
      {
        file: "core/replication.ts",
        find: "learnCommit(state, Math.min(message.commit, Math.max(follower.receivedIndex, state.commitIndex)));",
        replace: "learnCommit(state, Math.min(message.commit, state.log.lastIndex));",
      },
    ],
    worlds: 200,
  },
  {
    name: "rule 14: an append that comes late shortens the log",
    changes: [
      {
        file: "core/log.ts",
        find: "const fresh = entries.findIndex((entry) => !this.matches(entry.index, entry.term));",
        replace: "const fresh = 0;",
      },
    ],
    worlds: 20,
  },
  {
    name: "rule 18: a leader counts itself before its disk",
    changes: [
      {
        file: "core/replication.ts",
        find: "if (voter === state.id) return state.log.durableIndex;",
        replace: "if (voter === state.id) return state.log.lastIndex;",
      },
    ],
    worlds: 20,
  },
  {
    name: "rule 19: a write that was overtaken by a truncation claims what it no longer holds",
    changes: [{ file: "core/log.ts", find: "this.#storingIndex = Math.min(this.#storingIndex, from - 1);", replace: "" }],
    worlds: 800,
  },
  {
    name: "rule 21: writes of a leader that steps down are called refused",
    changes: [
      {
        file: "node/requests/waiting.ts",
        find: 'if (index <= commitIndex) continue;\n      this.#accepted.delete(index);\n      settle({ type: "unknown", reason: "leaderChanged" });',
        replace:
          'if (index <= commitIndex) continue;\n      this.#accepted.delete(index);\n      settle({ type: "refused", reason: "noLeader", leader: null });',
      },
    ],
    worlds: 60,
  },
  {
    name: "rule 32: a new leader serves reads before its own no-op is committed",
    changes: [{ file: "core/reads.ts", find: " || state.commitIndex < leader.termStart) return;", replace: ") return;" }],
    worlds: 80,
  },
  {
    name: "reads are served without a quorum round",
    changes: [{ file: "core/reads.ts", find: "acks: new Set([state.id]),", replace: "acks: new Set(state.members.voters)," }],
    worlds: 200,
    options: ["--faults", "lateLeader,longLinks,isolateLeader"],
  },
  {
    name: "rule 33: a read joins a round that began before it",
    changes: [
      {
        file: "core/reads.ts",
        find: "if (pending < state.options.pendingReadsMax) leader.reads.waiting.push(reader);",
        replace: "if (pending < state.options.pendingReadsMax) (leader.reads.round?.readers ?? leader.reads.waiting).push(reader);",
      },
    ],
    worlds: 400,
    options: ["--faults", "lateLeader,longLinks"],
  },
  {
    name: "rule 33: the answer to an earlier round confirms a later one",
    changes: [
      {
        file: "core/reads.ts",
        find: "if (round !== null && message.round >= round.number) round.acks.add(message.from);",
        replace: "if (round !== null) round.acks.add(message.from);",
      },
    ],
    worlds: 1500,
    options: ["--nodes", "5", "--faults", "lateLeader"],
  },
  {
    name: "rule 33: the answer to an earlier question serves a later read",
    changes: [
      {
        file: "core/reads.ts",
        find: " || role.reads.asked?.id !== message.id) return;",
        replace: " || role.reads.asked === null) return;",
      },
    ],
    worlds: 250,
  },
  {
    name: "rule 35: a read does not wait until its node has applied the read index",
    changes: [{ file: "node/requests/requests.ts", find: "if (answer.index <= appliedIndex())", replace: "if (true)" }],
    worlds: 20,
  },
  {
    name: "rule 46: entries are applied again after a restart",
    changes: [{ file: "core/state.ts", find: "this.appliedIndex = restored.appliedIndex;", replace: "this.appliedIndex = 0;" }],
    worlds: 20,
  },
  {
    name: "rule 46: entries are applied before they are on this disk",
    changes: [
      {
        file: "core/raft.ts",
        find: "const last = Math.min(state.commitIndex, state.log.durableIndex);",
        replace: "const last = state.commitIndex;",
      },
    ],
    worlds: 10,
  },
  {
    name: "rule 47: a failed write is taken for done",
    changes: [
      {
        file: "node/turn/stores.ts",
        find: "if (error !== null) this.#ports.onFailed(error);\n      else then();\n      this.#whenWritten",
        replace: "then();\n      this.#whenWritten",
      },
    ],
    worlds: 50,
  },
  {
    name: "rule 52: the machine is not deterministic",
    changes: [
      {
        file: "machine/kv.ts",
        find: "encodeRecord(at.index, operation.newContent, session)",
        replace: "encodeRecord(at.index + (Math.random() < 0.02 ? 1 : 0), operation.newContent, session)",
      },
    ],
    worlds: 10,
  },
  {
    name: "a write is acknowledged before it is committed",
    changes: [
      {
        file: "node/requests/requests.ts",
        find: "this.#ports.waiting.awaitApplied(answer.index, answer.term, write.settle, write);",
        replace: 'write.settle({ type: "done", index: answer.index, result: new Uint8Array(0) });',
      },
    ],
    worlds: 10,
  },
];
