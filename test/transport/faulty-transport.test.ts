import type { PeerMessage } from "../../src/core/messages.ts";
import { compareState } from "../../src/node/duties/digest-watch.ts";
import type { LinkFault } from "../../src/node/faults/faults.ts";
import { type Answered, CallTakers } from "../../src/node/ports/peer-calls.ts";
import type { ChunkReply, Outcome, SnapshotChunk, Transport, TransportHandler } from "../../src/node/ports/ports.ts";
import { forward } from "../../src/node/requests/requests.ts";
import { installSnapshot } from "../../src/node/snapshots/snapshot-stream.ts";
import { FaultyTransport, lostCallMs } from "../../src/transport/faults/faulty-transport.ts";
import { LinkFaults } from "../../src/transport/faults/link-faults.ts";
import { HandClock } from "../node/fakes.ts";
import { metaOf } from "./messages.ts";

// A transport on which faults lie, between a real one that only keeps what it is given, and a node that does.

const heartbeat = (from: number, to: number, round: number): PeerMessage => ({
  type: "heartbeat",
  from,
  to,
  term: 1,
  commit: 0,
  round,
  lastSent: 0,
  confirmed: 0,
});
const chunk: SnapshotChunk = { term: 1, meta: metaOf(), after: null, records: Buffer.alloc(0), isLast: false };
const done: Outcome = { type: "done", index: 4, result: Buffer.from("ok") };
const unknown: Outcome = { type: "unknown", reason: "leaderChanged" };

let clock: HandClock;
let faults: LinkFaults;
let chance: number;
let transport: FaultyTransport;
let handler: TransportHandler;
/** What left, and what the node got. */
let sent: number[];
let heard: number[];
let forwarded: ((outcome: Outcome) => void)[];
let chunked: ((reply: ChunkReply) => void)[];
let outcomes: unknown[];
/** What went no further, as it was told. */
let lost: unknown[];

beforeEach(() => {
  clock = new HandClock();
  chance = 0.5;
  faults = new LinkFaults({ random: () => chance });
  [sent, heard, forwarded, chunked, outcomes, lost] = [[], [], [], [], [], []];
  const inner: Transport = {
    send: (messages) => void sent.push(...messages.map(roundOf)),
    ask: (to, call, question, answered) => void takersOf("a").give(to, call, question, answered),
    setPeers: () => undefined,
  };
  transport = new FaultyTransport({
    ...{ inner, faults, clock },
    onLost: (message) => void lost.push(roundOf(message)),
    onPartLost: ({ call, isAnswer, sequence }, peer, way) => void lost.push([call.name, isAnswer, sequence, peer, way]),
  });
  handler = transport.handlerFor({
    onMessage: (message) => void heard.push(roundOf(message)),
    onAsk: (from, call, question, answered) => void takersOf("own").give(from, call, question, answered),
    onPeerDisk: () => undefined,
    onRefused: () => undefined,
  });
});

function takersOf(digest: string): CallTakers {
  return new CallTakers()
    .on(forward, (_command, answered) => forwarded.push(answered))
    .on(installSnapshot, (_chunk, answered) => chunked.push(answered))
    .on(compareState, (index, answered) => answered({ appliedIndex: index, records: 1, digest }));
}

function roundOf(message: PeerMessage): number {
  return message.type === "heartbeat" ? message.round : 0;
}

function set(...some: Partial<LinkFault>[]): void {
  const nothing = { cut: false, delayMs: 0, jitterMs: 0, loseRatio: 0, duplicateRatio: 0, reorderRatio: 0 };
  const harmless: LinkFault = { type: "link", peerId: 2, direction: "both", ...nothing };
  faults.use(some.map((fault, id) => ({ id, fault: { ...harmless, ...fault }, endsAt: null, struck: 0 })));
  transport.recheck();
}

const keep = (outcome: unknown): void => void outcomes.push(outcome);
const send = (): void => transport.ask(2, forward, Buffer.from("a"), keep);

test("without faults everything passes at once, and answers come back as they are", () => {
  transport.send([heartbeat(1, 2, 1), heartbeat(1, 3, 2)]);
  handler.onMessage(heartbeat(2, 1, 3));
  send();
  forwarded[0]?.(done);
  expect({ sent, heard, outcomes }).toEqual({ sent: [1, 2], heard: [3], outcomes: [done] });
});

test("a link cut one way carries what goes the other way, and other links carry all", () => {
  set({ direction: "out", cut: true });
  transport.send([heartbeat(1, 2, 1), heartbeat(1, 3, 2)]);
  handler.onMessage(heartbeat(2, 1, 3));
  expect({ sent, heard }).toEqual({ sent: [2], heard: [3] });
  set({ direction: "in", cut: true });
  transport.send([heartbeat(1, 2, 4)]);
  handler.onMessage(heartbeat(2, 1, 5));
  handler.onMessage(heartbeat(3, 1, 6));
  expect({ sent, heard }).toEqual({ sent: [2, 4], heard: [3, 6] });
});

test("what is delayed comes in its order, and at once when the fault is cleared", () => {
  set({ delayMs: 20 });
  transport.send([heartbeat(1, 2, 1)]);
  clock.run(10);
  transport.send([heartbeat(1, 2, 2)]);
  clock.run(10);
  expect(sent).toEqual([1]);
  set();
  transport.send([heartbeat(1, 2, 3)]);
  expect(sent).toEqual([1, 2, 3]);
});

