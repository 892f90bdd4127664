import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { plainEnvironment } from "../support/node-process.ts";
import { cli } from "./cli-world.ts";
import { type OneNode, startOneNode } from "./one-node.ts";

// Output that cannot be written. What a program prints is its answer, so without it the program has not done its work.

jest.setTimeout(60_000);

const dist = resolve(__dirname, "../..", process.env.BALSA_TEST_DIST ?? "dist", "main");
let node: OneNode;
beforeAll(async () => {
  node = await startOneNode();
  await cli("set", "there", "x".repeat(2_000), "--endpoints", node.address);
});
afterAll(() => node.remove());

interface Run {
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs a program with this as its standard output; "closed" is a pipe that nobody reads. */
function run(words: readonly string[], output: string, { error = "pipe" as "pipe" | number } = {}): Promise<Run> {
  const [script = "", ...args] = words;
  const isPipe = output === "closed";
  const descriptor = isPipe ? null : openSync(output, "w");
  const child = spawn(process.execPath, [join(dist, script), ...args], {
    stdio: ["ignore", descriptor ?? "pipe", error],
    env: { ...plainEnvironment(), BALSA_ENDPOINTS: node.address },
  });
  if (descriptor !== null) closeSync(descriptor);
  child.stdout?.destroy();
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  return new Promise((done) => child.once("close", (code) => done({ code, stderr })));
}

const done: readonly string[] = [
  ...["get there", "set other 1", "scan --json", "watch --from 1", "status --watch", "member list"],
  ...["--help", "--version", "serve --print-config --id 1", "node --help"],
].map((words) => `cli.js ${words}`);
const refused: readonly string[] = ["get nothing --json", "cas there --absent --new-value x"].map((words) => `cli.js ${words}`);

test.each([...done, "server.js --help", "cluster.js --help"])(
  "%s says that a full disk did not take its output, and may be read by one that has soon seen enough",
  async (words) => {
    const [full, closed] = await Promise.all([run(words.split(" "), "/dev/full"), run(words.split(" "), "closed")]);
    expect(full).toEqual({
      code: exitCodes.output,
      stderr: expect.stringMatching(/^The output could not be written: ENOSPC: [^\n]+\.\n$/),
    });
    expect(closed).toEqual({ code: exitCodes.done, stderr: "" });
  },
);

test.each(refused)("a refusal stays a refusal, wherever its output went: %s", async (words) => {
  const [full, closed] = await Promise.all([run(words.split(" "), "/dev/full"), run(words.split(" "), "closed")]);
  expect(full).toEqual({ code: exitCodes.failed, stderr: expect.stringContaining("ENOSPC") });
  expect(closed).toEqual({ code: exitCodes.failed, stderr: "" });
});

test("an output of which only the first part had room is lost as well", async () => {
  const folder = mkdtempSync(join(tmpdir(), "balsa-output-"));
  const file = join(folder, "out");
  const words = `exec "$0" "$1" get there --endpoints ${node.address} > ${file}`;
  const child = spawn("bash", ["-c", `ulimit -f 1; ${words}`, process.execPath, join(dist, "cli.js")], {
    stdio: ["ignore", "ignore", "pipe"],
    env: plainEnvironment(),
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  expect(await new Promise((ended) => child.once("close", ended))).toBe(exitCodes.output);
  expect(stderr).toMatch(/^The output could not be written: EFBIG/);
  expect(readFileSync(file)).toHaveLength(1024);
  rmSync(folder, { recursive: true });
});

test("where standard error cannot be written either, the exit code is still right", async () => {
  const full = openSync("/dev/full", "w");
  expect((await run(["cli.js", "get", "there"], "/dev/full", { error: full })).code).toBe(exitCodes.output);
  expect((await run(["cli.js", "get", "nothing"], "/dev/null", { error: full })).code).toBe(exitCodes.failed);
  expect((await run(["cli.js", "get"], "/dev/null", { error: full })).code).toBe(exitCodes.usage);
  expect((await run(["cli.js", "serve", "--bogus"], "/dev/null", { error: full })).code).toBe(exitCodes.usage);
  closeSync(full);
});
