import { encodeRequest } from "../../src/machine/kv-codec.ts";
import { encodeRecord } from "../../src/machine/kv-records.ts";
import { encodeSessionCommand, type SessionCommand } from "../../src/machine/session-codec.ts";
import { encodeAnswer, encodeAnswered, encodeSessionResult } from "../../src/machine/session-results.ts";
import { type SeenChange, SessionChecks } from "../../src/sim/checks/session-checks.ts";

const request = encodeRequest([{ type: "delete", key: "a" }]);
const yes = Buffer.from("yes");
const noSession = encodeSessionResult({ type: "refused", reason: "noSession", why: "" });

/** A log that is written by hand, entry by entry, and the checks that read it. */
function makeLog() {
  const sentences: string[] = [];
  const checks = new SessionChecks((sentence) => sentences.push(sentence));
  let index = 0;
  const apply = (
    time: number,
    command: Exclude<SessionCommand, { type: "plain" }>,
    result: Uint8Array,
    changes: SeenChange[] = [],
  ) => {
    index += 1;
    checks.onApplied({ index, time }, encodeSessionCommand(command), result, changes);
  };
  return {
    sentences,
    checks,
    open: (time: number) =>
      apply(time, { type: "open", timeoutMs: 1_000 }, encodeSessionResult({ type: "opened", session: index + 1 })),
    openAs: (time: number, owner: string, ownerMax: number, isRefused = false) =>
      apply(
        time,
        { type: "openAs", timeoutMs: 1_000, owner, ownerMax, name: "" },
        encodeSessionResult(
          isRefused ? { type: "refused", reason: "tooManyOfOwner", why: "" } : { type: "opened", session: index + 1 },
        ),
      ),
    keepAlive: (time: number, session: number) =>
      apply(time, { type: "keepAlive", session }, encodeSessionResult({ type: "keptAlive" })),
    ask: (time: number, sequence: number, result: Uint8Array, changes: SeenChange[] = []) =>
      apply(time, { type: "request", session: 1, sequence, firstOutstanding: 1, request }, result, changes),
    close: (time: number, changes: SeenChange[] = []) =>
      apply(time, { type: "close", session: 1 }, encodeSessionResult({ type: "closed" }), changes),
    /** One of them ends; which one is not said. */
    expireOf: (time: number, ...sessions: number[]) =>
      apply(time, { type: "expire", sessions }, encodeSessionResult({ type: "expired", count: 1 })),
    expire: (time: number, changes: SeenChange[] = []) =>
      apply(time, { type: "expire", sessions: [1] }, encodeSessionResult({ type: "expired", count: 1 }), changes),
  };
}

function answered(index: number, result = yes): Uint8Array {
  return encodeAnswered(encodeAnswer(index, result));
}

test("a request, its repetition, and the end of its session with what is attached to it are all right", () => {
  const { open, ask, close, sentences, checks } = makeLog();
  open(0);
  ask(10, 1, answered(2), [["ka", encodeRecord(2, Buffer.from("x"), 1)]]);
  ask(20, 1, answered(2));
  close(30, [["ka", null]]);
  expect(sentences).toEqual([]);
  expect(checks.counters).toEqual({ sessions: 1, ownersRefused: 0, repeated: 1, sessionsEnded: 1, keysReleased: 1 });
});

test("of sessions one of which has ended, each may count for their owner or not, until it is heard of", () => {
  for (const isRefused of [false, true]) {
    const { openAs, expireOf, sentences } = makeLog();
    openAs(0, "a", 2);
    openAs(0, "a", 2);
    expireOf(1_100, 1, 2);
    openAs(1_110, "a", 2, isRefused);
    expect(sentences).toEqual([]);
  }
});

type Log = ReturnType<typeof makeLog>;

const wrongs: [what: string, sentence: RegExp, happens: (log: Log) => void][] = [
  [
    "an owner that gets more sessions than it may have",
    /^Entry 3 is told .*"opened".*, and its owner "a" has 1 sessions/,
    ({ openAs }) => {
      openAs(10, "a", 1);
      openAs(20, "a", 1);
    },
  ],
  [
    "an owner that is refused though its session has ended",
    /^Entry 4 is told .*"tooManyOfOwner".*, and its owner "a" has 0 sessions/,
    ({ openAs, expireOf }) => {
      openAs(10, "a", 1);
      expireOf(2_000, 2);
      openAs(2_010, "a", 1, true);
    },
  ],
  [
    "an owner that gets a session beside those that surely live",
    /^Entry 6 is told .*"opened".*, and its owner "a" has 1 sessions, and 0 that may have ended/,
    ({ openAs, expireOf, keepAlive }) => {
      openAs(10, "a", 1);
      openAs(10, "b", 1);
      expireOf(1_050, 1, 2);
      keepAlive(1_060, 2);
      openAs(1_070, "a", 1);
    },
  ],
  [
    "a request that takes effect twice",
    /^Exactly once: request 1 of session 1 takes effect at 2, and again at 3/,
    ({ ask }) => {
      ask(10, 1, answered(2));
      ask(20, 1, answered(3));
    },
  ],
  [
    "a repetition that is told another answer",
    /^Exactly once: request 1 of session 1 took effect at 2, and is told another answer at 3/,
    ({ ask }) => {
      ask(10, 1, answered(2));
      ask(20, 1, answered(2, Buffer.from("no")));
    },
  ],
  [
    "a repetition that changes something all the same",
    /^Exactly once: entry 3 has no effect, and changes records all the same/,
    ({ ask }) => {
      ask(10, 1, answered(2));
      ask(20, 1, answered(2), [["ka", null]]);
    },
  ],
  [
    "a session that lives on although nothing was heard of it",
    /^Session 1 was not heard of for 1200 ms by the log's clock, and lives at entry 2/,
    ({ ask }) => ask(1_200, 1, answered(2)),
  ],
  [
    "a session that is called dead too early",
    /^Session 1 was heard of 900 ms before entry 2, and is called dead there/,
    ({ ask }) => ask(900, 1, noSession),
  ],
  ["a session that is ended before its time", /^Entry 2 ends 1 sessions, of which 0 are due/, ({ expire }) => expire(900)],
  [
    "a session that answers after its end",
    /^Entry 3 is in session 1, which has ended or never was/,
    ({ close, ask }) => {
      close(10);
      ask(20, 1, answered(3));
    },
  ],
  [
    "a key that stays when its session ends",
    /^Session 1 ends at entry 3, and a key of it stays/,
    ({ ask, close }) => {
      ask(10, 1, answered(2), [["ka", encodeRecord(2, Buffer.from("x"), 1)]]);
      close(20);
    },
  ],
  [
    "a key of nobody that goes with a session",
    /^Entry 3 ends sessions 1, and changes a key that is attached to 0/,
    ({ ask, close }) => {
      ask(10, 1, answered(2), [["ka", encodeRecord(2, Buffer.from("x"))]]);
      close(20, [["ka", null]]);
    },
  ],
];

test.each(wrongs)("%s is noticed", (_what, sentence, happens) => {
  const log = makeLog();
  log.open(0);
  happens(log);
  expect(log.sentences[0]).toMatch(sentence);
});
