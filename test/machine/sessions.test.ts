import { kvMachine } from "../../src/machine/kv.ts";
import { encodeRequest, type KvCommand } from "../../src/machine/kv-codec.ts";
import { decodeResult } from "../../src/machine/kv-results.ts";
import type { Machine } from "../../src/machine/machine.ts";
import { expireMax } from "../../src/machine/session-codec.ts";
import type { SessionResult } from "../../src/machine/session-results.ts";
import { sessionLimits, withSessions } from "../../src/machine/sessions.ts";
import { type ClientSession, SessionRun } from "./run-sessions.ts";

const timeoutMs = 8_000;
/** A session gets an eighth more than its timeout. */
const livesMs = 9_000;
const set = (value: string): KvCommand => ({ type: "set", key: "a", value });
const ifAbsent: KvCommand = { type: "compareAndSet", key: "a", expected: { type: "absent" }, newValue: "mine" };

let map: SessionRun;
let session: ClientSession;
beforeEach(() => {
  map = new SessionRun(kvMachine);
  session = map.open(timeoutMs);
});

function answerOf(result: SessionResult): unknown {
  return result.type === "answered" ? decodeResult(result.result) : result;
}

describe("a request in a session", () => {
  test("rule 50: takes effect once, and each repetition gets the first answer", () => {
    const first = session.attempt(1, 1, ifAbsent);
    expect(answerOf(first)).toMatchObject({ type: "applied" });
    const revision = map.get("a")?.revision;
    map.run(set("theirs"));
    expect(session.attempt(1, 1, ifAbsent)).toEqual(first);
    expect(map.get("a")).toEqual({ revision: Number(revision) + 1, value: "theirs" });
  });

  test("rule 50: is not done again where it had no effect the first time, though it would have one now", () => {
    map.run(set("theirs"));
    const first = session.attempt(1, 1, ifAbsent);
    expect(answerOf(first)).toMatchObject({ type: "conflict" });
    map.run({ type: "delete", key: "a" });
    expect(session.attempt(1, 1, ifAbsent)).toEqual(first);
    expect(map.get("a")).toBeUndefined();
  });

  test("may be overtaken by later ones, as on a broken link", () => {
    session.attempt(2, 1, set("2"));
    session.attempt(1, 1, set("1"));
    session.attempt(2, 1, set("2"));
    expect(map.get("a")?.value).toBe("1");
  });

  test("that its client has the answer to is refused, and its answer forgotten", () => {
    const bytes = (): number => map.records().reduce((sum, [, value]) => sum + value.length, 0);
    for (let sequence = 1; sequence <= 50; sequence += 1) session.attempt(sequence, 1, set("x"));
    const many = bytes();
    session.attempt(51, 51, set("x"));
    expect(bytes()).toBeLessThan(many / 5);
    expect(session.attempt(50, 1, set("late"))).toMatchObject({ type: "refused", reason: "acknowledged" });
    expect(session.attempt(51, 40, set("late"))).toMatchObject({ type: "answered" });
    expect(map.get("a")?.value).toBe("x");
  });

  test("that makes no sense gets its refusal as its answer", () => {
    const result = map.tell({
      type: "request",
      session: session.id,
      sequence: 1,
      firstOutstanding: 1,
      request: Buffer.from([9]),
    });
    expect(answerOf(result)).toMatchObject({ type: "refused", reason: "malformed" });
  });

  test("of one session says nothing about those of another", () => {
    const other = map.open();
    session.attempt(1, 1, set("first"));
    other.attempt(1, 1, set("second"));
    expect(map.get("a")?.value).toBe("second");
  });
});

