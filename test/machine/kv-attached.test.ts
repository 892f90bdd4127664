import { kvMachine } from "../../src/machine/kv.ts";
import { attachedBytesMax, attachedKeysMax } from "../../src/machine/kv-attachments.ts";
import type { KvCommand } from "../../src/machine/kv-codec.ts";
import type { Value } from "../../src/machine/kv-records.ts";
import { SessionRun } from "./run-sessions.ts";

const set = (key: string, value: Value): KvCommand => ({ type: "set", key, value });
const attach = (key: string, value: Value): KvCommand => ({ type: "set", key, value, attached: true });
const lock = (key: string, owner: string): KvCommand => ({
  type: "compareAndSet",
  key,
  expected: { type: "absent" },
  newValue: owner,
  attached: true,
});
const unlock = (key: string, owner: string): KvCommand => ({
  type: "compareAndSet",
  key,
  expected: { type: "value", value: owner },
  newValue: null,
});

let map: SessionRun;
beforeEach(() => {
  map = new SessionRun(kvMachine);
});

describe("a key that is attached to a session", () => {
  test("is read like any other, and goes with the session", () => {
    const session = map.open();
    session.run(attach("a", "1"), set("b", "2"));
    expect(map.get("a")).toEqual({ revision: map.index, value: "1" });
    expect(session.close()).toEqual({ type: "closed" });
    expect(map.keys()).toEqual(["b"]);
  });

  test("goes when the session expires, and its absence can be seen like that of a deleted key", () => {
    const session = map.open(1_000);
    session.run(lock("lock", "first"));
    map.time += 1_000 + 125;
    map.expire();
    expect(map.keys()).toEqual([]);
    expect(map.open().run(lock("lock", "second"))).toMatchObject({ type: "applied" });
  });

  test("stays if somebody else has set it again by then", () => {
    const session = map.open();
    session.run(attach("a", "1"));
    map.run(set("a", "2"));
    session.close();
    expect(map.get("a")?.value).toBe("2");
  });

  test("stays if its own session has set it again without attaching it", () => {
    const session = map.open();
    session.run(attach("a", "1"));
    session.run(set("a", "2"));
    session.close();
    expect(map.get("a")?.value).toBe("2");
  });

  test("goes with the session that has attached it last", () => {
    const [first, second] = [map.open(), map.open()];
    first.run(attach("a", "1"));
    second.run(attach("a", "2"));
    first.close();
    expect(map.get("a")?.value).toBe("2");
    second.close();
    expect(map.keys()).toEqual([]);
  });

  test("may be deleted and set by others: then it is theirs", () => {
    const session = map.open();
    session.run(attach("a", "1"));
    map.run({ type: "delete", key: "a" });
    map.run(set("a", "2"));
    session.close();
    expect(map.get("a")?.value).toBe("2");
  });

  test("makes a lock with compare-and-set: one holder at a time, and none once its session is over", () => {
    const [first, second] = [map.open(), map.open()];
    expect(first.run(lock("lock", "first"))).toMatchObject({ type: "applied" });
    expect(second.run(lock("lock", "second"))).toMatchObject({ type: "conflict" });
    expect(second.run(unlock("lock", "second"))).toMatchObject({ type: "conflict" });
    expect(first.run(unlock("lock", "first"))).toMatchObject({ type: "applied" });
    expect(second.run(lock("lock", "second"))).toMatchObject({ type: "applied" });
    first.close();
    expect(map.get("lock")?.value).toBe("second");
  });

  test("is still compared by its value alone", () => {
    const session = map.open();
    session.run(attach("a", "1"));
    map.run({ type: "compareAndSet", key: "a", expected: { type: "value", value: "1" }, newValue: "2" });
    expect(map.get("a")?.value).toBe("2");
  });
});

test("only a request in a session can attach a key", () => {
  expect(map.run(set("b", ""), attach("a", "1"))).toEqual({ type: "refused", reason: "withoutSession", why: expect.any(String) });
  expect(map.keys()).toEqual([]);
});

test("a batch that does not hold attaches and detaches nothing", () => {
  const session = map.open();
  session.run(attach("a", "1"));
  const before = map.records();
  const absent: KvCommand = { type: "compareAndSet", key: "a", expected: { type: "absent" }, newValue: null };
  expect(session.run(attach("b", "2"), set("a", "3"), absent)).toMatchObject({ type: "conflict" });
  expect(map.kvRecords()).toEqual(before.filter(([key]) => key[0] !== 0));
  session.close();
  expect(map.keys()).toEqual([]);
});

test("a key attached, set anew and attached again in one batch belongs to the session once", () => {
  const session = map.open();
  session.run(attach("a", "1"), set("a", "2"), attach("a", "3"), attach("b", "x"), { type: "delete", key: "b" });
  expect(map.kvRecords()).toHaveLength(2);
  session.close();
  expect(map.kvRecords()).toEqual([]);
});

test("a session has at most so many attached keys; detached ones count no more, and what does not fit changes nothing", () => {
  const session = map.open();
  for (let i = 0; i < attachedKeysMax; i += 128) {
    session.run(...Array.from({ length: 128 }, (_, n) => attach(`key-${i + n}`, "")));
  }
  expect(map.keys()).toHaveLength(attachedKeysMax);
  const before = map.kvRecords();
  const refused = { type: "refused", reason: "tooManyAttached" };
  expect(session.run(attach("one more", ""))).toMatchObject(refused);
  expect(session.run(set("other", ""), attach("one more", ""))).toMatchObject(refused);
  expect(map.kvRecords()).toEqual(before);
  expect(session.run(attach("key-5", "new"))).toMatchObject({ type: "applied" });
  map.run({ type: "delete", key: "key-7" });
  expect(session.run(attach("one more", ""))).toMatchObject({ type: "applied" });
  expect(map.open().run(attach("of another session", ""))).toMatchObject({ type: "applied" });
  session.close();
  expect(map.keys()).toEqual(["of another session"]);
});

test("a session has at most so many bytes of attached keys, so that its end fits in memory", () => {
  const session = map.open();
  const large = "x".repeat(attachedBytesMax / 2);
  const refused = { type: "refused", reason: "tooManyAttached" };
  expect(session.run(attach("a", large))).toMatchObject({ type: "applied" });
  expect(session.run(attach("b", large))).toMatchObject(refused);
  expect(session.run(set("b", large))).toMatchObject({ type: "applied" });
  expect(session.run(attach("a", large + large))).toMatchObject(refused);
  expect(session.run(attach("a", "small"))).toMatchObject({ type: "applied" });
  expect(session.run(attach("b", large))).toMatchObject({ type: "applied" });
});
