import { Copies, simulate } from "./copy.ts";

const copies = new Copies();
afterAll(() => copies.remove());

test("a run says how many worlds held, and how fast they were", async () => {
  const { code, output } = await simulate(copies.original, ["--runs", "2", "--seconds", "1", "--nodes", "3"]);
  expect(output).toMatch(/^2 of 2 worlds held, \d+ virtual seconds in \d+\.\d: \d+ in one\.$/m);
  expect(code).toBe(0);
});

test("with --json each world is one line of JSON, and all together another", async () => {
  const { output } = await simulate(copies.original, ["--runs", "2", "--seconds", "1", "--json"]);
  const lines = output
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(lines).toMatchObject([
    { seed: 1, failure: null },
    { seed: 2, failure: null },
    { runs: 2, failed: 0 },
  ]);
});

test("an idle cluster has one leader and loses nothing", async () => {
  const { output } = await simulate(copies.original, ["--quiet", "--seconds", "20", "--json"]);
  const world: unknown = JSON.parse(output.split("\n")[0] ?? "");
  expect(world).toMatchObject({ nodes: 5, failure: null, counters: { leaders: 1, lives: 5, lost: 0, refused: 0, unknown: 0 } });
});

test("a failure shows what happened last, its seed, and how to see it again", async () => {
  const find = "if (voter === state.id) return state.log.durableIndex;";
  const copy = copies.changed([
    { file: "core/replication.ts", find, replace: "if (voter === state.id) return state.log.lastIndex;" },
  ]);
  const { code, output } = await simulate(copy, ["--runs", "20", "--seconds", "2", "--faults", "slowDisk,crash"]);
  expect(output).toMatch(/^ +\d+\.\d{3} \[Node \d\]\[Term \d+\]\[\w+\] .+$/m);
  expect(output).toMatch(/^Seed \d+ failed after \d+\.\d{3} virtual seconds: .+$/m);
  expect(output).toMatch(/^To see it again: npm run sim -- --seed \d+ --seconds 2 --faults slowDisk,crash --trace trace\.txt$/m);
  expect(code).toBe(1);
});

test.each([
  [["--seed", "x"], '--seed must be a whole number from 1 on, not "x".'],
  [["--runs", "0"], '--runs must be a whole number from 1 on, not "0".'],
  [["--faults", "flood"], '--faults knows no "flood"; there are crash, '],
  [["--colour"], "Unknown option '--colour'"],
])("%j is refused with a sentence, and the usage", async (args, sentence) => {
  const { code, output } = await simulate(copies.original, args);
  expect(output).toContain(sentence);
  expect(output).toContain("npm run sim -- [options]");
  expect(code).toBe(2);
});
