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
import { packageProblems, unexplained } from "./packages.ts";
import { factsOf } from "./syntax.ts";

// A check that cannot fail checks nothing: each is shown a small bad sample, and a good one beside it.

const bad = (path: string, text: string) => [factsOf(path, text)];

test("an import against the direction is found, and one along it is not", () => {
  const sample = bad("src/core/log.ts", 'import type { Node } from "../node/node.ts"; import { x } from "./types.ts";');
  expect(importProblems(sample)).toEqual(["src/core/log.ts imports src/node/node.ts, which core/ may not know."]);
  expect(importProblems(bad("src/node/node.ts", 'import type { Raft } from "../core/api.ts";'))).toEqual([]);
});

test("rooms of one rank do not import each other, and those below know nothing of those above", () => {
  const sample = bad("src/service/a.ts", 'import "../grpc/load-proto.ts"; import "../transport/wire.ts";');
  expect(importProblems(sample)).toEqual(["src/service/a.ts imports src/transport/wire.ts, which service/ may not know."]);
  expect(importProblems(bad("src/server/a.ts", 'import "../cli/b.ts"; import "../storage/c.ts";'))).toEqual([
    "src/server/a.ts imports src/cli/b.ts, which server/ may not know.",
  ]);
});

test("an import against the order within a room is found, and a crowded folder", () => {
  const sample = bad("src/node/apply/a.ts", 'import "../ports/b.ts"; import "../turn/c.ts"; import "../node.ts";');
  expect(innerProblems(sample)).toEqual([
    "src/node/apply/a.ts imports src/node/turn/c.ts, which comes after it.",
    "src/node/apply/a.ts imports src/node/node.ts, which comes after it.",
  ]);
  const many = Array.from({ length: 17 }, (_, place) => factsOf(`src/node/a${place}.ts`, ""));
  expect(crowdedFolders(many)).toEqual(["src/node has 17 files."]);
});

test("a package or a module of Node in the wrong room is found, also when it is loaded late or only for its types", () => {
  expect(importProblems(bad("src/core/a.ts", 'import "node:fs";'))).toHaveLength(1);
  expect(importProblems(bad("src/node/a.ts", 'export const a = () => import("node:fs");'))).toHaveLength(1);
  expect(importProblems(bad("src/machine/a.ts", 'export type A = import("level").Level;'))).toHaveLength(1);
  expect(importProblems(bad("src/transport/a.ts", 'import "level";'))).toHaveLength(1);
  expect(importProblems(bad("src/storage/a.ts", 'import "level"; import "node:fs/promises";'))).toEqual([]);
});

test("a room that is not in the plan is found", () => {
  expect(importProblems(bad("src/attic/a.ts", "export {};"))).toEqual(["src/attic/a.ts is in no room of the plan."]);
});

test("an import cycle is found, also through three files, and a diamond is none", () => {
  const to = (path: string, ...others: string[]) => factsOf(path, others.map((other) => `import "${other}";`).join("\n"));
  expect(cycles([to("src/a.ts", "./b.ts"), to("src/b.ts", "./c.ts"), to("src/c.ts", "./a.ts")])).toEqual([
    "src/a.ts -> src/b.ts -> src/c.ts -> src/a.ts",
  ]);
  expect(cycles([to("src/a.ts", "./b.ts", "./c.ts"), to("src/b.ts", "./d.ts"), to("src/c.ts", "./d.ts"), to("src/d.ts")])).toEqual(
    [],
  );
});

test.each([
  ["Date.now()", "Date"],
  ["new Date()", "Date"],
  ["Math.random()", "Math.random"],
  ["setTimeout(f, 1)", "setTimeout"],
  ["setImmediate(f)", "setImmediate"],
  ["process.hrtime()", "process"],
  ["performance.now()", "performance"],
  ["({ process })", "process"],
])("in core, %s is found", (expression, name) => {
  const sample = bad("src/core/a.ts", `// A comment may say ${name}.\nexport const a = (f: () => void) => [f, ${expression}];\n`);
  expect(bannedUses(sample)).toEqual([`src/core/a.ts:2 uses ${name}.`]);
});

test("in core, async and await are found", () => {
  const sample = bad("src/core/a.ts", "export async function a() {\n  await b();\n  for await (const c of d) e(c);\n}\n");
  expect(bannedUses(sample)).toEqual(["src/core/a.ts:1 uses async.", "src/core/a.ts:2 uses await.", "src/core/a.ts:3 uses await."]);
});

test("a name of one's own, a property or a word in quotes is no global", () => {
  const sample = bad(
    "src/core/a.ts",
    'export const a = (process: { Date: number }) => [process.Date, "Math.random", { setTimeout: 1 }];',
  );
  expect(bannedUses(sample)).toEqual([]);
});

