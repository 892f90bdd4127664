import { DelayLine } from "../../src/node/faults/delay-line.ts";
import type { ActiveFault } from "../../src/node/faults/faults.ts";
import { HandClock } from "./fakes.ts";

// What a line of late deliveries does.

const clock = new HandClock();
let line: DelayLine;
let came: string[];
const add = (delayMs: number, name: string, isOvertaken = false): boolean => line.add(delayMs, isOvertaken, () => came.push(name));

const faultOf = (id: number): ActiveFault => ({ id, fault: { type: "turn", pauseMs: 1 }, endsAt: null, struck: 0 });

beforeEach(() => {
  line = new DelayLine({ heldMax: 3 }, clock);
  came = [];
});

test("keeps the order, however much shorter the delay of a later message is", () => {
  add(10, "a");
  add(1, "b");
  add(0, "c");
  clock.run(9);
  expect(came).toEqual([]);
  clock.run(1);
  expect(came).toEqual(["a", "b", "c"]);
  add(0, "d");
  expect(came).toEqual(["a", "b", "c", "d"]);
});

test("lets those after it pass a message that is to be overtaken", () => {
  add(50, "late", true);
  add(0, "a");
  add(10, "b");
  clock.run(50);
  expect(came).toEqual(["a", "b", "late"]);
});

test("lets nothing pass what is due already, though its timer is late", () => {
  add(10, "a");
  clock.stall(20);
  add(0, "b");
  expect(came).toEqual(["a", "b"]);
  clock.run(1);
  expect(came).toEqual(["a", "b"]);
});

test("has no room beyond its limit", () => {
  expect(["a", "b", "c", "d"].map((name) => add(5, name))).toEqual([true, true, true, false]);
  clock.run(5);
  expect(came).toEqual(["a", "b", "c"]);
});

test("gives all at once and in order when a fault that held it back is gone, and holds back what comes after it as the others say", () => {
  const [delay, loss] = [faultOf(1), faultOf(2)];
  line.blame([delay, loss]);
  add(60_000, "a");
  add(60_000, "b");
  line.blame([delay, loss, faultOf(3)]);
  expect(came).toEqual([]);
  line.blame([loss]);
  expect(came).toEqual(["a", "b"]);
  add(0, "c");
  expect(came).toEqual(["a", "b", "c"]);
});

test("gives nothing of what was dropped", () => {
  add(10, "a");
  line.drop();
  clock.run(30);
  expect(came).toEqual([]);
});
