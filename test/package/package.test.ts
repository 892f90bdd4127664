import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "../cluster/free-ports.ts";
import { type OneNode, startOneNode } from "../main/one-node.ts";

// The package as npm makes it, in the hands of somebody who has nothing but it.

jest.setTimeout(180_000);

const run = promisify(execFile);
const root = resolve(__dirname, "../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
let folder: string;
let packed: { filename: string; files: { path: string }[] };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "balsa-package-"));
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: root });
  [packed] = JSON.parse(stdout);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "somebody", private: true, type: "module" }));
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", `./${packed.filename}`], { cwd: folder });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the package holds the programs, their types and the protos, and nothing else", () => {
  const paths = packed.files.map(({ path }) => path);
  const expected = [
    /^dist\/[\w/.-]+\.(js|d\.ts)$/,
    /^proto\/[\w/]+\.proto$/,
    /^(README|CHANGELOG)\.md$/,
    /^LICENSE$/,
    /^package\.json$/,
  ];
  expect(paths.filter((path) => !expected.some((pattern) => pattern.test(path)))).toEqual([]);
  // The simulator and the benchmark are for those who build it.
  expect(paths.filter((path) => /^dist\/(sim|main\/bench|main\/simulate|main\/soak)/.test(path))).toEqual([]);
  const wanted = ["dist/main/balsa.js", "dist/main/balsa.d.ts", ...Object.values<string>(manifest.bin), ...protos()];
  expect(wanted.filter((path) => !paths.includes(path))).toEqual([]);
});

test("no file of the package imports one that was left out", () => {
  const paths = new Set(packed.files.map(({ path }) => path));
  const missing = [...paths]
    .filter((path) => path.endsWith(".js"))
    .flatMap((path) => importsOf(path).filter((file) => !paths.has(file)));
  expect(missing).toEqual([]);
});

test("its programs run", async () => {
  for (const name of Object.keys(manifest.bin)) {
    const { stdout } = await run("npx", ["--no-install", name, "--help"], { cwd: folder });
    expect(stdout).toContain("--");
  }
});

test("a program with a machine of its own runs three nodes, writes and reads", async () => {
  const { stdout } = await runExample("counter.ts", (await freePorts(3)).map(String));
  expect(stdout).toBe("node 1: visits is now 1\nnode 2: visits is now 2\nnode 3: visits is now 3\nvisits: 3\n");
});

describe("a program that is a client", () => {
  let node: OneNode;
  beforeAll(async () => {
    node = await startOneNode();
  });
  afterAll(() => node.remove());

  test("holds a lock while it works, so that nothing is overwritten", async () => {
    const { stdout } = await runExample("lock.ts", [node.address]);
    const lines = stdout.trim().split("\n");
    expect(lines.pop()).toBe("counter: 9");
    expect(lines.map((line) => Number(/made (\d)/.exec(line)?.[1]))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const fences = lines.map((line) => Number(/fence (\d+)/.exec(line)?.[1]));
    expect(fences).toEqual([...fences].sort((a, b) => a - b));
  });

  test("elects a leader among its processes, one after the other", async () => {
    const { stdout } = await runExample("leader-election.ts", [node.address]);
    const tasks = stdout.split("\n").filter((line) => line.includes("does task"));
    const leaders = [0, 3, 6].map((first) => tasks[first]?.split(" ")[0] ?? "");
    expect([...leaders].sort()).toEqual(["Ada", "Barbara", "Grace"]);
    expect(tasks).toEqual(leaders.flatMap((name) => [1, 2, 3].map((task) => `${name} does task ${task}`)));
    expect([...stdout.matchAll(/(\w+) leads/g)].map(([, name]) => name)).toEqual(leaders);
  });
});

/** Compiles an example as a user would, strictly and against the package's own types, and runs it. */
async function runExample(name: string, args: readonly string[]) {
  mkdirSync(join(folder, "src"), { recursive: true });
  copyFileSync(join(root, "examples", name), join(folder, "src", name));
  const typeRoots = join(root, "node_modules", "@types");
  const flags = [
    "--strict",
    "--exactOptionalPropertyTypes",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--skipLibCheck",
    "true",
  ];
  const types = ["--typeRoots", typeRoots, "--types", "node", "--rootDir", "src", "--outDir", "out"];
  await run(join(root, "node_modules", ".bin", "tsc"), [...flags, ...types, join("src", name)], { cwd: folder }).catch((error) => {
    throw new Error(`${name} does not compile:\n${error.stdout}`);
  });
  return run(process.execPath, [join("out", name.replace(/\.ts$/, ".js")), ...args], { cwd: folder, timeout: 60_000 });
}

function protos(): string[] {
  const all = readdirSync(join(root, "proto"), { recursive: true, encoding: "utf8" });
  return all.filter((path) => path.endsWith(".proto")).map((path) => `proto/${path}`);
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, specifier]) => specifier ?? "");
  return specifiers.map((specifier) => join(path, "..", specifier));
}
