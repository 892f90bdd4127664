import type { Answer, Input, Output, Store, View } from "../../src/core/api.ts";
import {
  describeAnswer,
  describeEvent,
  describeInput,
  describeMessage,
  describeOutput,
  describeSpeaker,
  describeStore,
  describeView,
} from "../../src/core/describe.ts";
import type { CoreEvent } from "../../src/core/events.ts";
import { bareMember } from "../../src/core/members.ts";
import { encodeMembers } from "../../src/core/members-codec.ts";
import type { Entry, Members } from "../../src/core/types.ts";
import { incarnationId } from "../incarnations.ts";
import { messages } from "./messages.ts";
import { command, logOf, membersOf, snapshotOf } from "./one-node.ts";

test("the speaker is named as in a log line", () => {
  expect(describeSpeaker({ id: 2, term: 3, role: "follower" })).toBe("[Node 2][Term 3][Follower]");
  expect(describeSpeaker({ id: 1, term: 9, role: "preCandidate" })).toBe("[Node 1][Term 9][Pre-candidate]");
  expect(describeSpeaker({ id: 1, term: 9, role: "candidate" })).toBe("[Node 1][Term 9][Candidate]");
  expect(describeSpeaker({ id: 1, term: 9, role: "leader" })).toBe("[Node 1][Term 9][Leader]");
});

/** Node 3 makes room for node 4, and learner 5 waits. */
const members: Members = {
  incarnationId,
  voters: [1, 2, 4],
  outgoing: [1, 2, 3],
  learners: [5],
  plan: null,
  nodes: [1, 2, 3, 4, 5].map(bareMember),
  lastId: 5,
};

/** The same before it begins. */
const planned: Members = {
  ...members,
  voters: [1, 2, 3],
  outgoing: [],
  learners: [4, 5],
  plan: { promote: [4], remove: [3] },
};

function entryOf(named: Members): Entry {
  return { ...command(1, 2), kind: "members", data: encodeMembers(named) };
}

const logs = { lastLogIndex: 6, lastLogTerm: 2, ownLastIndex: 8, ownLastTerm: 3 };

