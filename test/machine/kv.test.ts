import { kvMachine } from "../../src/machine/kv.ts";
import { type Expected, encodeRequest, type KvCommand } from "../../src/machine/kv-codec.ts";
import type { Value } from "../../src/machine/kv-records.ts";
import { currentBytesMax, decodeResult } from "../../src/machine/kv-results.ts";
import { MachineRun } from "./run-machine.ts";

const set = (key: string, value: Value): KvCommand => ({ type: "set", key, value });
const del = (key: string): KvCommand => ({ type: "delete", key });
const cas = (key: string, expected: Expected, newValue: Value | null): KvCommand => ({
  type: "compareAndSet",
  key,
  expected,
  newValue,
});
const value = (value: Value): Expected => ({ type: "value", value });
const revision = (revision: number): Expected => ({ type: "revision", revision });
const absent: Expected = { type: "absent" };

const ok = (existed: boolean) => ({ succeeded: true, existed, current: null });
const applied = (...existed: boolean[]) => ({ type: "applied", results: existed.map(ok) });

describe("single commands", () => {
  test("a set keeps the value, its kind and the log index of the change", () => {
    const kv = new MachineRun(kvMachine);
    expect(kv.run(set("name", "balsa"))).toEqual(applied(false));
    expect(kv.run(set("raw", Buffer.from([0, 255, 1])))).toEqual(applied(false));
    expect(kv.get("name")).toEqual({ revision: 1, value: "balsa" });
    expect(kv.get("raw")).toEqual({ revision: 2, value: Buffer.from([0, 255, 1]) });
    expect(kv.run(set("name", "ochroma"))).toEqual(applied(true));
    expect(kv.get("name")).toEqual({ revision: 3, value: "ochroma" });
  });

  test("empty values and keys of many bytes are kept as they are", () => {
    const kv = new MachineRun(kvMachine);
    kv.run(set("é→🪵", ""), set("none", Buffer.alloc(0)));
    expect(kv.get("é→🪵")).toEqual({ revision: 1, value: "" });
    expect(kv.get("none")).toEqual({ revision: 1, value: Buffer.alloc(0) });
  });

  test("a delete removes the key, and says whether there was one", () => {
    const kv = new MachineRun(kvMachine);
    kv.run(set("a", "1"));
    expect(kv.run(del("a"))).toEqual(applied(true));
    expect(kv.get("a")).toBeUndefined();
    expect(kv.run(del("a"))).toEqual(applied(false));
  });

  test.each<[string, Expected, boolean]>([
    ["the value it has", value("1"), true],
    ["another value", value("2"), false],
    ["a longer value", value("11"), false],
    ["the same bytes as data", value(Buffer.from("1")), false],
    ["the revision it has", revision(1), true],
    ["an earlier revision", revision(0), false],
    ["a later revision", revision(2), false],
    ["no such key", absent, false],
  ])("a compare-and-set of a key that holds 1 since revision 1, expecting %s", (_, expected, holds) => {
    const kv = new MachineRun(kvMachine);
    kv.run(set("a", "1"));
    const current = { key: "a", revision: 1, value: "1" };
    const conflict = { type: "conflict", results: [{ succeeded: false, existed: true, current }] };
    expect(kv.run(cas("a", expected, "new"))).toEqual(holds ? applied(true) : conflict);
    expect(kv.get("a")).toEqual(holds ? { revision: 2, value: "new" } : { revision: 1, value: "1" });
  });

  test.each<[string, Expected, boolean]>([
    ["a value", value(""), false],
    ["a revision", revision(0), false],
    ["no such key", absent, true],
  ])("a compare-and-set of a key that is not there, expecting %s", (_, expected, holds) => {
    const kv = new MachineRun(kvMachine);
    const conflict = { type: "conflict", results: [{ succeeded: false, existed: false, current: null }] };
    expect(kv.run(cas("a", expected, "new"))).toEqual(holds ? applied(false) : conflict);
    expect(kv.get("a")).toEqual(holds ? { revision: 1, value: "new" } : undefined);
  });

  test("a compare-and-set without a new value deletes", () => {
    const kv = new MachineRun(kvMachine);
    kv.run(set("a", "1"));
    expect(kv.run(cas("a", revision(1), null))).toEqual(applied(true));
    expect(kv.get("a")).toBeUndefined();
    expect(kv.run(cas("a", absent, null))).toEqual(applied(false));
  });
});

