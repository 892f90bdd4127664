import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Scenario } from "../../src/sim/scenario.ts";
import { Copies, simulate } from "./copy.ts";

const copies = new Copies();
afterAll(() => copies.remove());

/** A leader that counts itself before its disk has the entry. */
const mistake = {
  file: "core/replication.ts",
  find: "if (voter === state.id) return state.log.durableIndex;",
  replace: "if (voter === state.id) return state.log.lastIndex;",
};

function soak(copy: string, args: readonly string[]) {
  return simulate(copy, args, 100_000, "soak");
}

test("fresh worlds are lived through for as long as told, on several processes, and counted together", async () => {
  const { code, output } = await soak(copies.original, ["--minutes", "0.05", "--seconds", "1", "--workers", "2"]);
  const [, seed, worlds] =
    /^Fresh worlds from seed (\d+) on.*\n(\d+) worlds, \d+ virtual seconds in 0\.\d minutes, 0 failed\.$/m.exec(output) ?? [];
  expect(Number(seed)).toBeGreaterThan(0);
  expect(Number(worlds)).toBeGreaterThan(2);
  expect(code).toBe(0);
}, 60_000);

describe("a failure", () => {
  const copy = copies.changed([mistake]);
  const folder = join(copy, "failures");
  let output = "";
  let code: number | null = 0;
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  const seedFolder = () => `seed-${/^Seed (\d+) failed/m.exec(output)?.[1]}`;
  const smallest = (): Scenario => JSON.parse(read(`${seedFolder()}/smallest.json`));

  beforeAll(async () => {
    const args = ["--minutes", "1", "--seed", "1", "--seconds", "3", "--failures", "1", "--folder", folder];
    ({ code, output } = await soak(copy, args));
  }, 100_000);

  test("ends the soak, and is reported with its seed and how to see it again", () => {
    expect(code).toBe(1);
    expect(output).toMatch(/^Seed \d+ failed after \d+\.\d{3} virtual seconds: .+$/m);
    expect(output).toMatch(/^To see it again: npm run sim -- --seed \d+ --seconds 3 --trace trace\.txt$/m);
    expect(output).toMatch(/^To see it again: npm run sim -- --scenario .+smallest\.json --trace trace\.txt$/m);
  });

  test("leaves its report and its trace in words", () => {
    expect(output).toContain(read(`${seedFolder()}/report.txt`));
    expect(read(`${seedFolder()}/trace.txt`)).toMatch(/^ +\d+\.\d{3} \[Node \d\]\[Term \d+\]\[\w+\] .+$/m);
    expect(existsSync(join(folder, seedFolder(), "smallest-trace.txt"))).toBe(true);
  });

  test("is made smaller: less time, no fault and no client that it does not need", () => {
    const { seconds, faults, workload } = smallest();
    expect(seconds).toBeLessThan(3);
    // This mistake needs no fault at all: it is noticed as soon as anything is committed.
    expect(faults?.faults).toEqual([]);
    expect(workload.clients).toBe(1);
    const [whole, small] = ["trace.txt", "smallest-trace.txt"].map((file) => read(`${seedFolder()}/${file}`).length);
    expect(small).toBeLessThanOrEqual(whole ?? 0);
  });

  test("is replayed by its smallest world, line by line", async () => {
    const trace = join(copy, "again.txt");
    const again = await simulate(copy, ["--scenario", join(folder, seedFolder(), "smallest.json"), "--trace", trace]);
    expect(again.code).toBe(1);
    expect(readFileSync(trace, "utf8")).toBe(read(`${seedFolder()}/smallest-trace.txt`));
    // Without the mistake the same world holds.
    const repaired = await simulate(copies.original, ["--scenario", join(folder, seedFolder(), "smallest.json")]);
    expect(repaired.output).toContain("1 of 1 worlds held");
  });
});

test.each([
  [[], "--minutes must be given."],
  [["--minutes", "no"], '--minutes must be a number above 0, not "no".'],
  [["--minutes", "1", "--workers", "0"], '--workers must be a whole number from 1 on, not "0".'],
  [["--minutes", "1", "--faults", "flood"], '--faults knows no "flood"; there are crash, '],
])("%j is refused with a sentence, and the usage", async (args, sentence) => {
  const { code, output } = await soak(copies.original, args);
  expect(output).toContain(sentence);
  expect(output).toContain("npm run soak -- --minutes N");
  expect(code).toBe(2);
});
