import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Holds the tables of a page to what the code declares. Each stands behind a mark, `<!-- table: NAME -->`, and ends with its
 * last row. `npm run tables` writes all of them.
 */
export function expectTables(page: string, tables: Readonly<Record<string, readonly string[]>>): void {
  const path = join(__dirname, "..", page);
  const text = readFileSync(path, "utf8");
  let wanted = text;
  for (const [name, lines] of Object.entries(tables)) wanted = withTable(wanted, name, lines);
  if (process.env.WRITE_TABLES === "1") writeFileSync(path, wanted);
  else expect(text).toBe(wanted);
}

/** Holds all of a page that comes after a mark, `<!-- text: NAME -->`, to what the code declares. `npm run tables` writes it too. */
export function expectRest(page: string, name: string, lines: readonly string[]): void {
  const path = join(__dirname, "..", page);
  const text = readFileSync(path, "utf8");
  const mark = `<!-- text: ${name} -->\n`;
  const [before = "", ...after] = text.split(mark);
  if (after.length !== 1) throw new Error(`The page needs one mark ${mark.trim()}.`);
  const wanted = `${before}${mark}\n${lines.join("\n").trimEnd()}\n`;
  if (process.env.WRITE_TABLES === "1") writeFileSync(path, wanted);
  else expect(text).toBe(wanted);
}

/** The lines of a table. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lineOf = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [lineOf(head), lineOf(head.map(() => "---")), ...rows.map(lineOf)];
}

function withTable(text: string, name: string, lines: readonly string[]): string {
  const mark = `<!-- table: ${name} -->\n`;
  const [before = "", after, ...more] = text.split(mark);
  if (after === undefined || more.length > 0) throw new Error(`The page needs one mark ${mark.trim()}.`);
  return [before, mark, ...lines.map((line) => `${line}\n`), after.replace(/^(?:\|.*\n)*/, "")].join("");
}
