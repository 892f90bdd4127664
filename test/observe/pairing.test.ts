import { Random } from "../../src/core/random.ts";
import { Pairing, pairingLimits } from "../../src/observe/pairing.ts";
import type { ObservedRecord } from "../../src/observe/records.ts";
import { recordOf } from "./made.ts";

const body = (from: number, to: number, sequence: number) => ({ message: "append", from, to, term: 7, sequence });
const sent = (sequence: number, at: number, from = 1, to = 2) => recordOf(from, at, "messageSent", body(from, to, sequence));
const received = (sequence: number, at: number, from = 1, to = 2) => recordOf(to, at, "messageReceived", body(from, to, sequence));
const lost = (sequence: number, at: number, node = 1) =>
  recordOf(node, at, "messageLost", { ...body(1, 2, sequence), why: "fault" });

function paired(...records: ObservedRecord[]): Pairing {
  const pairing = new Pairing();
  pairing.take(records, 1_000);
  return pairing;
}

test("both ends of a message are one arrow, whichever is told first", () => {
  const whole = {
    from: 1,
    to: 2,
    sequence: 5,
    sentAt: 900,
    arrivals: [901],
    outcome: "arrived",
    isOvertaken: false,
    clockErrorMs: 0,
  };
  expect(paired(sent(5, 900), received(5, 901)).arrows).toMatchObject([whole]);
  expect(paired(received(5, 901), sent(5, 900)).arrows).toMatchObject([whole]);
});

test("the same number on another link is another message", () => {
  const { arrows } = paired(sent(5, 900), received(5, 901, 2, 1));
  expect(arrows).toMatchObject([
    { from: 1, to: 2, outcome: "underWay" },
    { from: 2, to: 1, sentAt: null, arrivals: [901] },
  ]);
});

test("a lost message ends where and why it was lost", () => {
  expect(paired(sent(5, 900), lost(5, 902)).arrows).toMatchObject([
    { outcome: "lost", lostAt: 902, lostWhy: "fault", isLostAtReceiver: false },
  ]);
  expect(paired(sent(5, 900), lost(5, 902, 2)).arrows).toMatchObject([{ outcome: "lost", isLostAtReceiver: true }]);
});

test("a message that comes twice has two arrivals, and one copy that is lost does not undo the other", () => {
  expect(paired(sent(5, 900), received(5, 901), received(5, 930)).arrows).toMatchObject([
    { arrivals: [901, 930], outcome: "arrived" },
  ]);
  expect(paired(sent(5, 900), received(5, 901), lost(5, 902)).arrows).toMatchObject([{ arrivals: [901], outcome: "arrived" }]);
});

test("a message that is overtaken says so, and its copy does not", () => {
  const { arrows } = paired(sent(5, 900), sent(6, 901), received(6, 902), received(5, 903), received(6, 904));
  expect(arrows.map(({ sequence, isOvertaken }) => [sequence, isOvertaken])).toEqual([
    [5, true],
    [6, false],
  ]);
});

test("no arrow arrives before it left: the error of the clocks is told instead", () => {
  expect(paired(sent(5, 900), received(5, 899.5)).arrows).toMatchObject([{ sentAt: 900, arrivals: [900], clockErrorMs: 0.5 }]);
  expect(paired(received(5, 899.5), sent(5, 900)).arrows).toMatchObject([{ sentAt: 900, arrivals: [900], clockErrorMs: 0.5 }]);
  expect(paired(sent(5, 900), lost(5, 899)).arrows).toMatchObject([{ lostAt: 900, clockErrorMs: 1 }]);
});

test("what nobody tells the end of is under way at first, then unknown, and known when it is told after all", () => {
  const pairing = paired(sent(5, 900));
  expect(pairing.arrows[0]?.outcome).toBe("underWay");
  pairing.take([], 900 + pairingLimits.underWayMs);
  expect(pairing.arrows[0]?.outcome).toBe("unknown");
  pairing.take([received(5, 950)], 20_000);
  expect(pairing.arrows[0]).toMatchObject({ outcome: "arrived", sentAt: 900, arrivals: [950] });
});

test("messages without a number are never paired", () => {
  expect(paired(sent(0, 900), received(0, 901), sent(0, 902)).arrows).toMatchObject([
    { sentAt: 900, arrivals: [], outcome: "unknown" },
    { sentAt: null, arrivals: [901], outcome: "arrived" },
    { sentAt: 902, outcome: "unknown" },
  ]);
});

test("arrows of a time are those that were somewhere on their way in it", () => {
  const pairing = paired(sent(1, 100), received(1, 110), sent(2, 200), received(2, 260), sent(3, 250), sent(4, 270));
  expect(pairing.between(205, 265).map(({ sequence }) => sequence)).toEqual([2, 3]);
});

test("records of other types, and messages without ends, are passed over", () => {
  expect(paired(recordOf(1, 1, "leaderElected", { leader: 1, term: 1 }), recordOf(1, 1, "messageSent")).arrows).toEqual([]);
});

test("memory is bounded: the oldest arrows are forgotten, and counted", () => {
  const pairing = new Pairing({ arrowsMax: 10, underWayMs: 1_000 });
  for (let sequence = 1; sequence <= 25; sequence += 1) pairing.take([sent(sequence, sequence)], sequence);
  expect(pairing.arrows).toHaveLength(10);
  expect(pairing.arrows[0]?.sequence).toBe(16);
  expect(pairing.forgotten).toBe(15);
});

test("with loss, doubling, delay and overtaking each message becomes exactly one arrow, and its ends are those it had", () => {
  const random = new Random(4);
  const records: ObservedRecord[] = [];
  const truth = new Map<number, { readonly arrivals: number; readonly isLost: boolean }>();
  for (let sequence = 1; sequence <= 2_000; sequence += 1) {
    const at = sequence * 0.5;
    const fate = random.next();
    const arrivals = fate < 0.1 ? 0 : fate < 0.2 ? 2 : 1;
    records.push(sent(sequence, at));
    // The receiver's clock is late by 3 ms: some seem to arrive before they left.
    for (let copy = 0; copy < arrivals; copy += 1) records.push(received(sequence, at + random.next() * 20 - 3));
    if (arrivals === 0) records.push(lost(sequence, at + 0.1));
    truth.set(sequence, { arrivals, isLost: arrivals === 0 });
  }
  records.sort((a, b) => a.at - b.at);
  const pairing = new Pairing();
  for (let place = 0; place < records.length; place += 50) pairing.take(records.slice(place, place + 50), 1_000);
  expect(pairing.arrows).toHaveLength(2_000);
  for (const { sequence, sentAt, arrivals, lostAt } of pairing.arrows) {
    expect({ arrivals: arrivals.length, isLost: lostAt !== null }).toEqual(truth.get(sequence));
    expect(Math.min(...arrivals, lostAt ?? Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(sentAt ?? Number.POSITIVE_INFINITY);
  }
  expect(pairing.arrows.some(({ isOvertaken }) => isOvertaken)).toBe(true);
  expect(pairing.arrows.some(({ clockErrorMs }) => clockErrorMs > 0)).toBe(true);
});