test("a request outside of sessions goes as it is, whatever its first byte", () => {
  const echo: Machine = { reads: () => [], apply: (_at, command) => command };
  const machine = withSessions(echo);
  const nowhere = { get: () => undefined, put: () => undefined, delete: () => undefined };
  expect(machine.apply({ index: 1, time: 0 }, Buffer.from([7, 7]), nowhere)).toEqual(Buffer.from([7, 7]));
  expect(machine.apply({ index: 2, time: 0 }, Buffer.alloc(0), nowhere)).toEqual(Buffer.alloc(0));
  expect(machine.apply({ index: 3, time: 0 }, Buffer.from([0, 0, 0, 7]), nowhere)).toEqual(Buffer.from([0, 7]));
});

describe("rule 51: a session", () => {
  test("is named by the place of its opening in the log", () => {
    expect(session.id).toBe(1);
    map.run(set("x"));
    expect(map.open().id).toBe(3);
  });

  test("lives up to the last moment of its time, by the log's clock, and not a moment longer", () => {
    session.attempt(1, 1, set("1"));
    map.time = livesMs - 1;
    expect(session.attempt(1, 1, set("1"))).toMatchObject({ type: "answered" });
    map.time += livesMs;
    expect(session.attempt(1, 1, set("1"))).toMatchObject({ type: "refused", reason: "noSession" });
    expect(session.keepAlive()).toMatchObject({ type: "refused", reason: "noSession" });
  });

  test.each<[string, () => SessionResult]>([
    ["a sign of life", () => session.keepAlive()],
    ["a request", () => session.attempt(1, 1, set("1"))],
    ["a repeated request", () => session.attempt(1, 1, set("1"))],
    ["a refused request", () => session.attempt(1, 2, set("1"))],
  ])("lives at least its timeout longer after %s", (_, sign) => {
    session.attempt(1, 1, set("1"));
    for (let times = 0; times < 20; times += 1) {
      sign();
      map.time += timeoutMs;
      expect(map.expire()).toBe(0);
      expect(session.keepAlive()).toEqual({ type: "keptAlive" });
    }
    map.time += livesMs;
    expect(map.expire()).toBe(1);
  });

  test("that has expired never comes back, and its requests are refused for ever", () => {
    session.attempt(1, 1, set("1"));
    map.time += livesMs;
    expect(session.keepAlive()).toMatchObject({ type: "refused", reason: "noSession" });
    expect(map.expire()).toBe(1);
    expect(map.expire()).toBe(0);
    expect(session.attempt(2, 2, set("2"))).toMatchObject({ type: "refused", reason: "noSession" });
    expect(session.close()).toMatchObject({ type: "refused", reason: "noSession" });
    expect(map.get("a")?.value).toBe("1");
  });

  test("that was never opened is refused, and not opened by that", () => {
    const result = map.tell({ type: "request", session: 99, sequence: 1, firstOutstanding: 1, request: encodeRequest([set("x")]) });
    expect(result).toMatchObject({ type: "refused", reason: "noSession" });
    expect(map.kvRecords()).toEqual([]);
  });

  test("that gave a sign of life after it was found overdue lives on", () => {
    map.time += livesMs;
    const overdue = { type: "expire", sessions: [session.id] } as const;
    map.time -= 1;
    session.keepAlive();
    map.time += 1;
    expect(map.tell(overdue)).toEqual({ type: "expired", count: 0 });
    expect(session.keepAlive()).toEqual({ type: "keptAlive" });
  });

  test("leaves no record behind", () => {
    for (const end of ["close", "expire"] as const) {
      const another = map.open(timeoutMs);
      another.attempt(1, 1, { type: "set", key: "k", value: "v", attached: true });
      if (end === "close") another.close();
      else map.time += livesMs;
      map.expire();
    }
    map.time += livesMs;
    map.expire();
    const left = map.records();
    expect(left).toHaveLength(1);
    expect(Buffer.from(left[0]?.[1] ?? [1]).every((byte) => byte === 0)).toBe(true);
  });
});

