import { readFileSync } from "node:fs";
import { packageVersion } from "../../src/terminal/version.ts";

test("the version that every program tells is that of package.json", () => {
  expect(packageVersion).toBe(JSON.parse(readFileSync("package.json", "utf8")).version);
});
