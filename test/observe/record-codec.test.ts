import { noMembers } from "../../src/core/members.ts";
import type { PeerMessage } from "../../src/core/messages.ts";
import type { ObserveServiceDefinition } from "../../src/generated/balsa/admin/v1/ObserveService.ts";
import { packageDefinition } from "../../src/grpc/load-proto.ts";
import type { NodeEvent } from "../../src/node/ports/node-events.ts";
import type { FieldValue, ObservedRecord } from "../../src/observe/records.ts";
import { type Batch, batchIn, protoBatchOf } from "../../src/observe/wire/batch-codec.ts";
import { fieldsOfPart, messageOfPart } from "../../src/observe/wire/call-fields.ts";
import { fieldsOfEvent, fieldsOfMessage } from "../../src/observe/wire/event-fields.ts";
import { fieldsOf, kindOf, messageTable, recordTable } from "../../src/observe/wire/record-table.ts";
import { sampleOf } from "./made.ts";

/** Records, samples and counts on their way from a node to whoever observes it. */

const { responseSerialize, responseDeserialize } = (
  packageDefinition["balsa.admin.v1.ObserveService"] as unknown as ObserveServiceDefinition
).Subscribe;

const batch: Batch = {
  ...{ node: 3, life: 9, bootId: "boot", now: 12.5, toEpochMs: 1_000, sample: null, flows: [], records: [] },
  ...{ dropped: 0, leftOut: 0 },
};

function sent(changed: Partial<Batch>): Batch {
  return batchIn(responseDeserialize(responseSerialize(protoBatchOf({ ...batch, ...changed }))));
}

function recordOf(type: string, fields: Readonly<Record<string, FieldValue>>): ObservedRecord {
  return { node: 3, life: 9, number: 5, at: 11.125, turn: 7, type, ...fields } as ObservedRecord;
}

/** Every event that there is, so that a new one is missed here. */
const events: { readonly [Type in NodeEvent["type"]]: Omit<Extract<NodeEvent, { type: Type }>, "type"> } = {
  timerExpired: { role: "candidate", term: 3 },
  stateChange: { from: "follower", to: "preCandidate", term: 3, why: "the election timer ran out" },
  termChange: { from: 3, to: 4 },
  electionStarted: { term: 4, preVote: true },
  voteGranted: { to: 2, term: 4, preVote: false },
  voteRefused: {
    ...{ to: 2, term: 4, preVote: false, why: "its log is behind" },
    ...{ lastLogIndex: 1, lastLogTerm: 1, ownLastIndex: 2, ownLastTerm: 2 },
  },
  leaderElected: { leader: 1, term: 4 },
  leaderLost: { term: 4 },
  messageRefused: { from: 2, what: "append", why: "a lie", isImpossible: true },
  termsExhausted: { term: 2 ** 52 },
  logAppended: {
    first: 4,
    last: 6,
    term: 5,
    terms: [
      { first: 4, term: 3 },
      { first: 6, term: 5 },
    ],
  },
  logTruncated: { from: 4, last: 9 },
  logCommitted: { index: 6, term: 5 },
  readServed: { count: 2, index: 6 },
  progressChanged: { peer: 2, to: "replicate", nextIndex: 7 },
  logCompacted: { to: 3 },
  snapshotOffered: { to: 2, nextIndex: 1 },
  snapshotInstalled: { index: 6, term: 5 },
  membersChanged: {
    index: 6,
    members: { ...noMembers, voters: [1, 2], outgoing: [1], learners: [3], plan: { promote: [3], remove: [2] } },
  },
  learnerCaughtUp: { learner: 3, index: 6 },
  confirmedLost: { peer: 2, index: 6 },
  removed: { index: 6 },
  transferStarted: { to: 2 },
  transferEnded: { to: 2, outcome: "abandoned", why: "it took too long" },
  diskStalled: { forMs: 1.5 },
  wokeLate: { lateMs: 2.5 },
  snapshotProgress: { direction: "to", peer: 2, bytes: 5, of: 10 },
  scrubbed: { bytes: 10, forMs: 3 },
  scrubCutShort: { why: "the state was switched" },
  damageFound: { what: "a record is damaged" },
  stateDiffers: { index: 6, nodes: [2, 3] },
};

/** Every message of the core. */
const head = { from: 1, to: 2, term: 4, sequence: 88 };
const messages: readonly PeerMessage[] = [
  { type: "voteRequest", ...head, preVote: true, transfer: false, lastLogIndex: 3, lastLogTerm: 2 },
  { type: "voteReply", ...head, preVote: true, granted: false },
  { type: "append", ...head, prevIndex: 3, prevTerm: 2, entries: [], commit: 1 },
  { type: "appendMatch", ...head, matchIndex: 3 },
  { type: "appendConflict", ...head, prevIndex: 3, hintIndex: 2, hintTerm: 1 },
  { type: "heartbeat", ...head, commit: 1, round: 2, lastSent: 3, confirmed: 4 },
  { type: "heartbeatReply", ...head, round: 2, lastSent: 3, receivedIndex: 4, matchIndex: 5, lacks: 0 },
  { type: "readIndexRequest", ...head, id: 9 },
  { type: "readIndexReply", ...head, id: 9, index: 4 },
  { type: "timeoutNow", ...head },
];

