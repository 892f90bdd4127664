import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type OneNode, startOneNode } from "../main/one-node.ts";
import { compile, type Installed, installPackage, root, run } from "./installed.ts";

// The code of docs/client.md, in the hands of somebody who has nothing but the package.

jest.setTimeout(180_000);

let installed: Installed;
let node: OneNode;
beforeAll(async () => {
  installed = await installPackage();
  node = await startOneNode();
});
afterAll(async () => {
  installed?.remove();
  await node?.remove();
});

test("every block of docs/client.md compiles, and they run one after the other", async () => {
  const page = readFileSync(join(root, "docs/client.md"), "utf8");
  const blocks = [...page.matchAll(/^```ts( prelude)?\n([\s\S]*?)^```/gm)];
  expect(blocks.length).toBeGreaterThan(10);
  const [prelude = "", ...others] = blocks.map(([, , code = ""]) => code);
  const here = prelude.replace(/^const endpoints = .*$/m, `const endpoints = ["${node.address}"];`);
  expect(here).not.toBe(prelude);
  const scopes = others.map((code, place) => `console.log("block ${place + 1}");\n{\n${code}}\n`);
  writeFileSync(join(installed.folder, "page.ts"), `${here}\n${scopes.join("\n")}\nawait client.close();\n`);
  await compile(installed, "page.ts");
  const { stdout } = await run(process.execPath, ["page.js"], { cwd: installed.folder, timeout: 60_000 });
  expect(stdout.match(/^block \d+$/gm)).toHaveLength(others.length);
  expect(stdout).toMatch(/^block 1\nhello true\nnull\nblock 2\n1\nblock 3\ntrue\n/);
  expect(stdout).toContain("set users/grace");
  expect(stdout).toContain("ABORTED");
});