test("elsewhere, injected clocks and chance stay injected", () => {
  expect(bannedUses(bad("src/node/a.ts", "export const a = Date.now() + Math.random();"))).toHaveLength(2);
  expect(bannedUses(bad("src/main/a.ts", "export const a = Date.now();"))).toEqual([]);
});

test("a file of 401 lines is too long, one of 400 is not", () => {
  expect(longFiles(bad("src/a.ts", "a();\n".repeat(401)))).toEqual(["src/a.ts has 401 lines."]);
  expect(longFiles(bad("src/a.ts", "a();\n".repeat(400)))).toEqual([]);
});

test.each([
  ["a function", "// é\nexport function a() {\n", "}\n"],
  ["an arrow", "// é\nexport const a = () => {\n", "};\n"],
  ["a method", "class A {\na() {\n", "}}\n"],
  ["a constructor", "class A {\nconstructor() {\n", "}}\n"],
  ["a private method", "class A {\n#a() {\n", "}}\n"],
  ["a method of an object", "const a = {\nb() {\n", "}};\n"],
])("%s of 71 lines is too long, one of 70 is not", (_, start, end) => {
  expect(longFunctions(bad("src/a.ts", start + "a();\n".repeat(69) + end))).toEqual(["src/a.ts:2 is a function of 71 lines."]);
  expect(longFunctions(bad("src/a.ts", start + "a();\n".repeat(68) + end))).toEqual([]);
});

test("a file that only re-exports is found, unless it is the package's entry", () => {
  const sample = bad("src/core/index.ts", '// All of it.\nexport * from "./a.ts";\nexport { b } from "./b.ts";\n');
  expect(barrels(sample, [])).toEqual(["src/core/index.ts"]);
  expect(barrels(sample, ["src/core/index.ts"])).toEqual([]);
  expect(barrels(bad("src/a.ts", 'export * from "./a.ts";\nexport const b = 1;\n'), [])).toEqual([]);
});

test("a file that no program reaches is found", () => {
  const files = [factsOf("src/main/a.ts", 'import "../b.ts";'), factsOf("src/b.ts", ""), factsOf("src/c.ts", "")];
  expect(deadFiles(files, ["src/main/a.ts"])).toEqual(["src/c.ts"]);
});

test.each([
  "TODO: later",
  "// @ts-ignore",
  "// biome-ignore lint",
  ...["only", "skip", "todo"].map((how) => `test.${how}("a")`),
  ...["it", "describe"].map((what) => `x${what}("a")`),
])("%s is found", (line) => {
  expect(loosenings(new Map([["src/a.ts", `a\n${line}\n`]]))).toHaveLength(1);
  expect(loosenings(new Map([["src/a.ts", "a: many; todos; skipped; exit(1)\n"]]))).toEqual([]);
});

test("what a merge has left is found, and the line under a heading is not", () => {
  const left = ["<".repeat(7), "one", "=".repeat(7), "other", ">".repeat(7)].map((line) => `${line} x`).join("\n");
  expect(conflictMarks(new Map([["a.md", left]]))).toEqual(["a.md:1 is a mark of a merge.", "a.md:5 is a mark of a merge."]);
  expect(conflictMarks(new Map([["a.md", "A page\n=======\n"]]))).toEqual([]);
});

test("a flag whose name could be that of anything is found, and a question or a verb is not", () => {
  const text =
    "class A {\n  #closed = false;\n  readonly #loud: boolean;\n  #isOpen = true;\n  #holdsKeys = false;\n  #last = 0;\n}\n";
  expect(bareFlags(new Map([["src/a.ts", text]]))).toEqual([
    "src/a.ts:2 has #closed: say #is... or #has...",
    "src/a.ts:3 has #loud: say #is... or #has...",
  ]);
});

test("the name of a test that leans on the one before it is found", () => {
  const text =
    'describe("a", () => {\n  test("but not once", () => {});\n  test.each([1])("nor %d", () => {});\n  test("android", () => {});\n';
  expect(leaningNames(new Map([["test/a.test.ts", text]]))).toEqual([
    'test/a.test.ts:2 "but not once" is no sentence of its own.',
    'test/a.test.ts:3 "nor %d" is no sentence of its own.',
  ]);
});

test("a type given up is found, and the word in a sentence is not", () => {
  const sample = bad("src/a.ts", "// Take: any.\nexport const a = (b: any[]) => b as unknown;\nexport type C = Promise<any>;\n");
  expect(anyTypes(sample)).toEqual(['src/a.ts:2 says "any".', 'src/a.ts:3 says "any".']);
});

