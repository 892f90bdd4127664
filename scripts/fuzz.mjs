// Everything that can be said at both ports of real nodes, and much that cannot: `npm run fuzz`.
//
//   npm run fuzz -- --seed 7                  the messages of seed 7; by default any
//   npm run fuzz -- --messages 1000000        so many of them
//
// A failing run prints its seed and what was said last. A seed draws the same messages again; when they arrive is for
// the machine to say, and the terms and indexes in them are those of the run.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { seed: { type: "string" }, messages: { type: "string" } } });
const seed = number("seed", values.seed ?? String(Date.now() % 1_000_000));
const messages = number("messages", values.messages ?? "200000");

// Without the prefix of the settings of a node, which would refuse them as no settings of its own.
const env = { ...process.env, FUZZ_SEED: String(seed), FUZZ_MESSAGES: String(messages) };
const run = spawnSync(
  process.execPath,
  [join("node_modules", "jest", "bin", "jest.js"), "--selectProjects", "fuzz", "--runInBand", "--forceExit"],
  { stdio: "inherit", env },
);
process.exitCode = run.status ?? 1;

function number(name, text) {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    console.error(`--${name} is a whole number from 1 on, not "${text}".`);
    process.exit(2);
  }
  return value;
}
