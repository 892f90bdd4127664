import type { Mutation } from "./mutation.ts";

const program = "simulate-births";
/** A birth by force takes longer than other worlds last. */
const force = ["--seconds", "12", "--kinds", "force"];

/** So long that a directory is copied and put back. */
const putBack = ["--seconds", "8", "--kinds", "putBack"];

/** Mistakes in how a cluster is begun, told from another one, and recovered by force. */
export const birthsMutations: readonly Mutation[] = [
  {
    name: "birth: half of the list is enough",
    changes: [
      {
        file: "node/founding/founding-verdict.ts",
        find: "if (inTheWay.length > 0)",
        replace: "if (inTheWay.length * 2 >= self.list.length)",
      },
    ],
    worlds: 40,
    program,
  },
  {
    name: "birth: every node of the list draws an incarnation",
    changes: [{ file: "node/founding/founding-verdict.ts", find: "if (lowest === self.nodeId)", replace: "if (true)" }],
    worlds: 40,
    program,
  },
  {
    name: "birth: nodes that were given different lists begin together",
    changes: [
      {
        file: "node/founding/founding-verdict.ts",
        find: "return difference(ownedBy(self.nodeId, self.list), ownedBy(from, stage.list));",
        replace: "return null;",
      },
    ],
    worlds: 60,
    options: ["--kinds", "editLists,emptyOne,crash"],
    program,
  },
  {
    name: "birth: the disks of those who begin are not noted down",
    changes: [
      {
        file: "node/founding/founding-verdict.ts",
        find: 'answers.find(({ from }) => from === member.id)?.diskId ?? ""',
        replace: '""',
      },
    ],
    worlds: 10,
    program,
  },
  {
    name: "birth: a node whose volume was emptied takes what the others have",
    changes: [
      {
        file: "node/founding/founding-verdict.ts",
        find: 'acquaintance === "sameDisk" || acquaintance === "unknownDisk"',
        replace: 'acquaintance !== "stranger"',
      },
    ],
    worlds: 40,
    program,
  },
  {
    name: "birth: a node that was added to a list takes what the others have",
    changes: [
      {
        file: "node/founding/founding-verdict.ts",
        find: 'acquaintance === "sameDisk" || acquaintance === "unknownDisk"',
        replace: 'acquaintance !== "otherDisk"',
      },
    ],
    worlds: 40,
    options: ["--kinds", "editLists,crash"],
    program,
  },
  {
    name: "incarnations: messages of another one are let in",
    changes: [
      {
        file: "node/founding/incarnation.ts",
        find: "a.clusterId === b.clusterId && a.incarnationId === b.incarnationId",
        replace: "a.clusterId === b.clusterId",
      },
    ],
    worlds: 40,
    options: force,
    program,
  },
  {
    name: "incarnations: a recovery by force keeps that of the lost cluster",
    changes: [
      {
        file: "sim/births/recovery.ts",
        find: 'incarnationId: newName("incarnation")',
        replace: "incarnationId: birth.incarnationId",
      },
    ],
    worlds: 40,
    options: ["--kinds", "recover,crash"],
    program,
  },
  {
    name: "incarnations: whoever asks in another one is answered",
    changes: [{ file: "node/founding/incarnation.ts", find: 'return named !== "" && named !== own;', replace: "return false;" }],
    worlds: 40,
    program,
  },
  {
    name: "put back: a node that has less than it confirmed does not say so",
    changes: [{ file: "core/replication.ts", find: "    lacks: state.lacks,\n", replace: "    lacks: 0,\n" }],
    worlds: 40,
    options: putBack,
    program,
  },
  {
    name: "put back: the leader goes on naming the disk",
    changes: [{ file: "core/members.ts", find: "{ ...node, diskId: lostDisk }", replace: "node" }],
    worlds: 40,
    options: putBack,
    program,
  },
  {
    name: "put back: a node that has all it confirmed, and no more, is taken for one that has lost something",
    changes: [
      {
        file: "core/replication.ts",
        find: "message.confirmed > state.log.lastIndex",
        replace: "message.confirmed > 0 && message.confirmed >= state.log.lastIndex",
      },
    ],
    worlds: 10,
    program,
  },
];
