import { closeSync, openSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { type CalamityKind, calamityKinds } from "../sim/births/calamities.ts";
import { type BirthsGiven, type BirthsResult, BirthsWorld } from "../sim/births/world.ts";
import { addUp } from "../sim/counters.ts";
import { errorText } from "../terminal/error-text.ts";
import { exitCodes } from "../terminal/exit-codes.ts";
import { wholeNumber } from "./sim-arguments.ts";

/** `npm run births`: virtual clusters that are lost, begun again and recovered by force, until one fails or all have passed. */

const usage = `Runs the real node in virtual worlds in which clusters are begun, lost, begun again and recovered by force.

  npm run births -- [options]

  --seed N         the first world (default 1); the same number is always the same world
  --runs M         how many worlds, each with the next seed (default 1)
  --seconds S      virtual seconds of calamities in each world (default 10)
  --kinds A,B      only these kinds; by default each seed has its own.
                   ${calamityKinds.join(", ")}
  --trace FILE     writes every event of the first world to this file
  --json           one line of JSON for each world
`;

interface Arguments extends BirthsGiven {
  readonly runs: number;
  readonly trace: string | null;
  readonly isJson: boolean;
}

function main(): number {
  let read: Arguments;
  try {
    read = readArguments();
  } catch (error) {
    console.error(`${errorText(error)}\n\n${usage}`);
    return exitCodes.usage;
  }
  const counts: (readonly [name: string, count: number])[] = [];
  for (let run = 0; run < read.runs; run += 1) {
    const result = live({ ...read, seed: read.seed + run }, run === 0 ? read.trace : null);
    counts.push(...Object.entries(result.counters));
    if (read.isJson) console.log(JSON.stringify({ ...result, lastLines: undefined }));
    if (result.failure === null) continue;
    if (!read.isJson) report(result, read);
    return exitCodes.failed;
  }
  console.log(`${read.runs} of ${read.runs} worlds held.`);
  if (!read.isJson) for (const [name, value] of addUp(counts)) console.log(`  ${name.padEnd(24)} ${value}`);
  return exitCodes.done;
}

function live(given: BirthsGiven, traceFile: string | null): BirthsResult {
  if (traceFile === null) return new BirthsWorld(given).run();
  const file = openSync(traceFile, "w");
  try {
    return new BirthsWorld(given, (line) => writeSync(file, `${line}\n`)).run();
  } finally {
    closeSync(file);
  }
}

function report({ seed, failure, seconds, lastLines }: BirthsResult, { seconds: given, kinds }: Arguments): void {
  const only = kinds === null ? "" : ` --kinds ${kinds.join(",")}`;
  console.log(lastLines.join("\n"));
  console.log(`\nSeed ${seed} failed after ${seconds.toFixed(3)} virtual seconds: ${failure}`);
  console.log(`To see it again: npm run births -- --seed ${seed} --seconds ${given}${only} --trace trace.txt`);
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      runs: { type: "string", default: "1" },
      seconds: { type: "string", default: "10" },
      kinds: { type: "string" },
      trace: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  return {
    seed: wholeNumber("seed", values.seed),
    runs: wholeNumber("runs", values.runs),
    seconds: wholeNumber("seconds", values.seconds),
    kinds: values.kinds === undefined ? null : values.kinds.split(",").map(kindOf),
    trace: values.trace ?? null,
    isJson: values.json,
  };
}

function kindOf(name: string): CalamityKind {
  const kind = calamityKinds.find((known) => known === name);
  if (kind === undefined) throw new RangeError(`--kinds knows no "${name}"; there are ${calamityKinds.join(", ")}.`);
  return kind;
}

process.exitCode = main();
