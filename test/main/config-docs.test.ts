import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Key } from "../../src/main/config/key.ts";
import { envOf, flagOf, keyNames, schema } from "../../src/main/config/schema.ts";
import { exitCodes } from "../../src/main/exit-codes.ts";

const document = readFileSync(join(__dirname, "../../docs/configuration.md"), "utf8");

function rowOf(name: keyof typeof schema): string {
  const key: Key = schema[name];
  const fallback = key.default === null ? "required" : key.default === "" ? "none" : `\`${key.default}\``;
  return `| \`${name}\` | \`${flagOf(name)}\` | ${key.unit} | ${fallback} | ${key.doc} |`;
}

test("docs/configuration.md lists every key as the schema has it, and no other", () => {
  const rows = document.split("\n").filter((line) => /^\| `[a-z][A-Za-z]+` \| `--/.test(line));
  expect(rows).toEqual(keyNames.map(rowOf));
});

test("docs/configuration.md explains how a key becomes a variable, with one that exists", () => {
  expect(document).toContain(envOf("electionTimeoutMinMs"));
});

test("docs/configuration.md lists every exit code", () => {
  const codes = [...document.matchAll(/^\| (\d) \| /gm)].map((match) => Number(match[1]));
  expect(codes).toEqual(Object.values(exitCodes));
});
