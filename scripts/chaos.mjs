// Real containers, real faults, and a verdict: `npm run chaos` strikes with every fault once.
//
//   npm run chaos -- --minutes 60 --seed 7     random compositions for an hour, drawn from seed 7
//   npm run chaos -- --keep                    leaves the folder of a run also where nothing was wrong
//   npm run chaos -- --previous IMAGE          upgrades from this image, not from a relabelled build of the present source
//
// Needs a Docker engine. A failing run leaves a folder and prints where.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { minutes: { type: "string" }, seed: { type: "string" }, keep: { type: "boolean" }, previous: { type: "string" } },
});
const minutes = number("minutes", values.minutes);
const seed = number("seed", values.seed ?? (minutes === undefined ? undefined : String(Date.now() % 1_000_000)));

// Without the prefix of the settings of a node, which would refuse them as no settings of its own.
const env = {
  TESTCONTAINERS_RYUK_DISABLED: "true",
  // Held to the times that docs/guarantees.md promises, as on a machine that does nothing else.
  CHAOS_STRICT: "1",
  ...process.env,
  ...(minutes !== undefined && { CHAOS_MINUTES: String(minutes) }),
  ...(seed !== undefined && { CHAOS_SEED: String(seed) }),
  ...(values.keep === true && { CHAOS_KEEP: "1" }),
  ...(values.previous !== undefined && { CHAOS_PREVIOUS_IMAGE: values.previous }),
};
if (minutes !== undefined) console.log(`Random compositions for ${minutes} minutes, from seed ${seed}.`);
const which = minutes === undefined ? [] : ["--testPathPatterns", "chaos/run/random"];
const run = spawnSync(
  process.execPath,
  [join("node_modules", "jest", "bin", "jest.js"), "--selectProjects", "chaos", "--runInBand", ...which],
  { stdio: "inherit", env },
);
process.exitCode = run.status ?? 1;

function number(name, text) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) {
    console.error(`--${name} is a number, not "${text}".`);
    process.exit(2);
  }
  return value;
}
