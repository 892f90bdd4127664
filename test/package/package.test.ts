import { copyFileSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type OneNode, startOneNode } from "../main/one-node.ts";
import { freePorts } from "../support/free-ports.ts";
import { canRequireModules } from "../support/require-module.ts";
import { compile, type Installed, installPackage, manifest, root, run } from "./installed.ts";

// The package as npm makes it, in the hands of somebody who has nothing but it.

jest.setTimeout(180_000);

/** What a program may take from the package, be it made of modules or of CommonJS. */
const entriesProgram = `
import * as all from "balsa";
import { BalsaClient, BalsaError, type KeyValue } from "balsa/client";
import { type BalsaNode, createNode } from "balsa/node";

async function program(): Promise<void> {
  const client = new BalsaClient({ endpoints: ["127.0.0.1:1"], requestTimeoutMs: 1_000 });
  try {
    const found: KeyValue | null = await client.get("boat");
    console.log(found);
  } catch (error) {
    if (error instanceof BalsaError) console.log(error.code, error.mayHaveHappened);
  }
  await client.close();
  const make: (settings: all.NodeSettings) => Promise<BalsaNode> = createNode;
  console.log(all.BalsaClient === BalsaClient, all.createNode === make);
}
void program();
`;

let installed: Installed;
beforeAll(async () => {
  installed = await installPackage();
});
afterAll(() => installed?.remove());

test("the package holds the programs, their types and the protos, and nothing else", () => {
  const { paths } = installed;
  const expected = [
    /^bin\/[\w-]+\.cjs$/,
    /^dist\/[\w/.-]+\.(js|d\.ts)$/,
    /^dist\/page\/(index\.html|assets\/[\w.-]+\.css|icons\/\w+\.svg)$/,
    /^proto\/[\w/]+\.proto$/,
    /^(README|CHANGELOG)\.md$/,
    /^LICENSE$/,
    /^package\.json$/,
  ];
  expect(paths.filter((path) => !expected.some((pattern) => pattern.test(path)))).toEqual([]);
  // The simulator and the benchmark are for those who build it.
  expect(paths.filter((path) => /^dist\/(sim|tools|main\/(bench|simulate|soak))/.test(path))).toEqual([]);
  const wanted = [
    ...["balsa", "balsa-client", "balsa-node"].flatMap((name) => [`dist/main/${name}.js`, `dist/main/${name}.d.ts`]),
    ...Object.values(manifest.bin),
    "dist/page/index.html",
    ...protos(),
  ];
  expect(wanted.filter((path) => !paths.includes(path))).toEqual([]);
});

test("no file of the package imports one that was left out", () => {
  const paths = new Set(installed.paths);
  const missing = [...paths]
    .filter((path) => path.endsWith(".js"))
    .flatMap((path) => importsOf(path).filter((file) => !paths.has(file)));
  expect(missing).toEqual([]);
});

test("a program that imports the client loads no other package, by import and by require", async () => {
  const { folder } = installed;
  const modules = join(folder, "node_modules");
  const away = readdirSync(modules).filter((name) => name !== "balsa" && !name.startsWith("."));
  expect(away).toEqual(expect.arrayContaining(["@grpc", "protobufjs", "level", "classic-level", "pino", "convict"]));
  for (const name of away) renameSync(join(modules, name), join(folder, `${name}-away`));
  try {
    const use = 'new BalsaAdmin({ endpoints: ["host:1"] }); console.log(new BalsaClient({ endpoints: ["host:1"] }).endpoint);\n';
    writeFileSync(join(folder, "only-client.mjs"), `import { BalsaAdmin, BalsaClient } from "balsa/client"; ${use}`);
    expect((await run(process.execPath, ["only-client.mjs"], { cwd: folder })).stdout).toBe("null\n");
    writeFileSync(join(folder, "only-client.cjs"), `const { BalsaAdmin, BalsaClient } = require("balsa/client"); ${use}`);
    if (canRequireModules) {
      expect((await run(process.execPath, ["only-client.cjs"], { cwd: folder })).stdout).toBe("null\n");
    }
    await expect(run(process.execPath, ["--input-type=module", "--eval", 'import "balsa/node";'], { cwd: folder })).rejects.toThrow(
      /@grpc|protobufjs|pino|level|convict/,
    );
  } finally {
    for (const name of away) renameSync(join(folder, `${name}-away`), join(modules, name));
  }
});

test.each(["mts", "cts"])("a program in TypeScript, as .%s, has the types and the values of all entries", async (ending) => {
  const { folder } = installed;
  writeFileSync(join(folder, `entries.${ending}`), entriesProgram);
  await compile(installed, `entries.${ending}`);
  if (ending === "cts" && !canRequireModules) return;
  const file = `entries.${ending.replace("t", "j")}`;
  expect((await run(process.execPath, [file], { cwd: folder })).stdout).toBe("UNREACHABLE false\ntrue true\n");
});

test("its programs run", async () => {
  for (const name of Object.keys(manifest.bin)) {
    const { stdout } = await run("npx", ["--no-install", name, "--help"], { cwd: installed.folder });
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

/** Compiles an example as a user would and runs it. */
async function runExample(name: string, args: readonly string[]) {
  const { folder } = installed;
  copyFileSync(join(root, "examples", name), join(folder, name));
  await compile(installed, name);
  return run(process.execPath, [name.replace(/\.ts$/, ".js"), ...args], { cwd: folder, timeout: 60_000 });
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