const events: [event: CoreEvent, line: string][] = [
  [{ type: "timerExpired", role: "follower", term: 3 }, "Timer expired. Becoming Candidate."],
  [{ type: "timerExpired", role: "preCandidate", term: 3 }, "Timer expired. Trying again."],
  [{ type: "timerExpired", role: "candidate", term: 3 }, "Timer expired. Trying again."],
  [
    { type: "stateChange", from: "candidate", to: "leader", term: 3, why: "a majority voted for it" },
    "Candidate becomes Leader: a majority voted for it.",
  ],
  [{ type: "termChange", from: 3, to: 5 }, "Term 3 ends, term 5 begins."],
  [{ type: "electionStarted", term: 4, preVote: true }, "Asking who would vote for it in term 4."],
  [{ type: "electionStarted", term: 4, preVote: false }, "Campaigning in term 4."],
  [{ type: "voteGranted", to: 2, term: 4, preVote: false }, "Vote granted to node 2 in term 4."],
  [{ type: "voteGranted", to: 2, term: 4, preVote: true }, "Pre-vote granted to node 2 in term 4."],
  [
    { type: "voteRefused", to: 2, term: 4, preVote: true, why: "its log is behind", ...logs },
    "Pre-vote refused to node 2 in term 4: its log is behind.",
  ],
  [{ type: "leaderElected", leader: 2, term: 4 }, "Node 2 leads term 4."],
  [{ type: "leaderLost", term: 4 }, "No leader is known in term 4."],
  [
    { type: "messageRefused", from: 77, what: "heartbeat", why: "node 2 leads term 4", isImpossible: true },
    "Refused a heartbeat of node 77: node 2 leads term 4.",
  ],
  [
    { type: "termsExhausted", term: 9 },
    "Term 9 is the last one that can be counted: nobody can be elected. Recover the cluster (balsa cluster recover).",
  ],
  [{ type: "logAppended", first: 7, last: 9, term: 4, terms: [{ first: 7, term: 4 }] }, "Appended entries 7 to 9, term 4."],
  [{ type: "logAppended", first: 7, last: 7, term: 4, terms: [{ first: 7, term: 4 }] }, "Appended entry 7, term 4."],
  [
    {
      ...{ type: "logAppended", first: 7, last: 9, term: 4 },
      terms: [
        { first: 7, term: 2 },
        { first: 9, term: 4 },
      ],
    },
    "Appended entries 7 to 9, term 2 from 7, term 4 from 9.",
  ],
  [{ type: "logTruncated", from: 7, last: 9 }, "Cut off entries 7 to 9: the leader's log differs there."],
  [{ type: "logCommitted", index: 9, term: 4 }, "Committed up to 4.9."],
  [{ type: "readServed", count: 1, index: 9 }, "A quorum confirmed 1 read at 9."],
  [{ type: "readServed", count: 3, index: 9 }, "A quorum confirmed 3 reads at 9."],
  [{ type: "progressChanged", peer: 2, to: "probe", nextIndex: 5 }, "Looking for where node 2 agrees, before 5."],
  [{ type: "progressChanged", peer: 2, to: "replicate", nextIndex: 5 }, "Node 2 agrees up to 4; sending it what follows."],
  [{ type: "progressChanged", peer: 2, to: "snapshot", nextIndex: 4 }, "Node 2 needs a snapshot before 4."],
  [{ type: "logCompacted", to: 9 }, "Dropped all entries up to 9: the state on disk has them."],
  [{ type: "snapshotOffered", to: 2, nextIndex: 4 }, "Node 2 needs entry 4, which was dropped; sending it a snapshot."],
  [{ type: "snapshotInstalled", index: 9, term: 2 }, "Installed a snapshot that ends with 2.9."],
  [
    { type: "confirmedLost", peer: 3, index: 9 },
    "Node 3 has lost entry 9, which it had confirmed: its data were put back to an older state. It is refused from now on.",
  ],
  [{ type: "membersChanged", members: membersOf(1, 2), index: 9 }, "As of entry 9 the members are 1,2."],
  [{ type: "membersChanged", members, index: 9 }, "As of entry 9 the members are 1,2,4(was 1,2,3)+5."],
  [{ type: "membersChanged", members: planned, index: 9 }, "As of entry 9 the members are 1,2,3+4,5[plan +4 -3]."],
  [{ type: "learnerCaughtUp", learner: 4, index: 9 }, "Learner 4 has caught up, at 9."],
  [{ type: "removed", index: 9 }, "This node is no longer a member: entry 9 is committed."],
  [{ type: "transferStarted", to: 2 }, "Handing leadership over to node 2."],
  [{ type: "transferEnded", to: 2, outcome: "done", why: "it leads" }, "Node 2 has taken over: it leads."],
  [{ type: "transferEnded", to: 2, outcome: "abandoned", why: "it is late" }, "Node 2 has not taken over: it is late."],
  [{ type: "diskStalled", forMs: 2000.4 }, "A write to disk has taken 2000 ms so far."],
  [{ type: "wokeLate", lateMs: 60.6 }, "Woke 61 ms late; reading the mail first."],
];

test.each(events)("event %j", (event, line) => {
  expect(describeEvent(event)).toBe(line);
});

const lines: [name: keyof typeof messages, line: string][] = [
  ["preVoteRequest", "n1->n2 t4 preVote? log=2.5"],
  ["voteRequest", "n1->n2 t3 vote? log=2.5"],
  ["preVote", "n1->n2 t4 preVote granted"],
  ["vote", "n1->n2 t3 vote granted"],
  ["append", "n1->n2 t3 append after 2.4 [3.5:x=1] commit=4"],
  ["match", "n1->n2 t3 match 5"],
  ["conflict", "n1->n2 t3 conflict at 4, try 1.2"],
  ["heartbeat", "n1->n2 t3 heartbeat commit=4 round=7 sent=5 confirmed=4"],
  ["heartbeatReply", "n1->n2 t3 heartbeat answer round=7 received=5 match=4"],
  ["readIndexRequest", "n1->n2 t3 readIndex?"],
  ["readIndexReply", "n1->n2 t3 readIndex 4"],
  ["timeoutNow", "n1->n2 t3 timeoutNow"],
];