describe("limits", () => {
  const limits = { ...sessionLimits, sessionsMax: 3, answersMax: 4, answersBytesMax: 1_000 };
  beforeEach(() => {
    map = new SessionRun(kvMachine, limits);
    session = map.open(timeoutMs);
  });

  test("there are so many sessions and no more, and one that ends makes room", () => {
    map.open();
    map.open();
    expect(map.tell({ type: "open", timeoutMs })).toMatchObject({ type: "refused", reason: "tooManySessions" });
    session.close();
    expect(map.tell({ type: "open", timeoutMs })).toMatchObject({ type: "opened" });
    expect(map.tell({ type: "open", timeoutMs })).toMatchObject({ type: "refused", reason: "tooManySessions" });
  });

  test("a session keeps so many answers; then a request is refused and not done, until earlier answers are received", () => {
    for (let sequence = 1; sequence <= 4; sequence += 1) session.attempt(sequence, 1, set(`${sequence}`));
    expect(session.attempt(5, 1, set("5"))).toMatchObject({ type: "refused", reason: "tooManyAnswers" });
    expect(map.get("a")?.value).toBe("4");
    expect(session.attempt(2, 1, set("2"))).toMatchObject({ type: "answered" });
    expect(session.attempt(5, 2, set("5"))).toMatchObject({ type: "answered" });
    expect(map.get("a")?.value).toBe("5");
  });

  test("a session keeps so many bytes of answers", () => {
    map.run(set("x".repeat(900)));
    expect(answerOf(session.attempt(1, 1, ifAbsent))).toMatchObject({ type: "conflict" });
    expect(answerOf(session.attempt(2, 1, ifAbsent))).toMatchObject({ type: "conflict" });
    expect(session.attempt(3, 1, set("y"))).toMatchObject({ type: "refused", reason: "tooManyAnswers" });
    expect(session.attempt(3, 3, set("y"))).toMatchObject({ type: "answered" });
  });

  test("the first request outstanding gets through however much is kept, as all others wait for its answer", () => {
    for (let sequence = 2; sequence <= 5; sequence += 1) session.attempt(sequence, 1, set(`${sequence}`));
    expect(session.attempt(6, 1, set("6"))).toMatchObject({ type: "refused", reason: "tooManyAnswers" });
    expect(session.attempt(1, 1, set("1"))).toMatchObject({ type: "answered" });
    expect(session.attempt(6, 1, set("6"))).toMatchObject({ type: "refused", reason: "tooManyAnswers" });
    expect(session.attempt(6, 6, set("6"))).toMatchObject({ type: "answered" });
  });

  test.each([0, limits.sessionTimeoutMinMs - 1, limits.sessionTimeoutMaxMs + 1])("a timeout of %d ms is refused", (timeoutMs) => {
    expect(map.tell({ type: "open", timeoutMs })).toMatchObject({ type: "refused", reason: "timeoutOutOfRange" });
  });

  test("housekeeping ends so many sessions with one command, and goes on with the next", () => {
    map = new SessionRun(kvMachine);
    for (let i = 0; i < expireMax + 5; i += 1) map.open(timeoutMs);
    map.time += livesMs;
    const last = map.open();
    expect([map.expire(), map.expire(), map.expire()]).toEqual([expireMax, 5, 0]);
    expect(last.keepAlive()).toEqual({ type: "keptAlive" });
  });
});

test("a machine inside that names records of the sessions is broken", () => {
  const sly: Machine = { reads: () => [Buffer.from([0, 1])], apply: () => Buffer.alloc(0) };
  expect(() => withSessions(sly).reads({ index: 1, time: 0 }, Buffer.from("x"))).toThrow(/names a record of the sessions/);
});

test("users see changes of the map, and none of the sessions' own records", () => {
  const machine = withSessions(kvMachine);
  session.attempt(1, 1, { type: "set", key: "k", value: "v", attached: true });
  const visible = map.records().filter(([key]) => machine.isVisible?.(key));
  expect(visible.map(([key]) => key.toString())).toEqual(["kk"]);
});
