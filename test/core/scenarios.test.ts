import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "./script.ts";

// Each file of test/core/scenarios/ is a scenario: one sentence that says what it shows, commands (see script.ts), a line of
// three hyphens, and what happens. To write again what happens: UPDATE_SCRIPTS=1 npx jest --selectProjects core.
// Do so only if you understand why it differs.

const folder = join(__dirname, "scenarios");
const files = readdirSync(folder).filter((name) => name.endsWith(".txt"));

test("there are scenarios", () => {
  expect(files.length).toBeGreaterThanOrEqual(20);
});

test.each(files)("%s", (name) => {
  const path = join(folder, name);
  const text = readFileSync(path, "utf8");
  const [head = "", expected = ""] = text.split(/^---\n/m);
  expect(head).toMatch(/^# [^\n]+\.\n/);
  const script = new Script();
  for (const line of head.split("\n").map((words) => words.trim())) {
    if (line !== "" && !line.startsWith("#")) script.run(line);
  }
  const happened = `${script.lines.join("\n")}\n`;
  if (process.env.UPDATE_SCRIPTS === "1") writeFileSync(path, `${head}---\n${happened}`);
  else expect(happened).toBe(expected);
});
