import { messageContents } from "../../src/observe/messages.ts";
import type { FieldValue } from "../../src/observe/records.ts";
import { lineOf, recordTypes } from "../../src/observe/sentences.ts";
import { recordOf } from "./made.ts";

const lines: readonly (readonly [type: string, fields: Record<string, FieldValue>, line: string])[] = [
  ["stateChange", { from: "follower", to: "leader", term: 7, why: "it won" }, "Follower becomes Leader: it won."],
  ["electionStarted", { term: 7, preVote: false }, "Campaigning in term 7."],
  ["leaderElected", { leader: 2, term: 7 }, "Node 2 leads term 7."],
  ["voteGranted", { to: 2, term: 7, preVote: false }, "Vote granted to node 2 in term 7."],
  ["logCommitted", { index: 12, term: 7 }, "Committed up to 7.12."],
  ["membersChanged", { index: 4, voters: [1, 2], outgoing: [1, 2, 3] }, "As of entry 4 the members are 1,2(was 1,2,3)."],
  [
    "membersChanged",
    { index: 4, voters: [1, 2, 3], outgoing: [], learners: [4], hasPlan: true, promote: [4], remove: [3] },
    "As of entry 4 the members are 1,2,3+4[plan +4 -3].",
  ],
  ["membersChanged", { index: 4 }, "As of entry 4 there are other members."],
  ["stateDiffers", { index: 4, nodes: [2, 3] }, "After entry 4 the state of this node is not that of node 2, 3."],
  [
    "messageSent",
    {
      message: "voteRequest",
      from: 1,
      to: 3,
      term: 7,
      sequence: 1,
      preVote: false,
      transfer: false,
      lastLogIndex: 12,
      lastLogTerm: 6,
    },
    "RequestVote sent to node 3: term 7, its log ends with 6.12.",
  ],
  [
    "messageReceived",
    { message: "append", from: 3, to: 1, term: 7, sequence: 1, prevIndex: 11, prevTerm: 6, entries: 1, commit: 10 },
    "AppendEntries received from node 3: term 7, 1 entry after 6.11, commit 10.",
  ],
  [
    "messageLost",
    { message: "voteReply", from: 1, to: 3, term: 7, sequence: 1, preVote: true, granted: true, why: "fault" },
    "Pre-vote reply to node 3 was lost: a fault that was set on purpose took it. It said: granted, term 7.",
  ],
  ["stored", { lastIndex: 12, entries: 3, tookMs: 4.123 }, "On disk up to 12: 3 entries in 4.1 ms."],
  ["nodeLost", { of: 3, why: "its process has ended." }, "Node 3 is not heard by the dashboard any more: its process has ended."],
  ["control", { what: "kill node 3", outcome: "it is killed", ok: true }, "Done: kill node 3. It is killed."],
];

test.each(lines)("a record of %s is one line: %j", (type, fields, line) => {
  expect(lineOf(recordOf(1, 1, type, fields)).text).toBe(line);
});

test("each type has a label of its own, and only what comes all the time is not rare", () => {
  const labels = recordTypes.map((type) => lineOf(recordOf(1, 1, type)).label);
  expect(new Set(labels).size).toBe(recordTypes.length);
  expect(lineOf(recordOf(1, 1, "leaderElected")).class).toBe("rare");
  expect(lineOf(recordOf(1, 1, "logAppended")).class).toBe("index");
  expect(lineOf(recordOf(1, 1, "messageLost")).class).toBe("message");
  expect(lineOf(recordOf(0, 1, "nodeHeard")).class).toBe("server");
});

test("a record of an unknown type, or without its fields, still says what it has", () => {
  expect(lineOf(recordOf(1, 1, "moonRisen", { phaseRatio: 0.5, isFull: false }))).toEqual({
    class: "rare",
    label: "Moon risen",
    text: "Moon risen: phase ratio 0.5, is full no.",
  });
  expect(lineOf(recordOf(1, 1, "constructor")).text).toBe("Constructor.");
  for (const type of recordTypes) expect(lineOf(recordOf(1, 1, type)).text).not.toContain("undefined");
  expect(lineOf(recordOf(1, 1, "stateChange", { from: "x", to: "y", term: 1, why: "z" })).text).toBe(
    "State change: from x, to y, term 1, why z.",
  );
});

test("the contents of a message are names in words and values", () => {
  const record = recordOf(1, 1, "messageSent", {
    message: "append",
    from: 1,
    to: 2,
    term: 7,
    sequence: 9,
    prevIndex: 4,
    entries: 2,
  });
  expect(messageContents(record)).toEqual([
    ["message", "AppendEntries"],
    ["from", "1"],
    ["to", "2"],
    ["term", "7"],
    ["sequence", "9"],
    ["prev index", "4"],
    ["entries", "2"],
  ]);
});
