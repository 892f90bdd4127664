import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BackgroundOutput } from "../../src/server/log/log-output.ts";
import { until } from "../support/until.ts";

// A named pipe that is open at both ends is a reader that stops and goes on as the test wants.

let folder: string;
let pipe: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "balsa-log-output-"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
  pipe = openSync(join(folder, "pipe"), constants.O_RDWR | constants.O_NONBLOCK);
});
afterEach(() => {
  closeSync(pipe);
  rmSync(folder, { recursive: true });
});

/** What the pipe holds now. */
function take(): string {
  const buffer = Buffer.alloc(1024 * 1024);
  try {
    return buffer.toString("latin1", 0, readSync(pipe, buffer));
  } catch {
    return "";
  }
}

/** Reads until so many bytes have come. */
async function takeAll(bytes: number): Promise<string> {
  let text = "";
  return until("all is read", 10_000, () => {
    text += take();
    return text.length >= bytes ? text : undefined;
  });
}

const lines = Array.from({ length: 1_000 }, (_, i) => `${String(i).padStart(4, "0")}${"x".repeat(995)}\n`);

test("what a reader that has stopped does not take waits, and comes whole and in order when it goes on", async () => {
  const output = new BackgroundOutput(pipe);
  for (const line of lines) output.write(Buffer.from(line));
  const text = await takeAll(1_000_000);
  expect(text).toBe(lines.join(""));
});

test("no more waits than the limit; what is dropped is counted and told once there is room", async () => {
  const output = new BackgroundOutput(pipe);
  const told: number[] = [];
  output.onDropped = (count) => told.push(count);
  const megabyte = Buffer.alloc(1024 * 1024, "x");
  for (let i = 0; i < 20; i++) output.write(megabyte);
  let bytes = 0;
  await until("it is told", 10_000, () => {
    bytes += take().length;
    return told.length > 0 ? true : undefined;
  });
  expect(bytes + (told[0] ?? 0) * megabyte.length).toBe(20 * megabyte.length);
  expect(bytes).toBeLessThanOrEqual(9 * megabyte.length);
}, 20_000);

test("the end of the process writes what it can, and does not wait for a reader that has stopped", () => {
  const output = new BackgroundOutput(pipe);
  for (const line of lines) output.write(Buffer.from(line));
  const begun = performance.now();
  output.flushSync();
  expect(performance.now() - begun).toBeLessThan(1_000);
  expect(take().startsWith(lines[0] ?? "")).toBe(true);
});

test("a reader that is gone is no trouble: nothing is thrown, told as dropped, or waited for", () => {
  const gone = new BackgroundOutput(2 ** 20);
  const told: number[] = [];
  gone.onDropped = (count) => told.push(count);
  const begun = performance.now();
  const writeOn = () => {
    for (const line of ["a line\n", "another\n"]) {
      gone.write(Buffer.from(line));
      gone.flushSync();
    }
  };
  expect(writeOn).not.toThrow();
  expect(told).toEqual([]);
  expect(performance.now() - begun).toBeLessThan(1_000);
});
