import type { WriteRecord } from "../../src/storage/state/state-records.ts";
import { WriteHistory } from "../../src/storage/state/write-history.ts";

const nothing = { term: 1, time: 0, membersIndex: 0, membersChecksum: 0, count: 0, bytes: 0, digest: [0, 0] } as const;

/** A history of so many writes of 10 bytes, and their records. */
function historyOf(writes: number, keepBytes: number): { history: WriteHistory; kept: Map<number, WriteRecord> } {
  const history = new WriteHistory(keepBytes);
  const kept = new Map<number, WriteRecord>();
  for (let number = 1; number <= writes; number++) {
    const { record, forgotten } = history.next({ ...nothing, appliedIndex: number * 2 }, 10);
    for (const gone of forgotten) kept.delete(gone);
    kept.set(number, record);
    history.add(record, checksumOf(record), forgotten.length);
  }
  return { history, kept };
}

function restored(records: Iterable<WriteRecord>, last: WriteRecord, keepBytes: number): WriteHistory {
  const history = new WriteHistory(keepBytes);
  for (const record of records) history.restore(record, checksumOf(record));
  history.finish(last);
  return history;
}

function checksumOf({ number, appliedIndex }: WriteRecord): number {
  return number * 1_000 + appliedIndex;
}

test("a write's record is kept until so many more bytes have been written", () => {
  const { history, kept } = historyOf(1_000, 95);
  expect([...kept.keys()]).toEqual([991, 992, 993, 994, 995, 996, 997, 998, 999, 1_000]);
  expect(history.last).toMatchObject({ number: 1_000, firstKept: 991, bytesWritten: 10_000 });
});

test("the records of a history make the same history again", () => {
  const { history, kept } = historyOf(500, 1_000);
  const again = restored(kept.values(), history.last, 1_000);
  for (const each of [history, again]) {
    expect(each.next({ ...nothing, appliedIndex: 1_002 }, 10)).toEqual({
      record: { ...nothing, appliedIndex: 1_002, number: 501, previous: 501_000, bytesWritten: 5_010, firstKept: 402 },
      forgotten: [401],
    });
  }
});

test("no write deletes many old records", () => {
  const { kept, history } = historyOf(300, 1_000_000);
  const again = restored(kept.values(), history.last, 100);
  const { forgotten } = again.next({ ...nothing, appliedIndex: 1_000 }, 10);
  expect(forgotten).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test("a missing record is found wherever it is missing", () => {
  const { kept, history } = historyOf(50, 200);
  const records = [...kept.values()];
  for (let missing = 0; missing < records.length; missing++) {
    const left = records.filter((_, place) => place !== missing);
    expect(() => restored(left, history.last, 200)).toThrow(/missing|followed by|named as the last/);
  }
});

test("an older record in the place of another is found", () => {
  const { kept, history } = historyOf(50, 200);
  const records = [...kept.values()];
  const older = records.map((record, place) => (place === 9 ? { ...record, appliedIndex: record.appliedIndex - 1 } : record));
  expect(() => restored(older, history.last, 200)).toThrow("does not follow on the one before it");
});

test("a last record older than the others is found", () => {
  const { kept } = historyOf(50, 200);
  const older = kept.get(49);
  expect(older && (() => restored(kept.values(), older, 200))).toThrow("named as the last one");
});
