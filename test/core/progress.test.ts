import { Progress } from "../../src/core/progress.ts";
import { Random } from "../../src/core/random.ts";

const limits = { inflightMessagesMax: 3, inflightBytesMax: 100 };

function probing(nextIndex = 11): Progress {
  return new Progress(2, nextIndex, 0, limits);
}

/** A follower that is known to match up to 10. */
function replicating(): Progress {
  const progress = probing();
  progress.sent(10, 0);
  progress.matched(10);
  return progress;
}

function stateOf({ state, matchIndex, nextIndex, canSend }: Progress): object {
  return { state, matchIndex, nextIndex, canSend };
}

describe("a follower that is probed", () => {
  test("gets one append at a time", () => {
    const progress = probing();
    expect([progress.canSend, progress.wantsProbe]).toEqual([true, true]);
    progress.sent(15, 50);
    expect([progress.canSend, progress.wantsProbe]).toEqual([false, false]);
    expect(progress.nextIndex).toBe(11);
  });

  test("may be probed again when it was heard, since the probe may have been lost", () => {
    const progress = probing();
    progress.sent(15, 50);
    progress.mayProbeAgain();
    expect(progress.canSend).toBe(true);
  });

  test("is sent one append after the other once a probe matched", () => {
    const progress = probing();
    progress.sent(15, 50);
    progress.matched(15);
    expect(stateOf(progress)).toEqual({ state: "replicate", matchIndex: 15, nextIndex: 16, canSend: true });
  });

  test("an empty probe that matched says as much", () => {
    expect(stateOf(replicating())).toEqual({ state: "replicate", matchIndex: 10, nextIndex: 11, canSend: true });
  });

  test("what a heartbeat tells of its disk leaves open where the logs agree", () => {
    const progress = probing();
    progress.sent(10, 0);
    progress.learnMatch(4);
    expect(stateOf(progress)).toEqual({ state: "probe", matchIndex: 4, nextIndex: 11, canSend: false });
  });

  test("the answer to a probe counts even if a heartbeat has told the same before", () => {
    const progress = probing();
    progress.sent(10, 0);
    progress.learnMatch(10);
    progress.matched(10);
    expect(progress.state).toBe("replicate");
  });

  test.each([
    ["where the follower says", 7, 8],
    ["one lower at least", 10, 10],
    ["not below what matches", 0, 4],
  ])("after a conflict it is probed %s", (_what, agreeIndex, nextIndex) => {
    const progress = probing();
    progress.learnMatch(3);
    progress.sent(10, 0);
    expect(progress.conflicted(10, agreeIndex)).toBe(true);
    expect(stateOf(progress)).toEqual({ state: "probe", matchIndex: 3, nextIndex, canSend: true });
  });

  test("rule 16: a conflict at another place than the probe's is an old one", () => {
    const progress = probing();
    progress.sent(10, 0);
    expect(progress.conflicted(9, 3)).toBe(false);
    expect(progress.conflicted(11, 3)).toBe(false);
    expect(stateOf(progress)).toEqual({ state: "probe", matchIndex: 0, nextIndex: 11, canSend: false });
  });
});

describe("a follower that is sent all", () => {
  test("gets as many appends as may be under way", () => {
    const progress = replicating();
    for (const last of [11, 12, 13]) progress.sent(last, 1);
    expect(stateOf(progress)).toEqual({ state: "replicate", matchIndex: 10, nextIndex: 14, canSend: false });
    progress.matched(11);
    expect(progress.canSend).toBe(true);
  });

  test("gets as many bytes as may be under way, and a large append still goes alone", () => {
    const progress = replicating();
    progress.sent(11, 99);
    expect(progress.canSend).toBe(true);
    progress.sent(12, 99);
    expect(progress.canSend).toBe(false);
    progress.matched(12);
    expect(progress.canSend).toBe(true);
  });

  test("one answer may settle many appends, and a heartbeat's makes a lost answer good", () => {
    const progress = replicating();
    for (const last of [11, 12, 13]) progress.sent(last, 1);
    progress.learnMatch(12);
    expect(stateOf(progress)).toEqual({ state: "replicate", matchIndex: 12, nextIndex: 14, canSend: true });
    progress.matched(13);
    expect(progress.matchIndex).toBe(13);
  });

  test("is probed from what matches when appends were lost", () => {
    const progress = replicating();
    for (const last of [11, 12, 13]) progress.sent(last, 1);
    progress.lost();
    expect(stateOf(progress)).toEqual({ state: "probe", matchIndex: 10, nextIndex: 11, canSend: true });
  });

  test("is probed from what matches after a conflict", () => {
    const progress = replicating();
    progress.sent(11, 1);
    expect(progress.conflicted(11, 5)).toBe(true);
    expect(stateOf(progress)).toEqual({ state: "probe", matchIndex: 10, nextIndex: 11, canSend: true });
  });

  test("rule 16: a conflict below what matches is an old one", () => {
    const progress = replicating();
    expect(progress.conflicted(10, 3)).toBe(false);
    expect(progress.conflicted(4, 3)).toBe(false);
    expect(stateOf(progress)).toEqual({ state: "replicate", matchIndex: 10, nextIndex: 11, canSend: true });
  });

  test("rule 15: an old or doubled match changes nothing", () => {
    const progress = replicating();
    progress.matched(7);
    progress.matched(10);
    progress.learnMatch(2);
    expect(stateOf(progress)).toEqual({ state: "replicate", matchIndex: 10, nextIndex: 11, canSend: true });
  });
});

