import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allMutations } from "../sim/all-mutations.ts";
import { bannedUses, crowdedFolders, cycles, deadFiles, importProblems, innerProblems } from "./architecture.ts";
import { rulesOf, stumblesIn } from "./language.ts";
import {
  anyTypes,
  bareFlags,
  barrels,
  brokenLinks,
  brokenPaths,
  channelsElsewhere,
  conflictMarks,
  leaningNames,
  longFiles,
  longFunctions,
  loosenings,
  untestedRules,
} from "./manners.ts";
import { type Manifest, packageProblems, unexplained } from "./packages.ts";
import { documents, exists, textsOf } from "./sources.ts";
import { type Facts, factsOf } from "./syntax.ts";

// The style guide as a test: what a reviewer would say every time, said once. Each check is proved in checks.test.ts.

const sources = textsOf(["src", "test", "scripts", "jest.config.js"], [".ts", ".tsx", ".mjs", ".js"]);
const everything = [...sources].map(([path, text]) => factsOf(path, text));
const source = everything.filter(({ path }) => path.startsWith("src/"));
const written = source.filter(({ path }) => !path.startsWith("src/generated/"));
const tests = everything.filter(({ path }) => path.startsWith("test/"));
const pages = documents();
const settings = textsOf(
  ["bin", "package.json", "Dockerfile", "docker-compose.yml", ".ci", ".github", "jest.config.js", "scripts"],
  [""],
);
const manifest: Manifest & { readonly exports?: unknown; readonly bin?: unknown } = JSON.parse(
  settings.get("package.json") ?? "{}",
);

const rules = rulesOf(pages.get("docs/rules.md") ?? "");

test("there is something to check", () => {
  expect(written.length).toBeGreaterThan(10);
  expect(pages.size).toBeGreaterThan(1);
});

test("imports run one way, and each room keeps to its packages", () => {
  expect(importProblems(source)).toEqual([]);
});

test("within a room, imports run one way too, and no folder is crowded", () => {
  const chaos = tests.filter(({ path }) => path.startsWith("test/docker/"));
  // What judges a room may look at those above it.
  const rooms = chaos.filter(({ path }) => !path.endsWith(".test.ts"));
  expect(innerProblems([...source, ...rooms])).toEqual([]);
  expect(crowdedFolders([...written, ...chaos])).toEqual([]);
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
  expect(barrels(written, packageEntries())).toEqual([]);
});

test("every file of src/ is reached from a program or from the package's entry", () => {
  expect(packageEntries()).toHaveLength(3);
  expect(deadFiles(written, [...programs(), ...packageEntries(), ...ofThePage()])).toEqual([]);
});

test("each mistake that the simulator must notice can still be planted: its text stands in the code exactly once", () => {
  const texts = allMutations.flatMap(({ name, changes }) => changes.map((change) => ({ name, ...change })));
  expect(texts.length).toBeGreaterThan(60);
  const text = (file: string) => readFileSync(join(__dirname, "../../src", file), "utf8");
  expect(texts.filter(({ file, find }) => text(file).split(find).length !== 2)).toEqual([]);
});

test("nothing is put off, switched off, skipped or tried again", () => {
  const texts = textsOf(["src", "test", "scripts", "proto", ".ci"], [".ts", ".tsx", ".mjs", ".proto", "run", ".txt"]);
  // This folder speaks of what it forbids.
  expect(loosenings(new Map([...texts].filter(([path]) => !path.startsWith("test/tidy/"))))).toEqual([]);
});

test("no merge has left its marks", () => {
  const sources = textsOf(["src", "test", "scripts", "proto", "examples"], [".ts", ".tsx", ".mjs", ".proto", ".txt"]);
  expect(conflictMarks(new Map([...pages, ...settings, ...sources]))).toEqual([]);
});

test("the name of a flag says that it is one", () => {
  expect(bareFlags(sources)).toEqual([]);
});

