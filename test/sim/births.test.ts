import { calamityKinds } from "../../src/sim/births/calamities.ts";
import { type BirthsResult, BirthsWorld } from "../../src/sim/births/world.ts";
import { addUp } from "../../src/sim/counters.ts";

// Clusters that are begun, lost, begun again and recovered by force under living clients: whatever is done to their lists
// and directories, nothing that was acknowledged is missing in silence.

const seconds = 8;
const worldsPerTest = 10;
const worlds = 80;
const counts: (readonly [string, number])[] = [];

for (let first = 1; first <= worlds; first += worldsPerTest) {
  const last = first + worldsPerTest - 1;
  test(`the worlds of seeds ${first} to ${last} hold`, () => {
    for (let seed = first; seed <= last; seed += 1) {
      const result = new BirthsWorld({ seed, seconds, kinds: null }).run();
      counts.push(...Object.entries(result.counters));
      expect(reportOf(result)).toBe("");
    }
  }, 60_000);
}

test("everything that can be done to them was done, clients were told, and work was done all the same", () => {
  const sums = addUp(counts);
  expect(calamityKinds.filter((name) => (sums.get(name) ?? 0) === 0)).toEqual([]);
  for (const name of ["told", "watchesTold", "refusedPlaces"]) expect(sums.get(name)).toBeGreaterThan(worlds / 2);
  expect(sums.get("incarnations")).toBeGreaterThan(2 * worlds);
  expect(sums.get("answered")).toBeGreaterThan(100 * worlds);
});

test("equal seeds give equal worlds", () => {
  const [one, other] = [1, 2].map(() => new BirthsWorld({ seed: 7, seconds, kinds: null }).run());
  expect(one?.fingerprint).toBe(other?.fingerprint);
});

function reportOf({ seed, failure, lastLines }: BirthsResult): string {
  if (failure === null) return "";
  const replay = `npm run births -- --seed ${seed} --seconds ${seconds} --trace trace.txt`;
  return [...lastLines, `Seed ${seed}: ${failure}`, `To see it again: ${replay}`].join("\n");
}
