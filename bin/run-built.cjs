"use strict";
// Runs a program that the build has made, in this process, or says what is missing and how it is got.

const { existsSync } = require("node:fs");
const { join, resolve } = require("node:path");
const { pathToFileURL } = require("node:url");

const root = resolve(__dirname, "..");

module.exports = (name) => {
  const program = join(root, "dist", "main", name);
  if (!existsSync(program))
    return refuse(`Balsa is not built yet. In ${root}, run: ${isInstalled("typescript") ? "npm run build" : "npm ci"}`);
  let ended = false;
  const end = () => {
    ended = true;
  };
  import(pathToFileURL(program).href).then(end, (error) => {
    end();
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    refuse(`Something that Balsa needs is not installed. In ${root}, run: npm ci (${error.message})`);
  });
  // As Node does where it runs such a program itself: one that waits for what never comes has not succeeded.
  process.once("beforeExit", () => {
    if (!ended) process.exitCode = 13;
  });
};

function isInstalled(name) {
  return existsSync(join(root, "node_modules", name));
}

function refuse(sentence) {
  console.error(sentence);
  process.exitCode = 2;
}
