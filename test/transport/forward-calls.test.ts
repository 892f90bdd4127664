import type { Outcome } from "../../src/node/ports/ports.ts";
import { newTransportCounters } from "../../src/transport/link/counters.ts";
import { type TransportLimits, transportDefaults } from "../../src/transport/link/transport-options.ts";
import type { Sink } from "../../src/transport/link/valve.ts";
import { ForwardCalls } from "../../src/transport/out/forward-calls.ts";
import { readForwardBatch } from "../../src/transport/wire/forwards.ts";
import { incarnationId } from "../incarnations.ts";

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

  /** Takes the next message. Resolves once whoever waits for room has been told. */
  take(): Promise<void> {
    this.#done.shift()?.();
    return nextTurn();
  }
}

function callsOf(limits: Partial<TransportLimits> = {}) {
  const paper = new Paper();
  const options = { clusterId: "balsa", incarnationId, from: 1, to: 2, limits: { ...transportDefaults, ...limits } };
  return { paper, calls: new ForwardCalls(options, { sink: paper, counters: newTransportCounters() }) };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
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
  for (let at = 0; at < 5; at++) await paper.take();
  expect(paper.written.slice(1)).toEqual([
    "term 3: 1 of 60, 2 of 40, read 2, read 3",
    "term 4: 3 of 1, read 4",
    "term 0: 4 of 500",
  ]);
});

test("bytes of commands without outcome are limited, and free again with their outcome", async () => {
  const { calls } = callsOf({ forwardPendingBytesMax: 100 });
  const heard: string[] = [];
  const forward = (...sizes: number[]): void => {
    for (const bytes of sizes)
      calls.forward(Buffer.alloc(bytes), (outcome) => heard.push(`${bytes}: ${"reason" in outcome ? outcome.reason : "done"}`));
  };
  forward(60, 40, 1);
  await nextTurn();
  expect(heard).toEqual(["1: overloaded"]);
  const outcome: Outcome = { type: "done", index: 1, result: Buffer.alloc(0) };
  calls.onResults({ results: [{ id: 1, outcome }], reads: [] });
  forward(60, 1);
  await nextTurn();
  expect(heard).toEqual(["1: overloaded", "60: done", "1: overloaded"]);
  calls.fail("stopping");
});

test("a command that is larger than all may be goes alone", async () => {
  const { paper, calls } = callsOf({ forwardPendingBytesMax: 100 });
  calls.forward(Buffer.alloc(101), () => {});
  await nextTurn();
  expect(paper.written).toEqual(["term 0: 1 of 101"]);
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

test("a read beyond the limit of those that wait is dropped", async () => {
  const { paper, calls } = callsOf({ streamWindowBytes: 1, queueMessagesMax: 2 });
  for (let id = 1; id <= 5; id++) calls.read(readOf(3, id));
  await paper.take();
  expect(paper.written).toEqual(["term 3: read 1", "term 3: read 2, read 3"]);
});

test("what waits when the link breaks surely did not happen, also where the stream's callback comes before the news", async () => {
  const { paper, calls } = callsOf({ streamWindowBytes: 1 });
  const heard: string[] = [];
  for (const name of ["sent", "waiting"]) {
    calls.forward(Buffer.alloc(1), ({ type }) => heard.push(`${name}: ${type}`));
    await nextTurn();
  }
  const told = paper.take();
  calls.fail("broken");
  await told;
  expect(heard).toEqual(["sent: unknown", "waiting: refused"]);
  expect(paper.written).toEqual(["term 0: 1 of 1"]);
});