describe("a follower that needs what was dropped", () => {
  /** It has said that the logs may agree at 4, not later. */
  const needing = (): Progress => {
    const progress = probing();
    progress.conflicted(10, 4);
    progress.needSnapshot();
    return progress;
  };

  test("is known to need it only if it has said so itself", () => {
    const progress = probing();
    expect(progress.knowsNext).toBe(false);
    progress.conflicted(10, 4);
    expect([progress.knowsNext, progress.nextIndex]).toEqual([true, 5]);
    progress.probeFrom(8);
    expect([progress.knowsNext, progress.nextIndex]).toEqual([false, 8]);
  });

  test("gets nothing else meanwhile, whatever late answers come in", () => {
    const progress = needing();
    progress.mayProbeAgain();
    expect(progress.conflicted(4, 2)).toBe(false);
    progress.matched(3);
    expect(stateOf(progress)).toEqual({ state: "snapshot", matchIndex: 3, nextIndex: 5, canSend: false });
    expect([progress.wantsProbe, progress.retrySnapshotAt]).toEqual([false, null]);
  });

  test("is probed where the snapshot ends, but not beyond the log", () => {
    const progress = needing();
    progress.installed(40, 50);
    expect(stateOf(progress)).toEqual({ state: "probe", matchIndex: 0, nextIndex: 41, canSend: true });
    const other = needing();
    other.installed(40, 20);
    expect(other.nextIndex).toBe(21);
  });

  test("is looked after again when a snapshot has failed, not before", () => {
    const progress = needing();
    progress.snapshotFailed(700);
    expect([progress.state, progress.retrySnapshotAt]).toEqual(["snapshot", 700]);
    progress.probeFrom(30);
    expect([progress.state, progress.retrySnapshotAt, progress.nextIndex]).toEqual(["probe", null, 30]);
  });

  test("news of a snapshot that it does not wait for change nothing", () => {
    const progress = replicating();
    progress.installed(40, 50);
    progress.snapshotFailed(700);
    expect(stateOf(progress)).toEqual({ state: "replicate", matchIndex: 10, nextIndex: 11, canSend: true });
  });
});

test("rule 15: whatever comes in whatever order, matchIndex only grows and stays below nextIndex", () => {
  const random = new Random(15);
  for (let run = 0; run < 300; run += 1) {
    const progress = probing(random.between(1, 20));
    for (let step = 0; step < 60; step += 1) {
      const before = progress.matchIndex;
      disturb(progress, random);
      if (progress.matchIndex < before) throw new Error(`matchIndex fell from ${before} to ${progress.matchIndex} in run ${run}`);
      if (progress.nextIndex <= progress.matchIndex) throw new Error(`nextIndex is ${progress.nextIndex} in run ${run}`);
    }
    // However confused it is, all is settled by a match of the last index sent.
    if (progress.state === "replicate") {
      progress.learnMatch(progress.nextIndex - 1);
      expect(progress.canSend).toBe(true);
    }
  }
});

function disturb(progress: Progress, random: Random): void {
  const index = random.between(0, 30);
  switch (random.between(1, 9)) {
    case 1:
      if (progress.canSend) progress.sent(progress.nextIndex + random.between(0, 3), random.between(0, 60));
      break;
    case 2:
      progress.matched(index);
      break;
    case 3:
      progress.learnMatch(index);
      break;
    case 4:
      progress.conflicted(index, random.between(0, 30));
      break;
    case 5:
      progress.lost();
      break;
    case 6:
      progress.needSnapshot();
      break;
    case 7:
      progress.installed(index, 30);
      break;
    case 8:
      progress.probeFrom(index);
      break;
    default:
      progress.mayProbeAgain();
  }
}
