import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { plainEnvironment } from "../support/node-process.ts";

const cli = resolve(__dirname, "../..", process.env.BALSA_TEST_DIST ?? "dist", "main/cli.js");

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line client as a person would, and resolves to how it ended. */
export function balsa(...args: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, [cli, ...args], { env: plainEnvironment() }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
  });
}

/** Runs exactly the command that a message names after "run: ". */
export function runAdvised(message: string): Promise<Ended> {
  const [, words = ""] = /run: balsa (.*)$/.exec(message) ?? [];
  return balsa(...words.split(" "));
}
