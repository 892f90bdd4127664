import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clientOptionDefaults } from "../../src/client/values/options.ts";

const source = readFileSync(join(__dirname, "../../src/client/values/options.ts"), "utf8");

/** Bytes that a reader would not recognize as a number. */
const words: Readonly<Record<string, number>> = { "1 MiB": 1024 ** 2, "4 MiB less 64 KiB": 4 * 1024 ** 2 - 64 * 1024 };

test("every option of a client names its default, as the code has it", () => {
  const named = [...source.matchAll(/@default ([^*\n]+?)(?: \*\/|\n\s+\*\/)\n {2}readonly (\w+):/g)].map(([, text = "", name]) => [
    name,
    words[text] ?? JSON.parse(text),
  ]);
  const { name: _, ...others } = clientOptionDefaults;
  expect(Object.fromEntries(named)).toEqual(others);
  expect(source).toMatch(/Default: the host name\. \*\/\n {2}readonly name:/);
});
