import { newTransportCounters } from "../../src/transport/link/counters.ts";
import { Outbox } from "../../src/transport/link/outbox.ts";
import { type TransportLimits, transportDefaults } from "../../src/transport/link/transport-options.ts";
import type { Sink } from "../../src/transport/link/valve.ts";

/** A stream whose socket takes a message only when told to. */
class SlowSink implements Sink {
  readonly written: number[] = [];
  writableNeedDrain = false;
  readonly #done: (() => void)[] = [];

  write(bytes: Buffer, done: () => void): boolean {
    this.written.push(bytes.length);
    this.#done.push(done);
    return !this.writableNeedDrain;
  }

  /** Takes the next message. Resolves once whoever waits for room has been told. */
  take(): Promise<void> {
    this.#done.shift()?.();
    return new Promise((resolve) => setImmediate(resolve));
  }
}

function outboxOf(limits: Partial<TransportLimits>) {
  const sink = new SlowSink();
  const counters = newTransportCounters();
  return { sink, counters, outbox: new Outbox({ ...transportDefaults, ...limits }, { sink, counters }) };
}

const big = (bytes: number) => Buffer.alloc(bytes);

test("messages wait once the window is full, and leave in order as the socket takes them", async () => {
  const { sink, outbox } = outboxOf({ streamWindowBytes: 5_000 });
  for (const bytes of [4_000, 4_001, 4_002, 10, 4_003]) outbox.send(big(bytes));
  expect(sink.written).toEqual([4_000, 4_001]);
  await sink.take();
  expect(sink.written).toEqual([4_000, 4_001, 4_002]);
  await sink.take();
  await sink.take();
  expect(sink.written).toEqual([4_000, 4_001, 4_002, 10, 4_003]);
});

test("a stream that wants to drain gets nothing until it has", async () => {
  const { sink, outbox } = outboxOf({});
  outbox.send(big(1));
  sink.writableNeedDrain = true;
  outbox.send(big(2));
  await sink.take();
  expect(sink.written).toEqual([1]);
  outbox.send(big(3));
  sink.writableNeedDrain = false;
  outbox.send(big(4));
  expect(sink.written).toEqual([1]);
});

test("past its bytes the queue drops large messages and keeps small ones; past its count it drops all", async () => {
  const { sink, counters, outbox } = outboxOf({ streamWindowBytes: 1, queueBytesMax: 10_000, queueMessagesMax: 4 });
  outbox.send(big(2_000));
  expect(sink.written).toEqual([2_000]);
  const sizes = [6_000, 6_000, 4_000, 1_025, 1_024, 100, 100];
  expect(sizes.map((bytes) => outbox.send(big(bytes)))).toEqual([true, false, true, false, true, true, false]);
  expect(counters).toMatchObject({ messagesDropped: 3, messagesSent: 1, sentBytes: 2_000 });
  for (let at = 0; at < 5; at++) await sink.take();
  expect(sink.written).toEqual([2_000, 6_000, 4_000, 1_024, 100]);
  expect(counters.messagesSent).toBe(5);
});

test("a single message larger than the queue still finds room in an empty one", async () => {
  const { sink, outbox } = outboxOf({ streamWindowBytes: 1, queueBytesMax: 10_000 });
  outbox.send(big(50_000));
  expect(outbox.send(big(50_001))).toBe(true);
  expect(outbox.send(big(50_002))).toBe(false);
  await sink.take();
  expect(sink.written).toEqual([50_000, 50_001]);
});

test("room that was freed can be used again", async () => {
  const { sink, outbox } = outboxOf({ streamWindowBytes: 1, queueBytesMax: 10_000 });
  for (let round = 0; round < 100; round++) {
    expect(outbox.send(big(8_000))).toBe(true);
    if (round > 0) await sink.take();
  }
  expect(sink.written).toHaveLength(100);
});

test("a closed queue is empty: nothing is written to a stream that has ended", async () => {
  const { sink, counters, outbox } = outboxOf({ streamWindowBytes: 1 });
  for (const bytes of [1, 2, 3]) outbox.send(big(bytes));
  outbox.close();
  await sink.take();
  expect(sink.written).toEqual([1]);
  expect(counters.messagesDropped).toBe(2);
});

test("a stream that breaks gets nothing that waited, also where its callback comes before the news", async () => {
  const { sink, counters, outbox } = outboxOf({ streamWindowBytes: 1 });
  for (const bytes of [1, 2, 3]) outbox.send(big(bytes));
  const told = sink.take();
  outbox.close();
  await told;
  expect(sink.written).toEqual([1]);
  expect(counters).toMatchObject({ messagesSent: 1, messagesDropped: 2 });
});
