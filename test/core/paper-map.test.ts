import { readFileSync } from "node:fs";
import { join } from "node:path";

const docs = join(__dirname, "../../docs");
const map = readFileSync(join(docs, "paper-map.md"), "utf8");
const paperTests = readFileSync(join(__dirname, "paper.test.ts"), "utf8");

const named = [...map.matchAll(/`(\w+)`(?: and `(\w+)`)? in \[[\w.]+\]\(([\w./-]+)\)/g)].flatMap(([, one = "", other, file = ""]) =>
  [one, ...(other === undefined ? [] : [other])].map((name) => ({ name, file })),
);
const lines = [...map.matchAll(/^\| (?!Figure 2|---)(.+?) \| .+? \| (.+?) \|$/gm)].map(([, line = "", test = ""]) => ({
  line,
  test,
}));

test("the map has the lines of Figure 2", () => {
  expect(lines).toHaveLength(26);
  expect(named.length).toBeGreaterThanOrEqual(lines.length);
});

test.each(named)("$name is in $file", ({ name, file }) => {
  const text = readFileSync(join(docs, file), "utf8");
  expect(new RegExp(`^(?:export )?function ${name}\\(|^  #?${name}\\(`, "m").test(text)).toBe(true);
});

test.each(lines)("$line has the test that the map names", ({ test: name }) => {
  expect(paperTests).toContain(`"${name}"`);
});

test("no test of the paper is missing in the map", () => {
  const tests = [...paperTests.matchAll(/\btest(?:\.each\(.*\))?\("([^"]+)"/g)].map(([, name = ""]) => name);
  expect(tests.length).toBeGreaterThan(20);
  expect(tests.filter((name) => !lines.some((line) => line.test === name))).toEqual([]);
});
