import { Compactor } from "../../src/node/apply/compactor.ts";
import { command } from "./fakes.ts";

function setUp(options = {}, found: ReturnType<typeof command>[] = []) {
  const durable: number[] = [];
  const failures: Error[] = [];
  const syncs: ((error: Error | null, index: number) => void)[] = [];
  const hold: { from: number | null } = { from: null };
  const compactor = new Compactor(
    { compactEntries: 10, compactBytes: 1e6, compactHoldBytesMax: 100, ...options },
    {
      state: { sync: (done) => syncs.push(done) },
      heldFrom: () => hold.from,
      onDurable: (index) => durable.push(index),
      onFailed: (error) => failures.push(error),
    },
    found,
  );
  let last = found.at(-1)?.index ?? 0;
  const apply = (count: number, text = "a=1"): void => {
    const batch = Array.from({ length: count }, (_, n) => ({ entry: command(last + n + 1, text) }));
    last += count;
    compactor.onApplied(batch);
  };
  const synced = (): void => syncs.shift()?.(null, last);
  return { compactor, durable, failures, syncs, hold, apply, synced };
}

test("the state is synced once the log has grown by so many entries, and the core is told how far", () => {
  const { apply, syncs, durable, synced } = setUp();
  apply(9);
  expect(syncs).toHaveLength(0);
  apply(1);
  expect([syncs.length, durable]).toEqual([1, []]);
  synced();
  expect(durable).toEqual([10]);
  apply(9);
  expect(syncs).toHaveLength(0);
});

test("the state is compacted once the log has grown by a number of bytes", () => {
  const { apply, syncs } = setUp({ compactBytes: 50 });
  apply(2, "x".repeat(30));
  expect(syncs).toHaveLength(1);
});

test("what the log held of applied entries at the start counts, too", () => {
  const found = Array.from({ length: 9 }, (_, n) => command(n + 1, "a=1"));
  const { apply, syncs } = setUp({}, found);
  apply(1);
  expect(syncs).toHaveLength(1);
});

test("rule 44: entries go on being applied while the state is synced, and there is one sync at a time", () => {
  const { apply, syncs, synced, durable } = setUp();
  apply(10);
  apply(30);
  expect(syncs).toHaveLength(1);
  synced();
  apply(1);
  expect(syncs).toHaveLength(1);
  synced();
  expect(durable).toEqual([40, 41]);
});

test("rule 45: what a follower will want after its snapshot stays in the log", () => {
  const { apply, synced, durable, hold } = setUp();
  apply(10);
  hold.from = 4;
  synced();
  apply(10);
  synced();
  expect(durable).toEqual([4, 4]);
  hold.from = null;
  apply(10);
  synced();
  expect(durable).toEqual([4, 4, 30]);
});

test("rule 44: but not without bound: a slow follower has to take another snapshot", () => {
  const { apply, synced, durable, hold } = setUp({ compactHoldBytesMax: 100 });
  hold.from = 4;
  for (let n = 0; n < 8; n += 1) {
    apply(10);
    synced();
  }
  expect(durable).toEqual([4, 4, 4, 40, 4, 4, 4, 80]);
});

test("rule 47: a sync that fails stops the node", () => {
  const { apply, syncs, durable, failures } = setUp();
  apply(10);
  syncs.shift()?.(new Error("input/output error"), 0);
  expect([failures.map(({ message }) => message), durable]).toEqual([["input/output error"], []]);
});

test("once stopped it syncs no more, and tells nothing of a sync under way", () => {
  const { compactor, apply, syncs, synced, durable } = setUp();
  apply(10);
  compactor.stop();
  synced();
  apply(10);
  expect([syncs.length, durable]).toEqual([0, []]);
});

test("rule 47: a sync that fails while the node stops is a failure all the same", () => {
  const { compactor, apply, syncs, failures, durable } = setUp();
  apply(10);
  compactor.stop();
  syncs.shift()?.(new Error("the disk is gone"), 0);
  expect([failures.length, durable]).toEqual([1, []]);
});
