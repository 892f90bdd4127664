import type { Mutation } from "./mutation.ts";

const churn = ["--faults", "join,leave,replace,promote,crash,crashLeader,partition,isolateLeader,transfer"];

/** Mistakes in how the members change and in how leadership is handed over. */
export const membersMutations: readonly Mutation[] = [
  {
    name: "rule 3: the only voter speaks to learners before its disk has its term",
    changes: [
      {
        file: "core/messages.ts",
        find: '    case "append":\n    case "heartbeat":\n    case "readIndexReply":\n    case "timeoutNow":\n      return "hardState";',
        replace:
          '    case "append":\n    case "heartbeat":\n    case "readIndexReply":\n    case "timeoutNow":\n      return "nothing";',
      },
    ],
    worlds: 400,
    options: ["--nodes", "1", "--faults", "join,promote,crash,crashLeader,slowDisk"],
  },
  {
    name: "rule 23: members are in force only once they are committed",
    changes: [
      {
        file: "core/state.ts",
        find: "    return this.log.members.latest.members;",
        replace: "    return this.log.members.asOf(this.commitIndex).members;",
      },
    ],
    worlds: 100,
    options: churn,
  },
  {
    name: "rule 24: the members change before the leader has committed in its term",
    changes: [{ file: "core/membership.ts", find: "if (state.commitIndex < role.termStart) {", replace: "if (false) {" }],
    worlds: 200,
    options: churn,
  },
  {
    name: "rule 24: a second change begins before the first is committed",
    changes: [
      {
        file: "core/membership.ts",
        find: "state.log.members.latest.index > state.commitIndex ? inProgress :",
        replace: "false ? inProgress :",
      },
    ],
    worlds: 200,
    options: churn,
  },
  {
    name: "rule 25: a restart forgets members that are not yet applied",
    changes: [
      {
        file: "core/log.ts",
        find: "    for (const entry of entries) this.members.append(entry);\n    this.#durableIndex",
        replace: "    this.#durableIndex",
      },
    ],
    worlds: 200,
    options: churn,
  },
  {
    name: "rule 26: while joint, the new majority commits alone",
    changes: [
      {
        file: "core/quorum.ts",
        find: "return outgoing.length === 0 ? index : Math.min(index, quorumIndex(outgoing, reached));",
        replace: "return index;",
      },
    ],
    worlds: 200,
    options: churn,
  },
  {
    name: "rule 26: while joint, the new majority elects alone",
    changes: [
      {
        file: "core/quorum.ts",
        find: 'if (outgoing.length === 0 || result === "lost") return result;',
        replace: "if (outgoing.length >= 0) return result;",
      },
    ],
    worlds: 600,
    options: churn,
  },
  {
    name: "rule 26: a leader leads on after it was removed",
    changes: [{ file: "core/membership.ts", find: '  stepAside(state, leader, "it is no longer a member");\n', replace: "" }],
    worlds: 200,
    options: churn,
  },
  {
    name: "rule 26: a leader that is to leave counts itself all the same",
    changes: [
      {
        file: "core/replication.ts",
        find: "quorumIndexOf(state.members, reached)",
        replace: "quorumIndexOf({ ...state.members, voters: [...new Set([...state.members.voters, state.id])] }, reached)",
      },
    ],
    worlds: 600,
    options: churn,
  },
  {
    name: "rule 28: the state does not know its members",
    changes: [{ file: "node/apply/applier.ts", find: 'if (entry.kind !== "members") continue;', replace: "continue;" }],
    worlds: 100,
  },
  {
    name: "rule 28: a snapshot brings its members, and nobody looks at them",
    changes: [{ file: "core/log.ts", find: "    this.members.rebase(members, stays ? base.index : null);\n", replace: "" }],
    worlds: 200,
  },
  {
    name: "rule 29: learners vote before they have caught up",
    changes: [
      {
        file: "core/membership.ts",
        find: "members.plan.promote.every((id) => leader.catchUps.get(id)?.isCaughtUp && isHeard(state, leader, id))",
        replace: "true",
      },
    ],
    worlds: 600,
    options: churn,
  },
  {
    name: "rule 30: ids of nodes that have left are forgotten",
    changes: [
      {
        file: "core/members-change.ts",
        find: "lastId: Math.max(members.lastId, ...ids),",
        replace: "lastId: Math.max(...members.learners, ...members.voters, ...ids),",
      },
    ],
    worlds: 100,
    options: churn,
  },
  {
    name: "rule 31: voters change without a joint configuration",
    changes: [
      {
        file: "core/members.ts",
        find: "const outgoing = staySame ? [] : members.voters;",
        replace: "const outgoing: NodeId[] = [];",
      },
    ],
    worlds: 50,
    options: churn,
  },
  {
    name: "rule 53: a transfer that takes too long never ends",
    changes: [
      {
        file: "core/transfer.ts",
        find: 'else if (state.now >= transfer.dueAt) abandon(state, "transferTimedOut", "it took too long");',
        replace: "",
      },
    ],
    worlds: 300,
    options: ["--faults", "transfer,isolateLeader,cuts,crash,pause"],
  },
  {
    name: "rule 53: a transfer outlives the leadership",
    changes: [
      {
        file: "core/transfer.ts",
        find: "  } else if (state.leader !== null) {",
        replace: "  } else if (false) {",
      },
    ],
    worlds: 300,
    options: ["--faults", "transfer,isolateLeader,cuts,crash,pause"],
  },
  {
    name: "rule 30: nobody looks at which disk a node comes with",
    changes: [
      {
        file: "node/duties/peer-book.ts",
        find: "places.set(id, { address, diskId });",
        replace: "places.set(id, { address, diskId: diskId.slice(0, 0) });",
      },
    ],
    worlds: 200,
    options: ["--faults", "loseDisk,crash"],
  },
  {
    name: "two members get one address: whether it is in use is decided before their turn has come",
    changes: [{ file: "core/member-addresses.ts", find: "  return ids.some((id) => {", replace: "  return [].some((id) => {" }],
    worlds: 100,
    options: ["--faults", "clash,crashLeader,transfer"],
  },
  {
    name: "two members get one address: a node is moved to where another one is",
    changes: [
      {
        file: "core/members-change.ts",
        find: "return isCrowded(next, ofMovers) ?",
        replace: "return ofMovers.length < 0 ?",
      },
    ],
    worlds: 200,
    options: ["--faults", "clash,crashLeader,transfer"],
  },
];
