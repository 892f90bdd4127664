import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../src/node/ports/ports.ts";
import { LogMark, markDelayMs } from "../../src/storage/log/log-mark.ts";
import { emptyTail, type LogEnd } from "../../src/storage/log/store-records.ts";
import { diskOwner, removeTemporaryDirectories, temporaryDirectory } from "./support.ts";

/** Time that passes only when told. */
class TestClock implements Clock {
  #now = 1_000;
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  at(at: number, callback: () => void) {
    const timer = { at, callback };
    this.#timers.push(timer);
    const cancel = () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
    return { cancel };
  }

  soon(callback: () => void): void {
    callback();
  }

  pass(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#now);
    this.#timers = this.#timers.filter(({ at }) => at > this.#now);
    for (const { callback } of due) callback();
  }
}

let path: string;
let clock: TestClock;
beforeEach(async () => {
  path = join(temporaryDirectory(), "log.mark");
  clock = new TestClock();
  await LogMark.create(path, [diskOwner]);
});
afterEach(removeTemporaryDirectories);

const hardState = { term: 2, votedFor: 1 };

function tailOf(number: number, hard = hardState): LogEnd {
  return { number, hardState: hard, lastIndex: number * 10, lastTerm: 2, checksum: number };
}

/** What a process that starts now would find. */
async function found(): Promise<LogEnd> {
  const mark = await LogMark.open(path, clock);
  await mark.close();
  return mark.found;
}

/** Waits until a process that starts now would find `number`. */
async function foundSoon(number: number): Promise<void> {
  const deadline = Date.now() + 5_000;
  while ((await found()).number !== number) {
    if (Date.now() > deadline) throw new Error(`the mark does not come to ${number}`);
  }
}

test("a new mark says that nothing was stored", async () => {
  const { number, hardState: hard, lastIndex, lastTerm, checksum } = emptyTail;
  expect(await found()).toEqual({ number, hardState: hard, lastIndex, lastTerm, checksum });
});

test("what was said last is there after a close", async () => {
  const mark = await LogMark.open(path, clock);
  for (let number = 1; number <= 5; number++) mark.advance(tailOf(number));
  await mark.close();
  expect(await found()).toEqual(tailOf(5));
});

test("a new term or vote is written at once", async () => {
  const mark = await LogMark.open(path, clock);
  mark.advance(tailOf(1));
  await foundSoon(1);
  await mark.close();
});

test("entries are written together after a short delay", async () => {
  const mark = await LogMark.open(path, clock);
  mark.advance(tailOf(1));
  await foundSoon(1);
  mark.advance(tailOf(2));
  clock.pass(markDelayMs - 1);
  mark.advance(tailOf(3));
  expect((await found()).number).toBe(1);
  clock.pass(1);
  await foundSoon(3);
  await mark.close();
});

test("one damaged slot leaves the other, both are damage", async () => {
  const mark = await LogMark.open(path, clock);
  mark.advance(tailOf(1));
  await foundSoon(1);
  mark.advance(tailOf(2));
  await mark.close();
  const bytes = readFileSync(path);
  const numbers: number[] = [];
  for (const offset of [0, 512]) {
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(offset + 20) ^ 1, offset + 20);
    writeFileSync(path, damaged);
    numbers.push((await found()).number);
  }
  expect(numbers.sort()).toEqual([1, 2]);
  writeFileSync(path, Buffer.alloc(bytes.length));
  await expect(found()).rejects.toThrow("log.mark fails its checksums");
  truncateSync(path, 0);
  await expect(found()).rejects.toThrow("log.mark fails its checksums");
});

test("a mark that is gone is missed", async () => {
  rmSync(path);
  await expect(found()).rejects.toMatchObject({ name: "LogMissing" });
});
