import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { transformSync } from "esbuild";

// The command `balsa` where there is not yet, or not any more, what it needs. It is there from the first moment on.

const root = resolve(__dirname, "../..");
let clone: string;
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), "balsa-command-"));
  for (const name of ["bin", "scripts", "package.json"]) cpSync(join(root, name), join(clone, name), { recursive: true });
});
afterEach(() => rmSync(clone, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of the clone, as a Node of that version. */
function run(script: string, args: readonly string[] = [], version = process.versions.node): Promise<Ended> {
  const posing = `--require=${join(clone, "posing.cjs")}`;
  writeFileSync(join(clone, "posing.cjs"), `Object.defineProperty(process.versions, "node", { value: "${version}" });`);
  return new Promise((done) => {
    const child = execFile(process.execPath, [posing, join(clone, script), ...args], (_error, stdout, stderr) =>
      done({ code: child.exitCode, stdout, stderr }),
    );
  });
}

function write(path: string, content: string): void {
  mkdirSync(resolve(clone, path, ".."), { recursive: true });
  writeFileSync(join(clone, path), content);
}

test("before anything is installed it says how that is done, and once it is built it works", async () => {
  expect(await run("bin/balsa.cjs")).toEqual({ code: 2, stdout: "", stderr: `Balsa is not built yet. In ${clone}, run: npm ci\n` });
  write("node_modules/typescript/package.json", "{}");
  const unbuilt = `Balsa is not built yet. In ${clone}, run: npm run build\n`;
  expect(await run("bin/balsa.cjs")).toEqual({ code: 2, stdout: "", stderr: unbuilt });
  write("dist/main/cli.js", `console.log(...process.argv.slice(2)); process.exitCode = 3;`);
  expect(await run("bin/balsa.cjs", ["get", "boat"])).toEqual({ code: 3, stdout: "get boat\n", stderr: "" });
});

test("where a package is missing it names it and says how to get it", async () => {
  write("dist/main/cli.js", `import "a-package-of-balsa";`);
  const { code, stderr } = await run("bin/balsa.cjs");
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^Something that Balsa needs is not installed\. In \S+, run: npm ci \(Cannot find package 'a-package-of-balsa' .*\)\n$/,
  );
});

test("an error of the program itself is not taken for a missing package", async () => {
  write("dist/main/cli.js", `throw new Error("of its own");`);
  const { code, stderr } = await run("bin/balsa.cjs");
  expect(code).toBe(1);
  expect(stderr).toContain("Error: of its own");
});

test("a program that waits for what never comes has not succeeded", async () => {
  write("dist/main/cli.js", `await new Promise(() => undefined);`);
  expect(await run("bin/balsa.cjs")).toEqual({ code: 13, stdout: "", stderr: "" });
});

test("npm start where nothing is installed says how that is done", async () => {
  expect(await run("scripts/start.cjs")).toEqual({
    code: 1,
    stdout: "",
    stderr: `The compiler is not installed. In ${clone}, run: npm ci\n`,
  });
});

describe.each(["bin/balsa.cjs", "scripts/start.cjs"])("%s", (script) => {
  beforeEach(() => {
    for (const name of ["cli.js", "cluster.js"]) write(`dist/main/${name}`, `console.log("it runs");`);
    write("scripts/build.mjs", "");
  });

  test.each(["4.9.1", "9.11.2", "16.20.2", "18.20.8", "20.18.3"])("is refused on Node %s, with a sentence", async (version) => {
    const { code, stdout, stderr } = await run(script, [], version);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    const here = `This is Node ${version} (${process.execPath})`;
    expect(stderr).toBe(`Balsa needs Node 20.19 or later, best Node 24. ${here}.\n`);
  });

  test.each(["20.19.0", "20.20.2", "22.4.0", "24.0.0", "100.1.0"])("runs on Node %s", async (version) => {
    expect(await run(script, [], version)).toEqual({ code: 0, stdout: "it runs\n", stderr: "" });
  });

  test("can be read by Nodes that are far too old, and so can what it requires first", () => {
    for (const path of [script, "bin/node-version.cjs"]) {
      const code = readFileSync(join(root, path), "utf8").replace(/^#!.*\n/, "");
      expect(transformSync(code, { target: "node10" }).code).toBe(transformSync(code, { target: "esnext" }).code);
      const required = [...code.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name ?? "");
      expect(required[0]).toMatch(path === script ? /node-version\.cjs$/ : /package\.json$/);
    }
  });
});