test("messages come twice, and overtake each other, as the fault says", () => {
  set({ duplicateRatio: 1 });
  handler.onMessage(heartbeat(2, 1, 1));
  expect(heard).toEqual([1, 1]);
  set({ reorderRatio: 0.6 });
  handler.onMessage(heartbeat(2, 1, 2));
  // Its like is held back as well, until chance lets one pass.
  chance = 0.7;
  handler.onMessage(heartbeat(2, 1, 3));
  clock.run(100);
  expect(heard).toEqual([1, 1, 3, 2]);
});

test("rule 21: a command that was lost never ran, and after a while its outcome is unknown", () => {
  set({ direction: "out", cut: true });
  send();
  clock.run(lostCallMs - 1);
  expect({ forwarded, outcomes }).toEqual({ forwarded: [], outcomes: [] });
  clock.run(1);
  expect(outcomes).toEqual([unknown]);
});

test("rule 21: a command whose outcome was lost ran, and after a while its outcome is unknown", () => {
  set({ direction: "in", cut: true });
  send();
  forwarded[0]?.(done);
  clock.run(lostCallMs);
  expect(outcomes).toEqual([unknown]);
});

test("rule 21: a command never runs twice, however often messages come", () => {
  set({ duplicateRatio: 1, reorderRatio: 1 });
  send();
  clock.run(100);
  expect(forwarded).toHaveLength(1);
  forwarded[0]?.(done);
  clock.run(100);
  expect(outcomes).toEqual([done]);
});

test("the commands of a peer, and their outcomes, are delayed each way", () => {
  set({ direction: "in", delayMs: 10 }, { direction: "out", delayMs: 5 });
  handler.onAsk(2, forward, Buffer.from("a"), keep);
  clock.run(9);
  expect(forwarded).toHaveLength(0);
  clock.run(1);
  forwarded[0]?.(done);
  clock.run(4);
  expect(outcomes).toEqual([]);
  clock.run(1);
  expect(outcomes).toEqual([done]);
});

test("a piece of a snapshot that is lost, or whose reply is, ends as on a broken link", () => {
  set({ direction: "out", cut: true });
  transport.ask(2, installSnapshot, chunk, keep);
  handler.onAsk(2, installSnapshot, chunk, keep);
  expect(chunked).toHaveLength(1);
  chunked[0]?.({ type: "installed" });
  clock.run(lostCallMs);
  expect(outcomes).toEqual([{ type: "broken" }, { type: "broken" }]);
});

test("closed, it answers every open call once, and nothing comes any more", () => {
  set({ delayMs: 50 });
  send();
  transport.ask(2, installSnapshot, chunk, keep);
  transport.send([heartbeat(1, 2, 1)]);
  transport.close();
  expect(outcomes).toEqual([unknown, { type: "broken" }]);
  clock.run(100);
  send();
  expect(outcomes).toHaveLength(2);
  clock.run(lostCallMs);
  expect({ sent, chunked, outcomes }).toEqual({ sent: [], chunked: [], outcomes: [unknown, { type: "broken" }, unknown] });
});

test.each(["in", "out", "both"] as const)("of its digest a node says nothing to one from which it is cut off %s", (direction) => {
  const told: unknown[] = [];
  const ask = (from: number): void => handler.onAsk(from, compareState, 7, (found) => told.push(found?.digest ?? null));
  set({ direction, cut: true });
  ask(2);
  ask(3);
  expect(told).toEqual(["own"]);
  clock.run(lostCallMs);
  expect(told).toEqual(["own", null]);
  set({ direction, delayMs: 50 });
  ask(2);
  clock.run(100);
  expect(told).toEqual(["own", null, "own"]);
});

test("the digest of a node that is cut off is not heard, and it does not hear that it is asked", () => {
  const found: unknown[] = [];
  transport.ask(2, compareState, 7, (digest) => found.push(digest));
  expect(found).toEqual([{ appliedIndex: 7, records: 1, digest: "a" }]);
  set({ cut: true });
  transport.ask(2, compareState, 8, (digest) => found.push(digest));
  expect(found).toHaveLength(1);
  clock.run(lostCallMs);
  expect(found.slice(1)).toEqual([null]);
});

test("each message that a fault takes is told once, and those that are only late or doubled are not", () => {
  set({ direction: "out", cut: true });
  transport.send([heartbeat(1, 2, 1), heartbeat(1, 3, 2)]);
  set({ direction: "in", cut: true });
  handler.onMessage(heartbeat(2, 1, 3));
  set({ delayMs: 20, duplicateRatio: 1 });
  transport.send([heartbeat(1, 2, 4)]);
  expect(transport.heldFor(2)).toBe(2);
  clock.run(20);
  expect({ sent, heard, lost }).toEqual({ sent: [2, 4, 4], heard: [], lost: [1, 3] });
  expect(transport.heldFor(2)).toBe(0);
});

test("each part of a call that a fault takes is told, with the way in which it went", () => {
  set({ direction: "out", cut: true });
  transport.ask(2, forward, Buffer.from("a"), keep, 7);
  set();
  transport.ask(2, forward, Buffer.from("b"), keep, 8);
  set({ direction: "in", cut: true });
  (forwarded[0] as Answered<Outcome> | undefined)?.(done, 9);
  handler.onAsk(2, forward, Buffer.from("c"), keep, 10);
  expect(lost).toEqual([
    ["forward", false, 7, 2, "out"],
    ["forward", true, 9, 2, "in"],
    ["forward", false, 10, 2, "in"],
  ]);
});
