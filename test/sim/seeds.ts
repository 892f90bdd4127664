import { addUp, listCounters } from "../../src/sim/counters.ts";
import { faultKinds } from "../../src/sim/faults/fault-plan.ts";
import { drawScenario } from "../../src/sim/scenario.ts";
import { type Result, World } from "../../src/sim/world.ts";

/** Virtual seconds of faults in each world. */
const seconds = 10;
const worldsPerTest = 10;

/** What must have happened somewhere in these worlds, or they prove less than they claim. */
const needed: readonly string[] = [
  ...faultKinds,
  "lost",
  "doubled",
  "held",
  "forwarded",
  "done",
  "refused",
  "unknown",
  "logTruncated",
  "readServed",
  "voteRefused",
  "diskStalled",
  "wokeLate",
  "leaderLost",
  "chunks",
  "comparisons",
  "strangers",
  "clashed",
  "membersChanged",
  "learnerCaughtUp",
  "removed",
  "logCompacted",
  "snapshotOffered",
  "snapshotInstalled",
  "transferStarted",
  "transferEnded",
  "sessions",
  "repeated",
  "sessionsEnded",
  "keysReleased",
  "watched",
  "watchesGone",
];

/** The worlds of these seeds hold. */
export function worldsHold(from: number, to: number): void {
  const counts: (readonly [string, number])[] = [];
  for (let first = from; first <= to; first += worldsPerTest) {
    const last = Math.min(to, first + worldsPerTest - 1);
    test(`the worlds of seeds ${first} to ${last} hold`, () => {
      for (let seed = first; seed <= last; seed += 1) {
        const result = new World(drawScenario({ seed, nodes: null, seconds, faults: null, isQuiet: false })).run();
        counts.push(...listCounters(result.counters));
        expect(reportOf(result)).toBe("");
      }
    }, 60_000);
  }

  test("everything that can go wrong did, and work was done all the same", () => {
    const sums = addUp(counts);
    expect(needed.filter((name) => (sums.get(name) ?? 0) === 0)).toEqual([]);
    expect(sums.get("done") ?? 0).toBeGreaterThan((to - from) * 100);
    expect(sums.get("leaders") ?? 0).toBeGreaterThan((to - from) * 2);
  });
}

function reportOf({ seed, failure, lastLines }: Result): string {
  if (failure === null) return "";
  const replay = `npm run sim -- --seed ${seed} --seconds ${seconds} --trace trace.txt`;
  return [...lastLines, `Seed ${seed}: ${failure}`, `To see it again: ${replay}`].join("\n");
}