test.each(lines)("message %s", (name, line) => {
  expect(describeMessage(messages[name])).toBe(line);
  expect(describeInput({ type: "message", message: messages[name] })).toBe(line);
});

test("a refused vote", () => {
  expect(describeMessage({ ...messages.vote, granted: false })).toBe("n1->n2 t3 vote refused");
});

const inputs: [input: Input, line: string][] = [
  [{ type: "propose", ticket: 7, data: Buffer.from("x=1") }, "propose #7 x=1"],
  [{ type: "propose", ticket: 7, data: Buffer.from([0, 1, 2]) }, "propose #7 (3 bytes)"],
  [{ type: "propose", ticket: 7, data: Buffer.from("x".repeat(33)) }, "propose #7 (33 bytes)"],
  [{ type: "read", ticket: 8 }, "read #8"],
  [{ type: "stored", lastIndex: 5, lastTerm: 2 }, "stored up to 2.5"],
  [{ type: "changeMembers", ticket: 7, change: { type: "promote", ids: [4] } }, "changeMembers #7 promote n4"],
  [
    {
      type: "changeMembers",
      ticket: 7,
      change: { type: "change", add: [bareMember(0)], asLearners: true, remove: [3], force: true },
    },
    "changeMembers #7 change +n? as a learner -n3 by force",
  ],
  [{ type: "changeMembers", ticket: 7, change: { type: "cancel" } }, "changeMembers #7 cancel"],
  [{ type: "changeMembers", ticket: 7, change: { type: "restate" } }, "changeMembers #7 restate"],
  [{ type: "changeMembers", ticket: 7, change: { type: "disk", id: 2, diskId: "d" } }, "changeMembers #7 n2 has disk d"],
  [
    { type: "changeMembers", ticket: 7, change: { type: "address", id: 2, peerAddress: "b:1", clientAddress: "b:2" } },
    "changeMembers #7 n2 is at b:1, for clients at b:2",
  ],
  [{ type: "transfer", ticket: 7, to: 2 }, "transfer #7 to n2"],
  [{ type: "transfer", ticket: 7, to: null }, "transfer #7 to the best"],
  [{ type: "durable", index: 9 }, "durable up to 9"],
  [{ type: "snapshotSent", to: 2, index: 9, outcome: "failed" }, "snapshot 9 to n2 failed"],
  [
    { type: "snapshotReceived", ticket: 4, from: 1, term: 3, snapshot: snapshotOf(9, 2), name: "s" },
    "snapshot #4 2.9 from n1 t3 as s",
  ],
];

test.each(inputs)("input %j", (input, line) => {
  expect(describeInput(input)).toBe(line);
});

const answers: [answer: Answer, line: string][] = [
  [{ type: "accepted", ticket: 7, index: 5, term: 2, ids: [] }, "answer #7 accepted at 2.5"],
  [{ type: "accepted", ticket: 7, index: 5, term: 2, ids: [4, 5] }, "answer #7 accepted at 2.5 n4 n5"],
  [{ type: "transferred", ticket: 7, to: 2 }, "answer #7 transferred to n2"],
  [{ type: "readable", ticket: 7, index: 5 }, "answer #7 readable at 5"],
  [{ type: "snapshotTaken", ticket: 7 }, "answer #7 snapshot taken"],
  [{ type: "snapshotStale", ticket: 7, commitIndex: 5 }, "answer #7 snapshot stale, committed up to 5"],
  [{ type: "snapshotRefused", ticket: 7, why: "it is in term 4" }, "answer #7 snapshot refused: it is in term 4"],
  [{ type: "refused", ticket: 7, reason: "notLeader", leader: 3 }, "answer #7 refused: notLeader, try n3"],
  [{ type: "refused", ticket: 7, reason: "noLeader", leader: null }, "answer #7 refused: noLeader"],
];

test.each(answers)("answer %j", (answer, line) => {
  expect(describeAnswer(answer)).toBe(line);
});

