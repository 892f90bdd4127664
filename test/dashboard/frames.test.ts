import { dashboardDefaults } from "../../src/dashboard/base/limits.ts";
import { Clocks } from "../../src/dashboard/frames/clocks.ts";
import { FrameMaker } from "../../src/dashboard/frames/frame-maker.ts";
import type { Frame } from "../../src/observe/live.ts";
import { batchOf, recordOf, sampleOf } from "./fake-feed.ts";

let now = 0;
let frames: Frame[];
let maker: FrameMaker;

function make(limits = {}): void {
  maker = new FrameMaker(
    { life: 7, limits: { ...dashboardDefaults, ...limits } },
    { now: () => now, onFrame: (f) => frames.push(f) },
  );
}

beforeEach(() => {
  jest.useFakeTimers();
  now = 1_000;
  frames = [];
  make();
});
afterEach(() => {
  maker.stop();
  jest.useRealTimers();
});

function pass(ms: number): void {
  now += ms;
  jest.advanceTimersByTime(ms);
}

test("what all nodes tell in a tenth of a second is one frame, and frames leave no gap", () => {
  maker.add(
    batchOf({ node: 2, sample: sampleOf({ node: 2, at: 50 }), records: [recordOf("messageSent", { node: 2, at: 70 })] }),
    1_000,
  );
  maker.add(
    batchOf({ node: 1, sample: sampleOf({ node: 1, at: 1_040 }), records: [recordOf("stored", { node: 1, at: 1_060 })] }),
    0,
  );
  pass(100);
  expect(frames).toHaveLength(1);
  expect(frames[0]).toMatchObject({ from: 1_000, to: 1_100, dropped: 0 });
  expect(frames[0]?.nodes.map(({ node, at }) => [node, at])).toEqual([
    [1, 1_040],
    [2, 1_050],
  ]);
  expect(frames[0]?.records.map(({ type, at }) => [type, at])).toEqual([
    ["stored", 1_060],
    ["messageSent", 1_070],
  ]);
  pass(100);
  expect(frames[1]).toMatchObject({ from: 1_100, to: 1_200, records: [] });
});

test("what is rare is told at once, and what is frequent waits", () => {
  maker.add(batchOf({ node: 1, records: [recordOf("messageSent")] }), 0);
  pass(50);
  expect(frames).toEqual([]);
  maker.add(batchOf({ node: 1, records: [recordOf("leaderElected", { at: 2 })] }), 0);
  pass(20);
  expect(frames.map(({ records }) => records.map(({ type }) => type))).toEqual([["messageSent", "leaderElected"]]);
  pass(100);
  expect(frames).toHaveLength(2);
});

test("both ends of a link add up to one flow", () => {
  const none = { from: 1, to: 2, message: "append", sent: 0, received: 0, lost: 0, bytes: 0 };
  maker.add(batchOf({ node: 1, flows: [{ ...none, sent: 5, bytes: 90 }] }), 0);
  maker.add(batchOf({ node: 2, flows: [{ ...none, received: 3, lost: 1 }] }), 0);
  maker.add(batchOf({ node: 1, flows: [{ ...none, sent: 1, bytes: 10 }] }), 0);
  pass(100);
  expect(frames[0]?.flows).toEqual([{ from: 1, to: 2, message: "append", sent: 6, received: 3, lost: 1, bytes: 100 }]);
  pass(100);
  expect(frames[1]?.flows).toEqual([]);
});

test("of too many records the rare ones are kept first, and the others are counted", () => {
  maker.stop();
  make({ frameRecordsMax: 3 });
  const records = [1, 2, 3, 4, 5].map((number) => recordOf("messageSent", { number, at: number }));
  maker.add(batchOf({ node: 1, records: [...records, recordOf("leaderLost", { at: 9 })], dropped: 4 }), 0);
  pass(100);
  expect(frames[0]?.records.map(({ type, number }) => [type, number])).toEqual([
    ["messageSent", 1],
    ["messageSent", 2],
    ["leaderLost", 1],
  ]);
  expect(frames[0]?.dropped).toBe(4 + 3);
});

test("the server's own records rise in number, and a node that is forgotten is in no frame", () => {
  maker.add(batchOf({ node: 1, sample: sampleOf({ node: 1 }) }), 0);
  maker.forget(1);
  maker.say("nodeLost", { of: 1, why: "nobody listens" });
  maker.say("nodeHeard", { of: 1 });
  pass(20);
  expect(frames[0]?.nodes).toEqual([]);
  expect(frames[0]?.records).toEqual([
    { type: "nodeLost", of: 1, why: "nobody listens", node: 0, life: 7, number: 1, at: 1_000, turn: 0 },
    { type: "nodeHeard", of: 1, node: 0, life: 7, number: 2, at: 1_000, turn: 0 },
  ]);
});

describe("clocks", () => {
  test("nodes that name the same start of the machine share its clock, whatever the way took", () => {
    const clocks = new Clocks("boot");
    expect(clocks.shiftOf({ node: 1, bootId: "boot", at: 5 }, 900)).toBe(0);
    expect(clocks.summary).toEqual({ kind: "one machine", errorMs: 0 });
  });

  test("of another machine the smallest offset counts, less half of the way there and back, which is the error", () => {
    const clocks = new Clocks("boot");
    clocks.onMet(1, 4);
    expect(clocks.shiftOf({ node: 1, bootId: "other", at: 100 }, 1_110)).toBe(1_008);
    expect(clocks.shiftOf({ node: 1, bootId: "other", at: 200 }, 1_203)).toBe(1_001);
    expect(clocks.shiftOf({ node: 1, bootId: "other", at: 300 }, 1_350)).toBe(1_001);
    expect(clocks.summary).toEqual({ kind: "estimated", errorMs: 2 });
    clocks.forget(1);
    expect(clocks.summary.kind).toBe("one machine");
  });

  test("where no machine can tell its start, clocks are estimated", () => {
    const clocks = new Clocks("");
    clocks.shiftOf({ node: 1, bootId: "", at: 0 }, 10);
    expect(clocks.summary.kind).toBe("estimated");
  });
});