test.each(Object.entries(events))("an event comes as it went: %s", (type, fields) => {
  const record = recordOf(type, fieldsOfEvent({ type, ...fields } as NodeEvent));
  expect(sent({ records: [record] }).records).toEqual([record]);
  // All that an event says has its place in the table, and nothing else.
  const { merged: _, ...wanted } = fieldsOf(recordTable[type as NodeEvent["type"]], undefined);
  expect(Object.keys(fieldsOfEvent({ type, ...fields } as NodeEvent)).sort()).toEqual(Object.keys(wanted).sort());
});

test.each(messages.map((message) => [message.type, message] as const))("a message comes as it went: %s", (_type, message) => {
  for (const type of ["messageSent", "messageReceived"]) {
    const record = recordOf(type, fieldsOfMessage(message));
    expect(sent({ records: [record] }).records).toEqual([record]);
  }
  const lost = recordOf("messageLost", { ...fieldsOfMessage(message), why: "queueFull" });
  expect(sent({ records: [lost] }).records).toEqual([lost]);
  const { message: name, from: _from, to: _to, term: _term, sequence: _sequence, ...said } = fieldsOfMessage(message);
  expect(Object.keys(said).sort()).toEqual(Object.keys(messageTable[name as PeerMessage["type"]]).sort());
});

const meta = { ...{ index: 40, term: 3, time: 0, members: noMembers, membersIndex: 0 }, ...{ count: 1, digest: "", bytes: 9 } };
const parts: readonly [name: string, isAnswer: boolean, content: unknown, fields: object][] = [
  ["forward", false, Buffer.alloc(12), { bytes: 12 }],
  ["forward", true, { type: "done", index: 6, result: Buffer.alloc(1) }, { outcome: "done", index: 6 }],
  ["forward", true, { type: "refused", reason: "notLeader", leader: 2 }, { outcome: "refused", index: 0 }],
  [
    "installSnapshot",
    false,
    { term: 1, meta, after: null, records: Buffer.alloc(7), isLast: true },
    { index: 40, bytes: 7, isLast: true },
  ],
  ["installSnapshot", true, { type: "stale", commitIndex: 1 }, { outcome: "stale" }],
  ["compareState", false, 17, { index: 17 }],
  ["compareState", true, null, { isKnown: false }],
];

test.each(parts)("a part of a call comes as it went, without what is in it: %s, answer %s", (name, isAnswer, content, fields) => {
  const part = { call: { name }, isAnswer, content };
  const record = recordOf("messageSent", {
    message: messageOfPart(part) ?? "",
    from: 1,
    to: 2,
    term: 0,
    sequence: 3,
    ...fieldsOfPart(part),
  });
  expect(fieldsOfPart(part)).toEqual(fields);
  expect(sent({ records: [record] }).records).toEqual([record]);
});

test("what else a node tells comes as it went", () => {
  const records = [
    recordOf("stored", { lastIndex: 6, entries: 3, tookMs: 1.25, merged: 2 }),
    recordOf("faultSet", { id: 1, what: "a cut" }),
    recordOf("faultCleared", { id: 1, what: "a cut" }),
    recordOf("nodeStarted", { version: "1.2.3", processId: 42 }),
  ];
  expect(sent({ records }).records).toEqual(records);
});

test("records of types that are not known are left out, and so are fields that are not, or are something else", () => {
  const [known] = protoBatchOf({ ...batch, records: [recordOf("leaderLost", { term: 4 })] }).records ?? [];
  const fields = [
    { name: "term", text: "4" },
    { name: "constructor", number: 1 },
    { name: "later", flag: true },
  ];
  const message = {
    ...protoBatchOf(batch),
    records: [
      { ...known, type: "ofLater" },
      { ...known, type: "toString" },
      { ...known, fields },
    ],
  };
  expect(batchIn(responseDeserialize(responseSerialize(message))).records).toEqual([recordOf("leaderLost", {})]);
  expect(kindOf("toString")).toBeNull();
});

test("a sample comes as it went, with all that may be missing and without it", () => {
  const bare = sampleOf(3, 12, { life: 9, electionInMs: null });
  expect(sent({ sample: bare }).sample).toEqual(bare);
  const full = sampleOf(3, 12, {
    ...{ life: 9, role: "preCandidate", electionInMs: 0, votes: [3, 1] },
    members: [
      { id: 1, isVoter: true, peerAddress: "a:1", clientAddress: "" },
      { id: 2, isVoter: false, isOutgoing: true, peerAddress: "b:1", clientAddress: "b:2" },
    ],
    peers: [{ id: 1, isVoter: true, state: "probe", matchIndex: 1, nextIndex: 2, heardAgoMs: 0.5 }],
    queues: { turn: 1, disk: 2, requests: 3, out: [{ peer: 1, messages: 4, bytes: 5, held: 6 }] },
    runs: [{ first: 1, term: 2 }],
    faults: [
      { id: 1, what: "a cut", expiresInMs: 0 },
      { id: 2, what: "a delay", expiresInMs: null },
    ],
    counts: { node_turns: 7 },
    stages: [{ name: "writeTurn", boundsMs: [0.1, 1], counts: [1, 2, 3], sumMs: 2.5 }],
  });
  expect(sent({ sample: full }).sample).toEqual(full);
});

test("counts come as they went", () => {
  const changed = {
    flows: [{ from: 1, to: 2, message: "append", sent: 3, received: 0, lost: 1, bytes: 9 }],
    dropped: 4,
    leftOut: 5,
  };
  expect(sent(changed)).toEqual({ ...batch, ...changed });
});
