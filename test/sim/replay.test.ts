import { readFileSync } from "node:fs";
import { join } from "node:path";
import { drawScenario } from "../../src/sim/scenario.ts";
import { World } from "../../src/sim/world.ts";
import { Copies, simulate } from "./copy.ts";

const copies = new Copies();
afterAll(() => copies.remove());

function run(seed: number): { lines: string[]; fingerprint: string } {
  const lines: string[] = [];
  const scenario = drawScenario({ seed, nodes: null, seconds: 5, faults: null, isQuiet: false });
  const { fingerprint } = new World(scenario, (line) => lines.push(line)).run();
  return { lines, fingerprint };
}

test("two runs of one seed are the same to the last line, and other seeds are other worlds", () => {
  const fingerprints = new Set<string>();
  for (let seed = 1; seed <= 20; seed += 1) {
    const first = run(seed);
    const second = run(seed);
    expect(first.lines.length).toBeGreaterThan(100);
    expect(second.lines.join("\n") === first.lines.join("\n")).toBe(true);
    expect(second.fingerprint).toBe(first.fingerprint);
    fingerprints.add(first.fingerprint);
  }
  expect(fingerprints.size).toBe(20);
});

test("whether somebody listens changes nothing", () => {
  const scenario = drawScenario({ seed: 3, nodes: null, seconds: 5, faults: null, isQuiet: false });
  expect(new World(scenario).run().fingerprint).toBe(run(3).fingerprint);
});

test("a new process replays a world byte by byte", async () => {
  const trace = join(copies.original, "trace.txt");
  const { code } = await simulate(copies.original, ["--seed", "11", "--seconds", "5", "--trace", trace]);
  expect(code).toBe(0);
  expect(readFileSync(trace, "utf8")).toBe(`${run(11).lines.join("\n")}\n`);
}, 60_000);