const last = { base: null, snapshot: null, lastIndex: 2, lastTerm: 1 };
const base = { index: 9, term: 2, time: 0 };
const stores: [store: Store, line: string][] = [
  [{ hardState: { term: 3, votedFor: 2 }, entries: [], ...last }, "store term=3 vote=n2"],
  [{ hardState: { term: 3, votedFor: null }, entries: [], ...last }, "store term=3 vote=nobody"],
  [{ hardState: null, entries: [{ ...command(1, 2, ""), kind: "noop" }], ...last }, "store [1.2]"],
  [{ hardState: { term: 3, votedFor: 3 }, entries: logOf(1, 1), ...last }, "store term=3 vote=n3 [1.1:1.1 1.2:1.2]"],
  [{ hardState: null, entries: logOf(1), ...last, base }, "store base=2.9 [1.1:1.1]"],
  [{ hardState: null, entries: [], ...last, base, snapshot: { name: "s", meta: snapshotOf(9, 2) } }, "store snapshot=s base=2.9"],
  [{ hardState: null, entries: [entryOf(members)], ...last }, "store [1.2:1,2,4(was 1,2,3)+5]"],
  [{ hardState: null, entries: logOf(1, 1, 1, 2, 2), ...last }, "store [1.1:1.1 1.2:1.2 .. 2.5:2.5]"],
];

test.each(stores)("store %#", (store, line) => {
  expect(describeStore(store)).toBe(line);
});

test("an output is told in the order in which it is carried out", () => {
  const output: Output = {
    send: [messages.match, messages.vote],
    snapshots: [3],
    store: { hardState: { term: 3, votedFor: 2 }, entries: [], ...last },
    apply: logOf(1),
    answers: [{ type: "readable", ticket: 7, index: 5 }],
    events: [{ type: "leaderLost", term: 4 }],
    wakeAt: 99,
  };
  expect(describeOutput(output)).toEqual([
    "send n1->n2 t3 match 5",
    "send n1->n2 t3 vote granted",
    "send a snapshot to n3",
    "store term=3 vote=n2",
    "apply [1.1:1.1]",
    "answer #7 readable at 5",
    "No leader is known in term 4.",
  ]);
  expect(describeOutput({ ...output, send: [], snapshots: [], store: null, apply: [], answers: [], events: [] })).toEqual([]);
});

test("a node's state is one line, with what a leader knows of the others", () => {
  const view: View = {
    id: 1,
    role: "leader",
    term: 2,
    votedFor: 1,
    leader: 1,
    firstIndex: 1,
    lastIndex: 5,
    durableIndex: 5,
    commitIndex: 4,
    appliedIndex: 4,
    installing: null,
    members: membersOf(1, 2, 3),
    membersIndex: 0,
    membersCommitted: true,
    departing: [],
    transferTo: null,
    electionDueAt: null,
    electionTimeoutMs: 200,
    votes: [],
    heldCount: 0,
    time: 0,
    peers: [
      { id: 2, isVoter: true, state: "replicate", matchIndex: 5, nextIndex: 6, lastHeardAt: 0 },
      { id: 3, isVoter: true, state: "probe", matchIndex: 0, nextIndex: 3, lastHeardAt: 0 },
    ],
  };
  expect(describeView(view)).toBe("n1 t2 leader last=5 durable=5 commit=4 applied=4 n2:replicate(5,6) n3:probe(0,3)");
  expect(describeView({ ...view, role: "follower", leader: 2, peers: [] })).toBe(
    "n1 t2 follower(n2) last=5 durable=5 commit=4 applied=4",
  );
  expect(describeView({ ...view, role: "follower", leader: null, peers: [] })).toContain("follower(nobody)");
});

test("every kind of event is described here", () => {
  const kinds: Record<CoreEvent["type"], true> = {
    timerExpired: true,
    stateChange: true,
    termChange: true,
    electionStarted: true,
    voteGranted: true,
    voteRefused: true,
    leaderElected: true,
    leaderLost: true,
    messageRefused: true,
    termsExhausted: true,
    logAppended: true,
    logTruncated: true,
    logCommitted: true,
    readServed: true,
    progressChanged: true,
    logCompacted: true,
    snapshotOffered: true,
    snapshotInstalled: true,
    membersChanged: true,
    learnerCaughtUp: true,
    confirmedLost: true,
    removed: true,
    transferStarted: true,
    transferEnded: true,
    diskStalled: true,
    wokeLate: true,
  };
  expect(new Set(events.map(([{ type }]) => type))).toEqual(new Set(Object.keys(kinds)));
});
