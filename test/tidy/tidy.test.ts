import { bannedUses, cycles, deadFiles, importProblems } from "./architecture.ts";
import {
  anyTypes,
  barrels,
  brokenLinks,
  brokenPaths,
  conflictMarks,
  longFiles,
  longFunctions,
  loosenings,
  untestedRules,
} from "./manners.ts";
import { type Manifest, packageProblems, unexplained } from "./packages.ts";
import { documents, exists, textsOf } from "./sources.ts";
import { type Facts, factsOf } from "./syntax.ts";

// The style guide as a test: what a reviewer would say every time, said once. Each check is proved in checks.test.ts.

const everything = [...textsOf(["src", "test", "scripts", "jest.config.js"], [".ts", ".mjs", ".js"])].map(([path, text]) =>
  factsOf(path, text),
);
const source = everything.filter(({ path }) => path.startsWith("src/"));
const written = source.filter(({ path }) => !path.startsWith("src/generated/"));
const tests = everything.filter(({ path }) => path.startsWith("test/"));
const pages = documents();
const settings = textsOf(["package.json", "Dockerfile", "docker-compose.yml", ".ci", ".github", "jest.config.js", "scripts"], [""]);
const manifest: Manifest & { readonly exports?: unknown; readonly bin?: unknown } = JSON.parse(
  settings.get("package.json") ?? "{}",
);

/** The rules of Raft that this version keeps, by their numbers in docs/rules.md. */
const rules = [...numbers(1, 36), ...numbers(38, 55)];

test("there is something to check", () => {
  expect(written.length).toBeGreaterThan(10);
  expect(pages.size).toBeGreaterThan(1);
});

test("imports run one way, and each room keeps to its packages", () => {
  expect(importProblems(source)).toEqual([]);
});

test("no file imports itself by a detour", () => {
  expect(cycles(source)).toEqual([]);
});

test("clock, chance and the world come in by the ports alone", () => {
  expect(bannedUses(written)).toEqual([]);
});

test("no file is longer than a reader's patience", () => {
  expect(longFiles([...written, ...tests])).toEqual([]);
});

test("no function is longer than a screen", () => {
  expect(longFunctions(written)).toEqual([]);
});

test("no file only passes on what others declare", () => {
  expect(barrels(written, packageEntry())).toEqual([]);
});

test("every file of src/ is reached from a program or from the package's entry", () => {
  const entry = packageEntry();
  expect(deadFiles(written, [...programs(), ...(entry === null ? [] : [entry])])).toEqual([]);
});

test("nothing is put off, switched off, skipped or tried again", () => {
  const texts = textsOf(["src", "test", "scripts", "proto", ".ci"], [".ts", ".mjs", ".proto", "run", ".txt"]);
  // This folder speaks of what it forbids.
  expect(loosenings(new Map([...texts].filter(([path]) => !path.startsWith("test/tidy/"))))).toEqual([]);
});

test("no merge has left its marks", () => {
  const sources = textsOf(["src", "test", "scripts", "proto", "examples"], [".ts", ".mjs", ".proto", ".txt"]);
  expect(conflictMarks(new Map([...pages, ...settings, ...sources]))).toEqual([]);
});

test("no type is given up", () => {
  expect(anyTypes([...written, ...tests])).toEqual([]);
});

test("every package is used, pinned and in its place", () => {
  const others = everything.filter(({ path }) => !path.startsWith("src/"));
  expect(packageProblems(manifest, source, others, settings)).toEqual([]);
});

test("every package is named in a decision record that says why", () => {
  expect(unexplained(manifest, textsOf(["docs/adr"], [".md"]))).toEqual([]);
});

test("links and paths in the documents lead somewhere", () => {
  expect([...brokenLinks(pages, exists), ...brokenPaths(pages, exists)]).toEqual([]);
});

test("every rule of Raft has a test that bears its number", () => {
  const scripts = [...textsOf(["test"], [".txt"]).values()];
  expect(untestedRules(rules, [...tests.filter(isNotTidy).flatMap(({ strings }) => strings), ...scripts])).toEqual([]);
});

/** Files of src/main that something starts by name, such as dist/main/server.js. */
function programs(): string[] {
  const spoken = [...settings.values(), ...written.flatMap(({ strings }) => strings)].join("\n");
  return written
    .map(({ path }) => path)
    .filter((path) => path.startsWith("src/main/") && spoken.includes(path.replace(/^src\/main\/(.*)ts$/, "$1js")));
}

/** The source of what `import "balsa"` gives, if the package can be imported. */
function packageEntry(): string | null {
  const found = /"\.\/(dist\/[\w/-]+)\.js"/.exec(JSON.stringify(manifest.exports ?? null));
  return found === null ? null : `${found[1]?.replace(/^dist/, "src")}.ts`;
}

function isNotTidy({ path }: Facts): boolean {
  return !path.startsWith("test/tidy/");
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, step) => from + step);
}
