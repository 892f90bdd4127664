import { Random } from "../../src/core/random.ts";
import { emptyState, fold, keyframeOf, leadershipNow, stateAt, stateOf } from "../../src/observe/fold.ts";
import { type History, historyLimits } from "../../src/observe/history.ts";
import type { Frame, State } from "../../src/observe/live.ts";
import { faultsNow } from "../../src/observe/measure.ts";
import { throughFile } from "./made.ts";
import { randomFrames } from "./random-frames.ts";

const framesMade = 600;
const frames = randomFrames(12, framesMade);
/** After each frame, folded from the start. */
const states: State[] = [];
for (const frame of frames) states.push(fold(states.at(-1) ?? emptyState(), frame));

/** The frames as a recording has them: every tenth carries what was before it. */
const recording: Frame[] = frames.map((frame, place) => {
  const before = states[place - 1];
  return throughFile(before !== undefined && place % 10 === 0 ? keyframeOf(before, frame) : frame);
});

const start = frames[0]?.from ?? 0;
const end = frames.at(-1)?.to ?? 0;

function fromTheStart(at: number): State {
  const place = frames.findLastIndex(({ to }) => to <= at);
  return stateAt(states[place] ?? emptyState(), frames, at);
}

test("at 1,000 random times the state folded from a random keyframe is that folded from the start", () => {
  const random = new Random(7);
  for (let round = 0; round < 1_000; round += 1) {
    const at = start + random.next() * (end - start);
    const newest = recording.findLastIndex(({ before, from }) => before !== undefined && from < at);
    const first = Math.max(0, 10 * random.between(Math.max(0, newest / 10 - 3), newest / 10));
    const found = stateOf(recording.slice(first), at);
    expect([at, JSON.stringify(found)]).toEqual([at, JSON.stringify(fromTheStart(at))]);
  }
});

test("a rewind without any keyframe folds from the start, and gives the same", () => {
  for (const share of [0.1, 0.5, 0.9]) {
    const at = start + share * (end - start);
    expect(stateOf(frames, at)).toEqual(fromTheStart(at));
  }
  expect(stateOf(frames, start)).toBeNull();
});

test("from a frame that carries nothing the present is the same: who is heard, who leads, which faults stand", () => {
  for (let first = 3; first < frames.length - 40; first += 37) {
    const at = frames[first + 30]?.to ?? 0;
    const [late, whole] = [stateOf(frames.slice(first), at), fromTheStart(at)];
    const heard = (state: State | null) => state?.nodes.filter(({ isHeard }) => isHeard).map(({ sample }) => sample);
    expect(heard(late)).toEqual(heard(whole));
    expect(late && leadershipNow(late)).toEqual(leadershipNow(whole));
    const standing = (state: State | null) => (state === null ? [] : faultsNow(state).filter(({ isLastWord }) => !isLastWord));
    expect(standing(late)).toEqual(standing(whole));
    expect(late?.history.traffic).toEqual(whole.history.traffic);
    expect(late?.history.seconds.at(-1)?.sent).toBe(whole.history.seconds.at(-1)?.sent);
  }
});

test("a frame that comes twice counts once", () => {
  const state = states[200];
  const frame = frames[200];
  if (state === undefined || frame === undefined) throw new Error("There are more frames.");
  expect(fold(state, frame)).toBe(state);
});

test("a state is never changed once it is made", () => {
  let state = frozen(emptyState([1, 2, 3]));
  for (const frame of randomFrames(3, 200)) state = frozen(fold(state, frozen(frame)));
  expect(state.nodes).toHaveLength(5);
});

test("the random frames have led, leaderless, lost and restarted in them, or the tests above show little", () => {
  const { history } = states.at(-1) as State;
  expect(history.bands.filter(({ leader }) => leader !== 0).length).toBeGreaterThan(20);
  expect(history.bands.filter(({ leader }) => leader === 0).length).toBeGreaterThan(20);
  expect(history.electionsCounted).toBeGreaterThan(20);
  expect(states.some(({ nodes }) => nodes.some(({ isHeard }) => !isHeard))).toBe(true);
  expect(states.at(-1)?.nodes.some(({ sample }) => (sample?.life ?? 0) > 3)).toBe(true);
});

test("everything that is kept has its limit", () => {
  const lengths: readonly (readonly [keyof History, number])[] = [
    ["bands", historyLimits.bandsMax],
    ["elections", historyLimits.electionsMax],
    ["leaders", historyLimits.leadersMax],
    ["seconds", historyLimits.secondsMax],
    ["minutes", historyLimits.minutesMax],
    ["links", historyLimits.linksMax],
  ];
  let state = emptyState();
  for (let hour = 0; hour < 1_100; hour += 1) {
    const [frame] = randomFrames(hour, 1);
    const at = 10_000 + hour * 60_000;
    const records = [1, 2, 3].map((node) => ({
      node,
      life: 1,
      number: 1,
      turn: 1,
      at,
      type: "electionStarted",
      term: hour,
      preVote: false,
    }));
    const flows = [{ from: hour, to: hour + 1, message: "append", sent: 1, received: 1, lost: 0, bytes: 1 }];
    state = fold(state, { ...(frame as Frame), from: at, to: at + 100, records, flows });
  }
  for (const [list, max] of lengths) expect((state.history[list] as readonly unknown[]).length).toBeLessThanOrEqual(max);
  expect(state.history.minutes).toHaveLength(historyLimits.minutesMax);
  expect(state.history.electionsCounted).toBe(3_300);
});

function frozen<Made>(made: Made): Made {
  if (typeof made === "object" && made !== null && !Object.isFrozen(made)) {
    Object.freeze(made);
    for (const part of Object.values(made)) frozen(part);
  }
  return made;
}
