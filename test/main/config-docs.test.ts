import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clientOptionDefaults } from "../../src/client/values/options.ts";
import type { Key } from "../../src/config/key.ts";
import { envOf, flagOf, keyNames, schema, tables } from "../../src/config/schema.ts";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { expectTables, tableOf } from "../doc-tables.ts";

const root = join(__dirname, "../..");
const document = readFileSync(join(root, "docs/configuration.md"), "utf8");

type KeyName = keyof typeof schema;

const parts = {
  node: keyNames.filter((name) => !Object.values(tables).some((table) => Object.hasOwn(table, name))),
  core: Object.keys(tables.core),
  limits: [...Object.keys(tables.node), ...Object.keys(tables.scrub)],
  service: Object.keys(tables.service),
  transport: Object.keys(tables.transport),
  door: Object.keys(tables.door),
} as Readonly<Record<string, KeyName[]>>;

function rowOf(name: KeyName): string[] {
  const key: Key = schema[name];
  const fallback = key.default === null ? "required" : key.default === "" ? "none" : `\`${key.default}\``;
  return [`\`${name}\``, `\`${flagOf(name)}\``, key.unit, fallback, key.sentence];
}

test("docs/configuration.md lists every key as the schema has it, and no other", () => {
  const head = ["Key", "Flag", "Unit", "Default", "Meaning"];
  const lines = Object.entries(parts).map(([part, names]) => [part, tableOf(head, names.map(rowOf))]);
  expectTables("docs/configuration.md", Object.fromEntries(lines));
  expect([...document.matchAll(/^\| `([a-z][A-Za-z]+)` \| `--/gm)].map(([, name]) => name)).toEqual(keyNames);
});

test("no two tables have an option of one name", () => {
  const names = Object.values(tables).flatMap((table) => Object.keys(table));
  expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
});

test("docs/configuration.md explains how a key becomes a variable, with one that exists", () => {
  expect(document).toContain(envOf("electionTimeoutMinMs"));
});

test("docs/configuration.md lists every exit code", () => {
  const codes = [...document.matchAll(/^\| (\d) \| /gm)].map((match) => Number(match[1]));
  expect(codes).toEqual(Object.values(exitCodes));
});

/** How large each unit is that prose has and options have not. */
const unitSizes: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, KiB: 1_024, MiB: 1_024 * 1_024 };

/** What a text says of the default of each option, right behind its name. */
function namedDefaults(text: string): [string, number][] {
  const found = text.matchAll(/`([a-z][A-Za-z]+)`[^`.0-9]{0,30}?([0-9][0-9,]*) ?(ms|s|min|KiB|MiB)?,? by default/g);
  return [...found].map(([, name = "", count = "", unit = ""]) => [
    name,
    Number(count.replaceAll(",", "")) * (unitSizes[unit] ?? 1),
  ]);
}

test("a default that a document names beside its option is the one that the code has", () => {
  const names = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  const documents = ["README.md", "CHANGELOG.md", ...names.map((name) => `docs/${name}`)];
  const named = documents.flatMap((name) => namedDefaults(readFileSync(join(root, name), "utf8")));
  expect(named.length).toBeGreaterThan(2);
  const defaults: Readonly<Record<string, unknown>> = clientOptionDefaults;
  const fallbackOf = (name: string) =>
    defaults[name] ?? (Object.hasOwn(schema, name) ? schema[name as KeyName].default : undefined);
  expect(named.filter(([name, value]) => Number(fallbackOf(name)) !== value)).toEqual([]);
});

test("a default that prose names is read with its unit", () => {
  expect(namedDefaults("`aMs`, 10 s by default; `bBytes` is 4 MiB by default, `cMax` (1,000 by default)")).toEqual([
    ["aMs", 10_000],
    ["bBytes", 4 * 1_024 * 1_024],
    ["cMax", 1_000],
  ]);
});
