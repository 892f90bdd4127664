// Runs every jest project and says what it came to: `npm test`, or `npm test -- core storage` for some of them.
//
// The light ones go first, side by side. Those that start processes, containers or whole simulated worlds follow one
// after the other, so that none is late because of its neighbour. The last line is `N passed, N failed, N skipped`.
//
// `npm test -- units` runs those that start neither containers nor whole clusters: what must hold on every version of Node.
//
// A run that has its report and does not end is ended, and is a failure: a test has left something open.
//
// BALSA_FORBID_SKIPS=1 makes failures of whatever could not be run.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kinds } from "../jest.config.js";

const alone = ["sim", "cluster", "fuzz", "browser", "package", "interop", "docker", "chaos"];
/** Where the tests are of which some or all need Docker: all but those that import nothing that reaches for an engine. */
const withDocker = { docker: join("test", "docker"), chaos: join("test", "docker", "chaos") };
const reachesForDocker = /from "\.[./a-z]*\/(compose|docker-cluster|engine|suite)\.ts"/;
/** Their processes and containers take so long that it is not shown yet that they end by themselves, so they are made to. */
const madeToEnd = ["cluster", "fuzz", "docker", "chaos"];
/** That long after its report a run still may close what it has opened. */
const closingMs = 30_000;
const skipsForbidden = process.env.BALSA_FORBID_SKIPS === "1";
const results = mkdtempSync(join(tmpdir(), "balsa-test-"));
const total = { passed: 0, failed: 0, skipped: 0 };

const units = kinds.filter((kind) => !alone.includes(kind));
const wanted = process.argv.slice(2).flatMap((name) => (name === "units" ? units : [name]));
const unknown = wanted.filter((kind) => !kinds.includes(kind));
if (unknown.length > 0) {
  console.error(`There is no test project ${unknown.join(", ")}; there are ${kinds.join(", ")}.`);
  process.exit(2);
}
const chosen = (kind) => wanted.length === 0 || wanted.includes(kind);

try {
  await runProjects(kinds.filter((kind) => chosen(kind) && !alone.includes(kind)));
  for (const kind of alone.filter(chosen)) {
    if (kind in withDocker && !dockerAnswers()) await runWithoutDocker(kind);
    else if (kind === "browser" && !hasChromium()) skip(testsIn(kind), "no Chromium is installed on this machine");
    else await runProjects([kind]);
  }
} finally {
  rmSync(results, { recursive: true, force: true });
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || (skipsForbidden && total.skipped > 0) ? 1 : 0;

/** Runs these projects in one jest and adds up what it found. @param files of their tests only those; all by default */
async function runProjects(projects, files = []) {
  if (projects.length === 0) return;
  console.log(`\n=== ${projects.join(", ")} ===`);
  const report = join(results, `${projects[0]}.json`);
  const isAlone = projects.some((kind) => ["cluster", "fuzz", "browser", "interop", ...Object.keys(withDocker)].includes(kind));
  // Most of the light ones wait more than they work, so two go side by side also where there are two processors.
  const workers = isAlone ? "--runInBand" : "--maxWorkers=2";
  // A container that outlives a test run is removed by the tests themselves, which need no helper container for that.
  const env = { TESTCONTAINERS_RYUK_DISABLED: "true", ...process.env };
  // A node that a test starts would refuse it as no setting of its own.
  delete env.BALSA_FORBID_SKIPS;
  const forced = projects.some((kind) => madeToEnd.includes(kind)) ? ["--forceExit"] : [];
  const chosenFiles = files.length > 0 ? ["--runTestsByPath", ...files] : [];
  const args = ["--selectProjects", ...projects, workers, ...forced, ...chosenFiles, "--ci", "--json", `--outputFile=${report}`];
  const run = await runJest(args, { env, report });
  const found = read(report);
  if (found === null) {
    console.error(`jest gave no report: ${run.error?.message ?? `exit code ${run.status ?? run.signal}`}`);
    total.failed += 1;
    return;
  }
  total.passed += found.numPassedTests;
  total.failed += found.numFailedTests + found.numRuntimeErrorTestSuites;
  total.skipped += found.numPendingTests + found.numTodoTests;
  if (run.leftOpen) {
    console.error(`A test has left something open: npx jest --selectProjects ${projects.join(" ")} --detectOpenHandles`);
    total.failed += 1;
    return;
  }
  // For example a threshold that was missed: no test failed, and yet it is not well.
  if (run.status !== 0 && found.numFailedTests + found.numRuntimeErrorTestSuites === 0) {
    console.error(`jest ended with exit code ${run.status ?? run.signal}, though no test failed.`);
    total.failed += 1;
  }
}

/** Resolves to how jest ended: by itself, or `leftOpen`, made to because it had its report and did not. */
function runJest(args, { env, report }) {
  // The report is in the file; what jest also prints of it is for nobody.
  const options = { stdio: ["inherit", "ignore", "inherit"], env };
  const child = spawn(process.execPath, [join("node_modules", "jest", "bin", "jest.js"), ...args], options);
  let leftOpen = false;
  const timer = setInterval(() => {
    if (!existsSync(report) || Date.now() - statSync(report).mtimeMs < closingMs) return;
    leftOpen = true;
    child.kill("SIGKILL");
  }, 1_000);
  return new Promise((resolve) => {
    const end = (how) => {
      clearInterval(timer);
      resolve({ status: null, signal: null, leftOpen, ...how });
    };
    child.once("error", (error) => end({ error }));
    child.once("close", (status, signal) => end({ status, signal }));
  });
}

/** The report of jest, or null if it came to none. */
function read(report) {
  try {
    return JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return null;
  }
}

/** Whether a Docker engine and its compose can be used here. */
function dockerAnswers() {
  const quiet = { stdio: "ignore", timeout: 20_000 };
  return spawnSync("docker", ["info"], quiet).status === 0 && spawnSync("docker", ["compose", "version"], quiet).status === 0;
}

/** Runs what needs no Docker, and says loudly what does. */
async function runWithoutDocker(kind) {
  const folder = withDocker[kind];
  // The tests of chaos, a kind of its own, lie below those of docker.
  const files = readdirSync(folder, { recursive: kind === "chaos" }).filter((name) => name.endsWith(".test.ts"));
  const skipped = files.filter((name) => reachesForDocker.test(readFileSync(join(folder, name), "utf8")));
  const others = files.filter((name) => !skipped.includes(name)).map((name) => join(folder, name));
  if (others.length > 0) await runProjects([kind], others);
  skip(
    skipped.map((name) => join(folder, name)),
    "no Docker engine with compose answers on this machine",
  );
}

/** Whether there is a browser for the tests of the live page. */
function hasChromium() {
  return JSON.parse(readFileSync(join("test", "browser", "chromium.json"), "utf8")).some((path) => existsSync(path));
}

function testsIn(kind) {
  return readdirSync(join("test", kind))
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join("test", kind, name));
}

function skip(skipped, why) {
  console.error(`\n!!! SKIPPED: ${skipped.join(", ")} did not run, for ${why} !!!`);
  if (skipsForbidden) total.failed += skipped.length;
  else total.skipped += skipped.length;
}
