import { type DashboardLimits, dashboardDefaults } from "../../src/dashboard/base/limits.ts";
import { Past } from "../../src/dashboard/frames/past.ts";
import { emptyState, fold } from "../../src/observe/fold.ts";
import type { Frame, State } from "../../src/observe/live.ts";
import type { ObservedRecord } from "../../src/observe/records.ts";
import { recordOf } from "./fake-feed.ts";

let past: Past;
let state: State;

function begin(limits: Partial<DashboardLimits> = {}): void {
  past = new Past({ ...dashboardDefaults, ...limits });
  state = emptyState();
}

/** Adds frames of 100 ms each, and resolves to the size of the last one. */
function add(count: number, from = 0, recordsAt: (i: number) => readonly ObservedRecord[] = () => []): number {
  let size = 0;
  for (let i = 0; i < count; i++) {
    const frame: Frame = {
      ...{ type: "frame", from: from + i * 100, to: from + (i + 1) * 100 },
      ...{ nodes: [], flows: [], records: recordsAt(i), dropped: 0 },
    };
    const json = Buffer.from(JSON.stringify(frame));
    past.add(frame, json, state);
    state = fold(state, frame);
    size = json.length;
  }
  return size;
}

/** All frames of a history, as a page gets them. */
function read(from: number, until: number, bytesMax = 10_000): Frame[][] {
  const pieces: Frame[][] = [];
  let after = past.startOf(from);
  for (;;) {
    const piece = past.piece(after, until, bytesMax).map(({ json }) => JSON.parse(json.toString()) as Frame);
    if (piece.length === 0) return pieces;
    pieces.push(piece);
    after = piece.at(-1)?.to ?? after;
  }
}

test("a history is told in pieces, in order, without a gap, and begins with a keyframe", () => {
  begin();
  add(250);
  const pieces = read(12_000, 20_000);
  expect(pieces.length).toBeGreaterThan(1);
  const frames = pieces.flat();
  expect(frames[0]).toMatchObject({ from: 10_000, before: { at: 10_000 } });
  expect(frames.at(-1)?.to).toBe(20_000);
  expect(frames.slice(1).every((frame, i) => frame.from === frames[i]?.to)).toBe(true);
  expect(frames.filter(({ before }) => before !== undefined)).toHaveLength(1);
});

test("a history from before there was any begins with the first keyframe there is", () => {
  begin();
  expect(past.span).toEqual({ from: 0, to: 0 });
  expect(read(-5_000, 100)).toEqual([]);
  add(3, 700);
  expect(past.span).toEqual({ from: 700, to: 1_000 });
  expect(read(-5_000, 2_000).flat()[0]).toMatchObject({ from: 700, before: { at: -1 } });
});

test("bytes are bounded, in detail and in what is kept for longer", () => {
  begin({ detailBytesMax: 20_000, rareBytesMax: 5_000 });
  add(2_000, 0, (i) => [recordOf("leaderElected", { number: i }), recordOf("messageSent", { number: i })]);
  expect(past.bytes).toBeGreaterThan(20_000);
  expect(past.bytes).toBeLessThanOrEqual(25_000);
  expect(past.span.to).toBe(200_000);
});

test("what leaves the detail is thinned to what was rare, and to a state now and then", () => {
  begin({ detailMs: 1_000, rareSampleMs: 5_000, rareKeyframeMs: 10_000 });
  add(300, 0, (i) => [...(i === 42 ? [recordOf("leaderElected")] : []), recordOf("messageSent", { number: i })]);
  const old = read(0, 28_500).flat();
  expect(
    old.filter(({ records }) => records.length > 0).map(({ from, records, dropped }) => [from, records[0]?.type, dropped]),
  ).toEqual([[4_200, "leaderElected", 1]]);
  expect(old.filter(({ before }) => before !== undefined).map(({ from }) => from)).toEqual([0, 10_000, 20_000]);
  expect(old.length).toBeLessThan(12);
});

test("what is too old is gone", () => {
  begin({ detailMs: 1_000, rareMs: 10_000, rareSampleMs: 1_000 });
  add(300);
  expect(past.span.from).toBeGreaterThanOrEqual(18_000);
});
