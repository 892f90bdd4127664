"use strict";
// `npm start`: builds what has changed and starts a whole cluster on this machine, in one process that gets the signals.

require("../bin/node-version.cjs");

const { spawnSync } = require("node:child_process");
const { join } = require("node:path");

const { status } = spawnSync(process.execPath, [join(__dirname, "build.mjs")], { stdio: "inherit" });
if (status === 0) require("../bin/run-built.cjs")("cluster.js");
else process.exitCode = 1;