test("the name of a test is a sentence of its own", () => {
  expect(
    leaningNames(new Map([...sources].filter(([path]) => path.endsWith(".test.ts") && !path.startsWith("test/tidy/")))),
  ).toEqual([]);
});

test("no type is given up", () => {
  expect(anyTypes([...written, ...tests])).toEqual([]);
});

test("every package is used, pinned and in its place", () => {
  // What the page is made of is bundled when it is built, and need not be there when it is served.
  const isShipped = ({ path }: Facts) => path.startsWith("src/") && !path.startsWith("src/page/");
  const others = everything.filter((file) => !isShipped(file));
  expect(packageProblems(manifest, everything.filter(isShipped), others, settings)).toEqual([]);
});

test("every package is named in a decision record that says why", () => {
  expect(unexplained(manifest, textsOf(["docs/adr"], [".md"]))).toEqual([]);
});

test("links and paths in the documents lead somewhere", () => {
  expect([...brokenLinks(pages, exists), ...brokenPaths(pages, exists)]).toEqual([]);
});

test("channels to nodes are opened in one place, so that none goes through a proxy by accident", () => {
  expect(channelsElsewhere(written)).toEqual([]);
});

test("every rule of Raft has a test that bears its number", () => {
  const scripts = [...textsOf(["test"], [".txt"]).values()];
  const wanted = rules.map(({ number }) => number);
  expect(wanted.length).toBeGreaterThan(50);
  expect(untestedRules(wanted, [...tests.filter(isNotTidy).flatMap(({ strings }) => strings), ...scripts])).toEqual([]);
});

test("a rule's number stands for one rule, and the test that docs/rules.md names bears it", () => {
  expect(new Set(rules.map(({ number }) => number)).size).toBe(rules.length);
  const stringsOf = (path: string): readonly string[] => tests.find((file) => file.path === path)?.strings ?? [];
  expect(rules.filter(({ number, test }) => untestedRules([number], stringsOf(test)).length > 0)).toEqual([]);
});

test("every number of a rule that is cited is one of docs/rules.md", () => {
  const cited = [...written, ...tests.filter(isNotTidy)].flatMap(({ path }) =>
    [...(sources.get(path) ?? "").matchAll(/\brule (\d+)\b/g)].map(([, number]) => `${path}: rule ${number}`),
  );
  const known = new Set(rules.map(({ number }) => `rule ${number}`));
  expect(cited.filter((citation) => !known.has(citation.slice(citation.indexOf(": ") + 2)))).toEqual([]);
});

test("what users and contributors read is plain English", () => {
  const ours = [...textsOf(["src", "proto"], [".ts", ".tsx", ".proto"])].filter(([path]) => !path.startsWith("src/generated/"));
  expect(stumblesIn(new Map([...ours, ...pages]))).toEqual([]);
});

/** Files of src/main that something starts by name, such as dist/main/server.js. */
function programs(): string[] {
  const spoken = [...settings.values(), ...written.flatMap(({ strings }) => strings)].join("\n");
  return written
    .map(({ path }) => path)
    .filter((path) => path.startsWith("src/main/") && spoken.includes(path.replace(/^src\/main\/(.*)ts$/, "$1js")));
}

/** The sources of what `import "balsa"` and its parts give. */
function packageEntries(): string[] {
  const found = JSON.stringify(manifest.exports ?? null).matchAll(/"\.\/(dist\/[\w/-]+)\.js"/g);
  return [...found].map(([, path = ""]) => `${path.replace(/^dist/, "src")}.ts`);
}

/** What the page in the browser is made of, which nothing here starts by name; and what its replays are going to be made of. */
function ofThePage(): string[] {
  return ["src/page/main.tsx", "src/observe/moments.ts", "src/observe/pairing.ts"];
}

function isNotTidy({ path }: Facts): boolean {
  return !path.startsWith("test/tidy/");
}
