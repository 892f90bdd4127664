import { type MembersView, membersTable, progressLine, underWay } from "../../src/repair/member-words.ts";
import { incarnationId } from "../incarnations.ts";

type Member = MembersView["members"][number];

function member(nodeId: number, some: Partial<Member> = {}): Member {
  return {
    nodeId,
    peerAddress: `host${nodeId}:7000`,
    clientAddress: `host${nodeId}:8000`,
    diskId: `disk${nodeId}`,
    role: "MEMBER_ROLE_VOTER",
    toBePromoted: false,
    toBeRemoved: false,
    ...some,
  };
}

function view(some: Partial<MembersView>): MembersView {
  return {
    incarnationId,
    clusterId: "balsa",
    members: [member(1), member(2), member(3)],
    term: 4,
    index: 7,
    settled: true,
    leaderId: 1,
    leaderAddress: "host1:8000",
    lastIndex: 100,
    progress: [],
    snapshots: [],
    ...some,
  };
}

const behind = (nodeId: number, lag: number, progress = "replicate") => ({
  nodeId,
  address: `host${nodeId}:7000`,
  linkState: "LINK_STATE_CONNECTED" as const,
  matchIndex: 100 - lag,
  nextIndex: 101 - lag,
  lag,
  progress,
  lastHeardMs: 1,
});

/** The cells of each row, without the lines around them. */
function cellsOf(table: string): string[][] {
  const rows = table.split("\n").filter((line) => line.includes("│"));
  return rows.map((row) =>
    row
      .split("│")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const joining = member(4, { role: "MEMBER_ROLE_LEARNER", toBePromoted: true });

test("a row shows a member, what it is and is to be, and how far it has come", () => {
  const table = membersTable(
    view({
      members: [member(1), member(2, { clientAddress: "" }), member(3, { toBeRemoved: true }), joining],
      progress: [behind(2, 0), behind(3, 5), behind(4, 60, "snapshot")],
      snapshots: [{ toNodeId: 4, index: 40, sentBytes: 30, totalBytes: 120 }],
      settled: false,
    }),
  );
  expect(cellsOf(table).slice(1)).toEqual([
    ["1", "host1:7000", "host1:8000", "Leader", "0", ""],
    ["2", "host2:7000", "unknown", "Voter", "0", "replicate"],
    ["3", "host3:7000", "host3:8000", "Voter, to be removed", "5", "replicate"],
    ["4", "host4:7000", "host4:8000", "Learner, to get a vote", "60", "snapshot 25 %"],
  ]);
  expect(table).toContain("Waiting for node 4 to catch up: snapshot 25 %.");
  expect(membersTable(view({}))).toContain("No change is under way.");
});

test.each<[string, Partial<MembersView>]>([
  ["Waiting for node 4 to catch up: it has not joined yet.", { members: [member(1), { ...joining, diskId: "" }] }],
  ["Waiting for node 4 to catch up: 12 entries behind.", { members: [member(1), joining], progress: [behind(4, 12)] }],
  ["Waiting for node 4 to catch up: not heard of.", { members: [member(1), joining] }],
  [
    "Waiting for both majorities to agree that node 3 leaves.",
    { members: [member(1), member(2), member(3, { role: "MEMBER_ROLE_LEAVING" })] },
  ],
  ["Waiting for a majority to agree.", {}],
])("%s", (sentence, some) => {
  expect(progressLine(view({ ...some, settled: false }))).toBe(sentence);
});

test("a change that is not over in time is told with what it waits for, and how to look and to give it up", () => {
  const begun = "The change has begun and goes on by itself, but was not over within 2000 ms.";
  expect(underWay(view({ settled: false, members: [member(1), { ...joining, diskId: "" }] }), 2_000)).toBe(
    `${begun} Waiting for node 4 to catch up: it has not joined yet. balsa member list tells how far it is; balsa member cancel gives it up.`,
  );
  expect(underWay(view({ settled: false }), 2_000)).toBe(
    `${begun} Waiting for a majority to agree. balsa member list tells how far it is.`,
  );
  expect(underWay(null, 2_000)).toBe(`${begun} No node says how far it is.`);
});