describe("batches", () => {
  test("a later command sees the changes of the earlier ones, and all keys get the same revision", () => {
    const kv = new MachineRun(kvMachine);
    kv.run(set("a", "0"));
    expect(kv.run(set("a", "1"), cas("a", value("1"), "2"), cas("b", absent, "x"), del("b"), cas("b", absent, "y"))).toEqual(
      applied(true, true, false, true, false),
    );
    expect(kv.get("a")).toEqual({ revision: 2, value: "2" });
    expect(kv.get("b")).toEqual({ revision: 2, value: "y" });
  });

  test("a comparison sees the revision that an earlier command of its batch has given", () => {
    const kv = new MachineRun(kvMachine);
    expect(kv.run(set("a", "1"), cas("a", revision(1), "2"))).toEqual(applied(false, true));
  });

  test("a key that a batch sets and deletes was never there", () => {
    const kv = new MachineRun(kvMachine);
    expect(kv.run(set("a", "1"), del("a"))).toEqual(applied(false, true));
    expect(kv.size).toBe(0);
  });

  test("one comparison that does not hold undoes the whole batch; the answer says which, and what is there now", () => {
    const kv = new MachineRun(kvMachine);
    kv.run(set("a", "1"), set("b", "2"));
    const before = kv.hash();
    expect(kv.run(set("a", "9"), cas("b", value("x"), "9"), del("b"), cas("c", absent, "9"), cas("a", absent, "9"))).toEqual({
      type: "conflict",
      results: [
        ok(true),
        { succeeded: false, existed: true, current: { key: "b", revision: 1, value: "2" } },
        ok(true),
        ok(false),
        // Nothing was changed, so what is there now is the old value, not the one that the batch would have set.
        { succeeded: false, existed: true, current: { key: "a", revision: 1, value: "1" } },
      ],
    });
    expect(kv.hash()).toBe(before);
  });

  test("a result stays small even if many comparisons with large values fail", () => {
    const kv = new MachineRun(kvMachine);
    const large = "x".repeat(currentBytesMax / 2);
    const keys = ["a", "b", "c", "d"];
    for (const key of keys) kv.run(set(key, large));
    const [bytes] = kv.batch([encodeRequest(keys.map((key) => cas(key, absent, "")))]);
    expect(bytes?.length).toBeLessThan(1.5 * currentBytesMax + 200);
    const result = decodeResult(bytes ?? new Uint8Array());
    const currents = result.type === "refused" ? [] : result.results.map((each) => each.current);
    expect(currents.map((current) => current?.value?.length ?? null)).toEqual([large.length, large.length, null, null]);
    expect(currents.map((current) => current?.revision)).toEqual([1, 2, 3, 4]);
  });
});

test("rule 52: equal commands in any split into batches leave equal records and give equal results", () => {
  const commands = randomCommands(2_000);
  const oneByOne = new MachineRun(kvMachine);
  const results = commands.map((command) => hexOf(oneByOne.batch([command])));
  for (const size of [2, 7, 100, commands.length]) {
    const split = new MachineRun(kvMachine);
    const splitResults: string[] = [];
    for (let i = 0; i < commands.length; i += size)
      splitResults.push(...split.batch(commands.slice(i, i + size)).map((r) => hexOf([r])));
    expect(splitResults).toEqual(results);
    expect(split.hash()).toBe(oneByOne.hash());
  }
  expect(oneByOne.size).toBeGreaterThan(2);
  const statuses = new Set(results.map((result) => result.slice(0, 2)));
  expect([...statuses].sort()).toEqual(["00", "01", "02"]);
});

function hexOf(results: readonly Uint8Array[]): string {
  return Buffer.concat(results).toString("hex");
}

/** Sets, deletes, comparisons, batches and now and then rubbish over few keys, the same each time. */
function randomCommands(count: number): Uint8Array[] {
  let state = 7;
  const below = (bound: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % bound;
  };
  const one = (index: number): KvCommand => {
    const key = `key-${below(5)}`;
    const pick = below(6);
    if (pick === 0) return del(key);
    if (pick === 1) return cas(key, revision(Math.max(1, index - below(10))), `r${below(3)}`);
    if (pick === 2) return cas(key, value(`${below(3)}`), below(2) === 0 ? null : `${below(3)}`);
    if (pick === 3) return cas(key, absent, Buffer.from([below(256)]));
    return set(key, `${below(3)}`);
  };
  return Array.from({ length: count }, (_, index) => {
    if (below(20) === 0) return Buffer.from([below(256), below(256), below(256)]);
    return encodeRequest(Array.from({ length: below(4) === 0 ? 1 + below(6) : 1 }, () => one(index)));
  });
}
