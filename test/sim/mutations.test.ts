import { allMutations } from "./all-mutations.ts";
import { Copies, simulate } from "./copy.ts";
import type { Mutation } from "./mutation.ts";

// Whether the simulator would notice: mistakes are planted in a copy of the sources, one at a time, and the copy runs
// until a world fails. These worlds are short, and each mistake has a limit of worlds, several times what it needs.

const seconds = "3";
/** Clusters take longer to be lost and begun again. */
const birthsSeconds = "6";
/** So many simulators at once. */
const lanes = 2;

const copies = new Copies();
afterAll(() => copies.remove());

/** What each mutation came to. They are begun in order, a few at a time, and each test waits for its own. */
const verdicts = new Map<Mutation, Promise<string>>();
const lastOfLane = Array.from({ length: lanes }, () => Promise.resolve(""));
for (const [place, mutation] of allMutations.entries()) {
  const lane = place % lanes;
  const verdict = (lastOfLane[lane] ?? Promise.resolve("")).then(() => judge(mutation));
  verdicts.set(mutation, verdict);
  lastOfLane[lane] = verdict;
}

test.each(allMutations)(
  "$name: noticed within $worlds worlds",
  async (mutation) => {
    expect(await verdicts.get(mutation)).toMatch(/^noticed in world \d+: /);
  },
  900_000,
);

test("a text that is not there exactly once plants nothing", () => {
  expect(() => copies.changed([{ file: "core/log.ts", find: "no such text", replace: "" }])).toThrow("0 times, not once");
});

test("the unchanged copy holds in the same worlds", async () => {
  const { code, output } = await simulate(copies.original, ["--runs", "50", "--seconds", seconds]);
  expect(output).toContain("50 of 50 worlds held");
  expect(code).toBe(0);
}, 400_000);

async function judge({ changes, worlds, options = [], program = "simulate" }: Mutation): Promise<string> {
  try {
    const copy = copies.changed(changes);
    const args = ["--runs", String(worlds), "--seconds", program === "simulate" ? seconds : birthsSeconds, "--json", ...options];
    const { code, output } = await simulate(copy, args, undefined, program);
    const failed = output.split("\n").find((line) => line.includes('"failure":"'));
    if (code !== 1 || failed === undefined) return `not noticed, the simulator ended with ${code}: ${output.slice(-1_000)}`;
    const { seed, failure }: { seed: number; failure: string } = JSON.parse(failed);
    return `noticed in world ${seed}: ${failure}`;
  } catch (error) {
    return String(error);
  }
}
