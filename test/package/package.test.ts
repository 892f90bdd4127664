import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "../cluster/free-ports.ts";

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
  const { stdout } = await runExample("counter.ts");
  expect(stdout).toBe("node 1: visits is now 1\nnode 2: visits is now 2\nnode 3: visits is now 3\nvisits: 3\n");
});

/** Compiles an example as a user would, strictly and against the package's own types, and runs it. */
async function runExample(name: string) {
  const ports = await freePorts(3);
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
  return run(process.execPath, [join("out", name.replace(/\.ts$/, ".js")), ...ports.map(String)], { cwd: folder, timeout: 60_000 });
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
