import type { Outcome } from "../../src/node/ports.ts";
import { TransportCounters } from "../../src/transport/counters.ts";
import { ForwardCalls } from "../../src/transport/forward-calls.ts";
import { type TransportLimits, transportDefaults } from "../../src/transport/transport-options.ts";
import type { Sink } from "../../src/transport/valve.ts";
import { readForwardBatch } from "../../src/transport/wire/forwards.ts";

/** Keeps what is written, and takes it when told to. */
class Paper implements Sink {
  readonly written: string[] = [];
  readonly writableNeedDrain = false;
  readonly #done: (() => void)[] = [];

  write(bytes: Buffer, done: () => void): boolean {
    const reading = readForwardBatch(bytes);
    if (reading.type === "malformed") throw new Error(reading.why);
    const { commands, reads } = reading.body;
    const words = [...commands.map(({ id, command }) => `${id} of ${command.length}`), ...reads.map(({ id }) => `read ${id}`)];
    this.written.push(`term ${reading.envelope.term}: ${words.join(", ")}`);
    this.#done.push(done);
    return true;
  }

  take(): void {
    this.#done.shift()?.();
  }
}

function callsOf(limits: Partial<TransportLimits> = {}) {
  const paper = new Paper();
  const options = { clusterId: "balsa", from: 1, to: 2, limits: { ...transportDefaults, ...limits } };
  return { paper, calls: new ForwardCalls(options, { sink: paper, counters: new TransportCounters() }) };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const readOf = (term: number, id: number) => ({ type: "readIndexRequest" as const, from: 1, to: 2, term, id });

test("the commands of a turn share a message, which a read takes along at once", async () => {
  const { paper, calls } = callsOf();
  calls.forward(Buffer.alloc(10), () => {});
  calls.forward(Buffer.alloc(20), () => {});
  expect(paper.written).toEqual([]);
  await nextTurn();
  calls.forward(Buffer.alloc(30), () => {});
  calls.read(readOf(4, 9));
  await nextTurn();
  expect(paper.written).toEqual(["term 0: 1 of 10, 2 of 20", "term 4: 3 of 30, read 9"]);
});

test("a message holds no more bytes than it may, and the reads of one term only", async () => {
  const { paper, calls } = callsOf({ forwardBatchBytesMax: 100, streamWindowBytes: 1 });
  calls.read(readOf(3, 1));
  for (const bytes of [60, 40, 1, 500]) calls.forward(Buffer.alloc(bytes), () => {});
  for (const [term, id] of [
    [3, 2],
    [3, 3],
    [4, 4],
  ] as const)
    calls.read(readOf(term, id));
  await nextTurn();
  expect(paper.written).toEqual(["term 3: read 1"]);
  for (let at = 0; at < 5; at++) paper.take();
  expect(paper.written.slice(1)).toEqual([
    "term 3: 1 of 60, 2 of 40, read 2, read 3",
    "term 4: 3 of 1, read 4",
    "term 0: 4 of 500",
  ]);
});

test("bytes of commands without outcome are limited, and free again with their outcome", async () => {
  const { calls } = callsOf({ forwardPendingBytesMax: 100 });
  const never = () => {};
  expect([60, 40, 1].map((bytes) => calls.forward(Buffer.alloc(bytes), never))).toEqual([true, true, false]);
  await nextTurn();
  const outcome: Outcome = { type: "done", index: 1, result: Buffer.alloc(0) };
  calls.onResults({ results: [{ id: 1, outcome }], reads: [] });
  expect([60, 1].map((bytes) => calls.forward(Buffer.alloc(bytes), never))).toEqual([true, false]);
  expect(callsOf({ forwardPendingBytesMax: 100 }).calls.forward(Buffer.alloc(101), never)).toBe(true);
  calls.fail("stopping");
});

test("each outcome is told once, however often it comes", async () => {
  const { calls } = callsOf();
  const heard: Outcome[] = [];
  calls.forward(Buffer.alloc(1), (outcome) => heard.push(outcome));
  await nextTurn();
  const outcome: Outcome = { type: "refused", reason: "notLeader", leader: 3 };
  for (const id of [1, 1, 2]) calls.onResults({ results: [{ id, outcome }], reads: [] });
  calls.fail("broken");
  calls.fail("broken");
  expect(heard).toEqual([outcome]);
});

test("a read beyond the limit of those that wait is dropped", () => {
  const { paper, calls } = callsOf({ streamWindowBytes: 1, queueMessagesMax: 2 });
  for (let id = 1; id <= 5; id++) calls.read(readOf(3, id));
  paper.take();
  expect(paper.written).toEqual(["term 3: read 1", "term 3: read 2, read 3"]);
});
