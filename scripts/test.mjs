// Runs every jest project and says what it came to: `npm test`, or `npm test -- core storage` for some of them.
//
// The light ones go first, side by side. Those that start processes, containers or whole simulated worlds follow one
// after the other, so that none is late because of its neighbour. The last line is `N passed, N failed, N skipped`.
//
// BALSA_FORBID_SKIPS=1 makes failures of whatever could not be run.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kinds } from "../jest.config.js";

const alone = ["sim", "cluster", "package", "interop", "docker", "chaos"];
/** Where the tests are of which some or all need Docker: all but those that import nothing that reaches for an engine. */
const withDocker = { docker: join("test", "docker"), chaos: join("test", "docker", "chaos") };
const reachesForDocker = /from "\.\/(compose|docker-cluster|engine|suite)\.ts"/;
const skipsForbidden = process.env.BALSA_FORBID_SKIPS === "1";
const results = mkdtempSync(join(tmpdir(), "balsa-test-"));
const total = { passed: 0, failed: 0, skipped: 0 };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((kind) => !kinds.includes(kind));
if (unknown.length > 0) {
  console.error(`There is no test project ${unknown.join(", ")}; there are ${kinds.join(", ")}.`);
  process.exit(2);
}
const chosen = (kind) => wanted.length === 0 || wanted.includes(kind);

try {
  runProjects(kinds.filter((kind) => chosen(kind) && !alone.includes(kind)));
  for (const kind of alone.filter(chosen)) {
    if (kind in withDocker && !dockerAnswers()) runWithoutDocker(kind);
    else runProjects([kind]);
  }
} finally {
  rmSync(results, { recursive: true, force: true });
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || (skipsForbidden && total.skipped > 0) ? 1 : 0;

/** Runs these projects in one jest and adds up what it found. @param files of their tests only those; all by default */
function runProjects(projects, files = []) {
  if (projects.length === 0) return;
  console.log(`\n=== ${projects.join(", ")} ===`);
  const report = join(results, `${projects[0]}.json`);
  const inBand = projects.some((kind) => ["cluster", "interop", ...Object.keys(withDocker)].includes(kind)) ? ["--runInBand"] : [];
  // A container that outlives a test run is removed by the tests themselves, which need no helper container for that.
  const env = { TESTCONTAINERS_RYUK_DISABLED: "true", ...process.env };
  // A node that a test starts would refuse it as no setting of its own.
  delete env.BALSA_FORBID_SKIPS;
  const run = spawnSync(
    process.execPath,
    [
      join("node_modules", "jest", "bin", "jest.js"),
      "--selectProjects",
      ...projects,
      ...inBand,
      ...(files.length > 0 ? ["--runTestsByPath", ...files] : []),
      "--ci",
      "--json",
      `--outputFile=${report}`,
    ],
    // The report is in the file; what jest also prints of it is for nobody.
    { stdio: ["inherit", "ignore", "inherit"], env },
  );
  const found = read(report);
  if (found === null) {
    console.error(`jest gave no report: ${run.error?.message ?? `exit code ${run.status ?? run.signal}`}`);
    total.failed += 1;
    return;
  }
  total.passed += found.numPassedTests;
  total.failed += found.numFailedTests + found.numRuntimeErrorTestSuites;
  total.skipped += found.numPendingTests + found.numTodoTests;
  // For example a handle that was left open, or a threshold that was missed: no test failed, and yet it is not well.
  if (run.status !== 0 && found.numFailedTests + found.numRuntimeErrorTestSuites === 0) {
    console.error(`jest ended with exit code ${run.status ?? run.signal}, though no test failed.`);
    total.failed += 1;
  }
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
function runWithoutDocker(kind) {
  const folder = withDocker[kind];
  const files = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
  const skipped = files.filter((name) => reachesForDocker.test(readFileSync(join(folder, name), "utf8")));
  const others = files.filter((name) => !skipped.includes(name)).map((name) => join(folder, name));
  if (others.length > 0) runProjects([kind], others);
  const line = `!!! SKIPPED: ${skipped.join(", ")} of ${folder} did not run, for no Docker engine with compose answers on this machine !!!`;
  console.error(`\n${line}`);
  if (skipsForbidden) total.failed += skipped.length;
  else total.skipped += skipped.length;
}
