import { Chaos } from "./chaos.ts";

// Everything that may happen to bare cores, in any order.

const seeds = 250;

test("rule 15: whatever is lost, doubled, reordered or delayed, and whoever crashes, what is committed stays and the cluster heals", () => {
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= seeds; seed += 1) new Chaos(seed, seen).run();
  expectOften(seen, [
    "leaderElected",
    "leaderLost",
    "logCommitted",
    "logTruncated",
    "readServed",
    "wokeLate",
    "diskStalled",
    "readable",
  ]);
});

test("rules 20 and 26: whoever comes and goes meanwhile, what is committed stays, and every change is brought to its end", () => {
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= seeds / 2; seed += 1) new Chaos(seed, seen, { changes: true, transfers: seed % 2 === 0 }).run();
  expectOften(seen, ["membersChanged", "learnerCaughtUp", "removed", "logTruncated", "readServed"]);
});

test("rules 51 and 53: however often leaders hand over, each transfer ends, and the cluster takes writes after it", () => {
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= seeds / 2; seed += 1) new Chaos(seed, seen, { transfers: true }).run();
  expectOften(seen, ["transferStarted", "transferEnded", "transferred", "logTruncated"]);
});

test("rules 28, 39, 40, and 45: whatever is dropped from logs and sent as a snapshot, all have the same in the end", () => {
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= seeds; seed += 1) new Chaos(seed, seen, { compacts: true, changes: seed % 2 === 0 }).run();
  expectOften(seen, ["logCompacted", "snapshotOffered", "snapshotInstalled", "membersChanged", "learnerCaughtUp", "removed"]);
});

test("rules 51 and 53: whoever hands over, and whatever becomes of it, whoever asked is answered, and proposals are taken again", () => {
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= seeds / 2; seed += 1)
    new Chaos(seed, seen, { transfers: true, changes: seed % 3 === 0, compacts: seed % 3 === 1 }).run();
  expectOften(seen, ["transferStarted", "transferEnded", "transferred", "leaderElected", "logCommitted"]);
});

/** A run in which nothing happens would find nothing. */
function expectOften(seen: ReadonlyMap<string, number>, kinds: readonly string[]): void {
  for (const what of kinds) expect({ what, often: (seen.get(what) ?? 0) > 20 }).toEqual({ what, often: true });
}
