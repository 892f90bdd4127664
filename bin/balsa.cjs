#!/usr/bin/env node
"use strict";
// The command `balsa`. It is no product of the build, for npx looks once for a command's file, when it first sees the
// package, and if it is not there by then, says "not found" in that folder for ever.

require("./node-version.cjs");
require("./run-built.cjs")("cli.js");
