// Opens the parts of a data directory with one file handle more each time, from none on, and says what came of it.
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { openDataDirectory } from "../../src/storage/directory/open.ts";
import { openState, readState, verifyState } from "../../src/storage/state/open-state.ts";
import { closeAll, owner, ports, print } from "./support.ts";

const [directory = "", handles = "0"] = process.argv.slice(2);
const stateDirectory = join(directory, "state");

/** Each closes what it has opened. */
const parts: Readonly<Record<string, () => Promise<unknown>>> = {
  opened: async () => (await openState(stateDirectory, { mayCreate: false })).close(() => undefined),
  read: () => readState(stateDirectory),
  verified: () => verifyState(stateDirectory),
  whole: async () => closeAll(await openDataDirectory({ ...owner, directory }, ports)),
};

// What is loaded late would need handles itself.
for (const part of Object.values(parts)) await part();
const taken: number[] = [];
try {
  for (;;) taken.push(openSync("/dev/null", "r"));
} catch {
  // There is none left.
}
for (let left = 0; left <= Number(handles); left += 1) {
  for (const [part, open] of Object.entries(parts)) {
    const error = await open().then(
      () => null,
      (reason: Error) => reason,
    );
    print({ part, left, name: error?.name ?? null, message: error?.message });
  }
  closeSync(taken.pop() ?? 0);
}
