"use strict";
// Ends the program, with a sentence, where Node is older than package.json says. Without it the first line that such a Node
// cannot read would be all that is said. So this is written as every Node reads it, and so is whatever requires it first.

const wanted = /\d+\.\d+/.exec(require("../package.json").engines.node)[0];
const versionOf = (text) => Number(text.split(".")[0]) * 1000 + Number(text.split(".")[1]);

if (versionOf(process.versions.node) < versionOf(wanted)) {
  console.error(`Balsa needs Node ${wanted} or later, best Node 24. This is Node ${process.versions.node} (${process.execPath}).`);
  process.exit(2);
}
