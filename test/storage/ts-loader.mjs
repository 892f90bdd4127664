import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { transform } from "@swc/core";

// Lets a process of its own run the TypeScript of this project: node --import ./ts-loader.mjs program.ts
if (isMainThread) register(import.meta.url);

const options = { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "es6" } };

export async function load(url, context, nextLoad) {
  if (!url.endsWith(".ts")) return nextLoad(url, context);
  const { code } = await transform(await readFile(fileURLToPath(url), "utf8"), options);
  return { format: "module", source: code, shortCircuit: true };
}