test("a package that is unused, unlisted, misplaced or not pinned is found", () => {
  const source = bad("src/a.ts", 'import "one/deep"; import "@two/two"; import "node:fs"; import "./b.ts";');
  const problems = (dependencies: Record<string, string>, devDependencies: Record<string, string>, script = "") =>
    packageProblems({ scripts: { script }, dependencies, devDependencies }, source, [], new Map());
  expect(problems({ one: "1.0.0", "@two/two": "1.0.0" }, {})).toEqual([]);
  expect(problems({ one: "1.0.0" }, {})).toEqual(["@two/two is imported, but it is not in package.json."]);
  expect(problems({ one: "1.0.0" }, { "@two/two": "1.0.0" })).toEqual([
    "@two/two is imported by src/, but it is only a devDependency.",
  ]);
  expect(problems({ one: "^1.0.0", "@two/two": "1.0.0" }, {})).toEqual([
    "one is wanted as ^1.0.0, which is not one exact version.",
  ]);
  const three = { one: "1.0.0", "@two/two": "1.0.0", three: "1.0.0" };
  expect(problems(three, {}, "three-more --now")).toEqual(["three is in package.json, but nothing uses it."]);
  expect(problems(three, {}, "three --now")).toEqual([]);
});

test("a package that no record names is found", () => {
  const manifest = { scripts: {}, dependencies: { one: "1.0.0" }, devDependencies: { two: "1.0.0" } };
  expect(unexplained(manifest, new Map([["docs/adr/1.md", "We take `one`."]]))).toEqual(["two"]);
});

test("a link to a file or heading that is not there is found, and one in code is not looked at", () => {
  const page = "[a](b.md) [c](https://c) [d](#the-end) `[e](e.md)`\n\n```\n[f](f.md)\n```\n\n## The end\n";
  const here = (path: string) => path === "docs/b.md" || path === "docs/a.md";
  expect(brokenLinks(new Map([["docs/a.md", page]]), here)).toEqual([]);
  expect(brokenLinks(new Map([["docs/a.md", page]]), (path) => path === "docs/a.md")).toHaveLength(1);
  expect(brokenLinks(new Map([["docs/a.md", page.replace("The end", "Another")]]), here)).toHaveLength(1);
  expect(brokenLinks(new Map([["docs/a.md", "[up](../b.md)"]]), here)).toHaveLength(1);
});

test("a path in backticks that is not there is found", () => {
  const pages = new Map([["a.md", "See `src/core/raft.ts` and `src/core/*`."]]);
  expect(brokenPaths(pages, () => false)).toEqual(["a.md names src/core/raft.ts, which does not exist."]);
  expect(brokenPaths(pages, () => true)).toEqual([]);
});

test("a channel that is opened elsewhere is found, and a type is no channel", () => {
  const found = (text: string) => channelsElsewhere(bad("src/main/a.ts", text)).length;
  expect(found('import { Client } from "@grpc/grpc-js";')).toBe(1);
  expect(found('import { credentials, makeClientConstructor as make } from "@grpc/grpc-js";')).toBe(1);
  expect(found('import * as grpc from "@grpc/grpc-js";')).toBe(1);
  expect(found('import grpc from "@grpc/grpc-js";')).toBe(1);
  expect(found('import type { Client } from "@grpc/grpc-js";')).toBe(0);
  expect(found('import { type Client, credentials } from "@grpc/grpc-js"; import { Client as C } from "./client.ts";')).toBe(0);
  expect(channelsElsewhere(bad("src/grpc/channel.ts", 'import { Client } from "@grpc/grpc-js";'))).toEqual([]);
});

test("a rule that no test's name bears is found", () => {
  const names = ["rule 1: one vote a term", "rules 2, 3 and 4: more", "see rule 5", "rule 66: other"];
  expect(untestedRules([1, 2, 3, 4, 5, 6], names)).toEqual([5, 6]);
});

test("the rules of a page are its rows with a number and a test", () => {
  const page =
    "| # | Rule |\n| --- | --- |\n| 7 | It holds. | thesis 1 | [core/log](../test/core/log.test.ts) |\n| 8 | No test. | thesis 2 | |\n";
  expect(rulesOf(page)).toEqual([{ number: 7, test: "test/core/log.test.ts" }]);
});

test("an inverted measure and an archaic word are found, and a plain sentence is not", () => {
  const page = "A leader speaks so often.\nIt holds as many entries, so long as it leads.\nIt begins anew.\n";
  expect(stumblesIn(new Map([["docs/a.md", page]]))).toEqual([
    'docs/a.md:1 says "so often"; better: name the quantity first, with its unit.',
    'docs/a.md:3 says "anew"; better: again.',
  ]);
});
