import { fork } from "node:child_process";
import { randomInt } from "node:crypto";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { faultKinds } from "../sim/faults/fault-plan.ts";
import { errorText } from "../terminal/error-text.ts";
import { exitCodes } from "../terminal/exit-codes.ts";
import { type LaneNews, type LaneOptions, soak } from "../tools/soak/lane.ts";
import { amount, faultKindsOf, wholeNumber } from "./sim-arguments.ts";

/** `npm run soak`: fresh virtual clusters under faults for as long as told, in as many processes as told. */

const usage = `Runs the real node in fresh virtual worlds of faults for as long as told.

  npm run soak -- --minutes N [options]

  --minutes N    how long, in minutes of real time
  --seed S       the first seed (default: drawn); the seeds after it follow one by one
  --workers W    number of processes side by side (default 1)
  --seconds T    virtual seconds of faults in each world (default 10)
  --nodes N      how many nodes; by default each seed has its own number
  --faults A,B   only these kinds of fault; by default each seed has its own.
                 ${faultKinds.join(", ")}
  --folder DIR   where each failure leaves a folder (default soak-failures)
  --failures M   number of failures that end it early (default 3)

A failure leaves its seed, its trace in words, and the smallest world that still fails.
`;

/** Seeds that are drawn lie below this. */
const seedMax = 2 ** 40;
/** How often the sums so far are printed, in ms. */
const progressMs = 30_000;

interface Plan {
  readonly workers: number;
  readonly lane: Omit<LaneOptions, "seedStep">;
}

const sums = { worlds: 0, seconds: 0, failures: 0 };

async function main(): Promise<number> {
  const lane = process.argv[2] === "--lane" ? process.argv[3] : undefined;
  if (lane !== undefined) {
    soak(JSON.parse(lane), (news) => process.send?.(news));
    process.disconnect?.();
    return exitCodes.done;
  }
  let plan: Plan;
  try {
    plan = readArguments();
  } catch (error) {
    console.error(`${errorText(error)}\n\n${usage}`);
    return exitCodes.usage;
  }
  const startedAt = performance.now();
  console.log(`Fresh worlds from seed ${plan.lane.seed} on, for ${plan.lane.minutes} minutes, in ${plan.workers} processes.`);
  const progress = setInterval(() => printSums(startedAt), progressMs);
  const codes = await Promise.all(Array.from({ length: plan.workers }, (_, place) => runLane(plan, place)));
  clearInterval(progress);
  printSums(startedAt);
  const broken = codes.filter((code) => code !== 0);
  if (broken.length > 0) console.error(`${broken.length} of ${plan.workers} processes ended with code ${broken.join(", ")}.`);
  return sums.failures + broken.length === 0 ? exitCodes.done : exitCodes.failed;
}

/** One process; its seeds lie between those of the others. */
function runLane({ workers, lane }: Plan, place: number): Promise<number | null> {
  const options: LaneOptions = { ...lane, seed: lane.seed + place, seedStep: workers };
  return new Promise((resolve, reject) => {
    const child = fork(process.argv[1] ?? "", ["--lane", JSON.stringify(options)]);
    child.on("message", (news: LaneNews) => onNews(news, lane.failuresMax));
    child.on("error", reject);
    child.on("close", resolve);
  });
}

function onNews(news: LaneNews, failuresMax: number): void {
  if (news.type === "progress") {
    sums.worlds += news.worlds;
    sums.seconds += news.seconds;
    return;
  }
  sums.failures += 1;
  console.log(`\n${news.report}\nAll of it is in ${news.folder}\n`);
  if (sums.failures >= failuresMax) console.log(`${sums.failures} failures: each process ends after as many.`);
}

function printSums(startedAt: number): void {
  const minutes = (performance.now() - startedAt) / 60_000;
  console.log(
    `${sums.worlds} worlds, ${sums.seconds.toFixed(0)} virtual seconds in ${minutes.toFixed(1)} minutes, ${sums.failures} failed.`,
  );
}

function readArguments(): Plan {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string" },
      seed: { type: "string" },
      workers: { type: "string", default: "1" },
      seconds: { type: "string", default: "10" },
      nodes: { type: "string" },
      faults: { type: "string" },
      folder: { type: "string", default: "soak-failures" },
      failures: { type: "string", default: "3" },
    },
  });
  if (values.minutes === undefined) throw new RangeError("--minutes must be given.");
  return {
    workers: wholeNumber("workers", values.workers),
    lane: {
      minutes: amount("minutes", values.minutes),
      seed: values.seed === undefined ? randomInt(1, seedMax) : wholeNumber("seed", values.seed),
      seconds: wholeNumber("seconds", values.seconds),
      nodes: values.nodes === undefined ? null : wholeNumber("nodes", values.nodes),
      faults: values.faults === undefined ? null : faultKindsOf(values.faults),
      folder: values.folder,
      failuresMax: wholeNumber("failures", values.failures),
    },
  };
}

main().then((code) => {
  process.exitCode = code;
});
