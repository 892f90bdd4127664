import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { canRequireModules } from "../support/require-module.ts";

// The client's entry by itself: what is built, where no package is installed.

const run = promisify(execFile);
const dist = resolve(__dirname, "../..", process.env.BALSA_TEST_DIST ?? "dist");

let alone: string;
beforeAll(() => {
  alone = mkdtempSync(join(tmpdir(), "balsa-entry-"));
  cpSync(dist, join(alone, "dist"), { recursive: true });
  writeFileSync(join(alone, "package.json"), JSON.stringify({ type: "module" }));
});
afterAll(() => rmSync(alone, { recursive: true, force: true }));

const use = 'console.log(new BalsaClient({ endpoints: ["host:1"] }).endpoint);';

test("whoever imports the client loads no package, gRPC neither", async () => {
  writeFileSync(join(alone, "program.js"), `import { BalsaClient } from "./dist/main/balsa-client.js"; ${use}`);
  expect((await run(process.execPath, ["program.js"], { cwd: alone })).stdout).toBe("null\n");
  writeFileSync(join(alone, "node.js"), 'import "./dist/main/balsa-node.js";');
  await expect(run(process.execPath, ["node.js"], { cwd: alone })).rejects.toThrow(/ERR_MODULE_NOT_FOUND/);
});

test("CommonJS gets the client by require, where Node can, and else is told that it cannot", async () => {
  writeFileSync(join(alone, "program.cjs"), `const { BalsaClient } = require("./dist/main/balsa-client.js"); ${use}`);
  const running = run(process.execPath, ["program.cjs"], { cwd: alone });
  if (canRequireModules) expect((await running).stdout).toBe("null\n");
  else await expect(running).rejects.toThrow(/ERR_REQUIRE_ESM/);
});
