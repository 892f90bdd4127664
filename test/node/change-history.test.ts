import { ChangeHistory } from "../../src/node/watch/change-history.ts";
import type { EntryChanges } from "../../src/node/watch/packed-changes.ts";

const limits = { changeHistoryBytesMax: 1_000_000, changeHistoryEntriesMax: 1_600 };

/** Sets, deletions, several changes in one entry, empty values, and indexes with gaps. */
function entry(index: number): EntryChanges {
  const set = { key: Buffer.from(`key ${index}`), value: Buffer.from("v".repeat(index % 7)) };
  const removed = { key: Buffer.from(`gone ${index}`), value: null };
  return { index, changes: [[set], [removed], [set, removed, set]][index % 3] ?? [] };
}

function plain(entries: readonly EntryChanges[]) {
  return entries.map(({ index, changes }) => [
    index,
    changes.map(({ key, value }) => [text(key), value === null ? null : text(value)]),
  ]);
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test("what was packed away comes out as it went in, from every place on", () => {
  const history = new ChangeHistory(limits, 0);
  const entries = Array.from({ length: 350 }, (_, place) => entry(1 + 2 * place));
  for (const one of entries) history.add(one);
  for (const from of [0, 1, 2, 199, 200, 201, 202, 399, 400, 401, 698, 699, 700]) {
    expect(plain(history.since(from, 1_000))).toEqual(plain(entries.filter(({ index }) => index >= from)));
    expect(plain(history.since(from, 120))).toEqual(plain(entries.filter(({ index }) => index >= from).slice(0, 120)));
  }
});

test("a history does not keep alive the messages in which its keys and values came", () => {
  const history = new ChangeHistory(limits, 0);
  const message = Buffer.alloc(64 * 1024, "m");
  for (let index = 1; index <= 400; index += 1) {
    history.add({ index, changes: [{ key: message.subarray(index, index + 4), value: message.subarray(9) }] });
  }
  const [first] = history.since(history.oldest, 1);
  expect(first?.changes[0]?.value?.buffer).not.toBe(message.buffer);
});
