import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as exported from "../../src/main/balsa-node.ts";

/** The error classes that the tables of docs/errors.md name under these headings. */
function classesUnder(...headings: string[]): string[] {
  const text = readFileSync(join(__dirname, "../../docs/errors.md"), "utf8");
  const sections = text.split(/^## /m).filter((part) => headings.some((heading) => part.startsWith(`${heading}\n`)));
  const rows = sections.flatMap((section) => section.split("\n").filter((line) => line.startsWith("| `")));
  return rows.flatMap((row) => [...(row.split(" | ")[0] ?? "").matchAll(/`(\w+)`/g)].map(([, name = ""]) => name));
}

test("every error that ends a node, or a start, is a class that programs can name", () => {
  const names = classesUnder("What stops a node", "When a node refuses to start");
  expect(names).toEqual(expect.arrayContaining(["StateDiffers", "DirectoryInUse", "NotAMember"]));
  const found = new Map<string, unknown>(Object.entries(exported));
  expect([...new Set(names)].filter((name) => typeof found.get(name) !== "function")).toEqual([]);
});
