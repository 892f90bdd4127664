import { kvMachine } from "../../src/machine/kv.ts";
import { attachedKeys, attachmentsKey } from "../../src/machine/kv-attachments.ts";
import { encodeRequest } from "../../src/machine/kv-codec.ts";
import { isKeyRecord, keyBytesOfRecord, sessionOfRecord } from "../../src/machine/kv-records.ts";
import { decodeResult } from "../../src/machine/kv-results.ts";
import type { Machine } from "../../src/machine/machine.ts";
import { decodeSessionCommand, encodePlain, encodeSessionCommand } from "../../src/machine/session-codec.ts";
import {
  answersKey,
  countKey,
  decodeCount,
  decodeLife,
  lifeKey,
  lifeRange,
  sessionOfLifeKey,
} from "../../src/machine/session-records.ts";
import { decodeSessionResult } from "../../src/machine/session-results.ts";
import { withSessions } from "../../src/machine/sessions.ts";
import { MachineRun } from "./run-machine.ts";
import { Dice, sessionHistory, type Told } from "./session-histories.ts";

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
const machine = withSessions(kvMachine);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function runInBatches(history: readonly Told[], sizeOf: () => number): { run: MachineRun; results: string[] } {
  const run = new MachineRun(withSessions(kvMachine));
  const results: string[] = [];
  for (let i = 0; i < history.length; ) {
    const size = sizeOf();
    results.push(...run.batchAt(history.slice(i, i + size)).map(hex));
    i += size;
  }
  return { run, results };
}

test.each(seeds)(
  "rules 50 and 52: histories of sessions leave equal records and results however they are split into batches, seed %d",
  (seed) => {
    const history = sessionHistory(seed, 1_500);
    const oneByOne = runInBatches(history, () => 1);
    for (const size of [2, 7, 100, history.length]) {
      const split = runInBatches(history, () => size);
      expect(split.results).toEqual(oneByOne.results);
      expect(split.run.hash()).toBe(oneByOne.run.hash());
    }
    const dice = new Dice(seed);
    expect(runInBatches(history, () => 1 + dice.below(50)).run.hash()).toBe(oneByOne.run.hash());
  },
);

test.each(seeds)(
  "rule 50: a replica that was installed from a snapshot goes on as if it had seen all of the log, seed %d",
  (seed) => {
    const history = sessionHistory(seed, 400);
    const whole = runInBatches(history, () => 1);
    const dice = new Dice(seed);
    let run = new MachineRun(machine);
    const results = history.map((told) => {
      if (dice.below(10) === 0) run = run.restored();
      return run.batchAt([told]).map(hex).join();
    });
    expect(results).toEqual(whole.results);
    expect(run.hash()).toBe(whole.run.hash());
  },
);

test.each(seeds)("the records of sessions and attached keys agree after every command, seed %d", (seed) => {
  const run = new MachineRun(machine);
  for (const told of sessionHistory(seed, 600)) {
    run.batchAt([told]);
    const records = new Map(run.records().map(([key, value]) => [hex(key), value]));
    const lives = run.records().filter(([key]) => hex(key).startsWith(hex(lifeRange.start)));
    expect(decodeCount(records.get(hex(countKey)))).toBe(lives.length);
    const sessions = lives.map(([key]) => sessionOfLifeKey(key));
    const listed = sessions.flatMap((session) =>
      attachedKeys(records.get(hex(attachmentsKey(session)))).map((key) => `${session} ${hex(key)}`),
    );
    const attached = run
      .records()
      .filter(([key, value]) => isKeyRecord(key) && sessionOfRecord(value) !== 0)
      .map(([key, value]) => `${sessionOfRecord(value)} ${hex(keyBytesOfRecord(key))}`);
    expect(listed.sort()).toEqual(attached.sort());
    const known = new Set(sessions.flatMap((session) => [lifeKey(session), answersKey(session), attachmentsKey(session)].map(hex)));
    const strays = run.records().filter(([key]) => !isKeyRecord(key) && !known.has(hex(key)) && hex(key) !== hex(countKey));
    expect(strays).toEqual([]);
  }
});

test("the histories have all in them that can come about", () => {
  const seen = new Set<string>();
  for (const seed of seeds) {
    const history = sessionHistory(seed, 1_500);
    const { results } = runInBatches(history, () => 1);
    for (const [place, { command }] of history.entries()) {
      const kind = understood(command)?.type;
      const result = Buffer.from(results[place] ?? "", "hex");
      if (kind === undefined || kind === "plain") continue;
      const decoded = decodeSessionResult(result);
      seen.add(decoded.type === "refused" ? `${kind}: ${decoded.reason}` : kind);
      if (decoded.type === "expired" && decoded.count > 0) seen.add("sessions expired");
      if (decoded.type === "answered") seen.add(`answered: ${decodeResult(decoded.result).type}`);
    }
  }
  expect([...seen]).toEqual(
    expect.arrayContaining([
      ...["open", "request", "request: noSession", "request: acknowledged", "answered: applied", "answered: conflict"],
      ...["keepAlive", "keepAlive: noSession", "close", "close: noSession", "expire", "sessions expired"],
    ]),
  );
});

/** Counts in one record; tells how far it has come. */
const counter: Machine = {
  reads: () => [Buffer.from("n")],
  apply: (_at, _command, records) => {
    const next = Buffer.from([(records.get(Buffer.from("n"))?.[0] ?? 0) + 1]);
    records.put(Buffer.from("n"), next);
    return next;
  },
};

test("rule 50: a retry at any later position changes nothing and gets the first answer", () => {
  const open = encodeSessionCommand({ type: "open", timeoutMs: 60_000 });
  const attempts = Array.from({ length: 20 }, (_, i) =>
    encodeSessionCommand({
      type: "request",
      session: 1 + (i % 2),
      sequence: 1 + Math.floor(i / 2),
      firstOutstanding: 1,
      request: Buffer.from("+"),
    }),
  );
  const log = [open, open, ...attempts];
  for (let first = 2; first < log.length; first += 1) {
    for (let retry = first + 1; retry <= log.length; retry += 1) {
      const run = new MachineRun(withSessions(counter));
      const results = run.batch([...log.slice(0, retry), log[first] ?? open, ...log.slice(retry)]);
      expect(results[retry]).toEqual(results[first]);
      expect(run.records().find(([key]) => key.toString() === "n")?.[1]).toEqual(Buffer.from([attempts.length]));
    }
  }
});

test.each(seeds)("rule 51: a session's end follows from the log's times alone, whenever housekeeping comes, seed %d", (seed) => {
  const history = sessionHistory(seed, 1_000);
  const expired = (bytes: Uint8Array): boolean => bytes[0] === 0 && bytes[1] === 5;
  // Attached keys go when the session is cleared away, so here nothing is attached: only the machine's word on sessions counts.
  const plain = withSessions(counter);
  const run = new MachineRun(plain);
  const ends = new Map<number, { timeoutMs: number; at: number }>();
  for (const told of history.map((each) => (expired(each.command) ? { ...each, command: encodePlain(Buffer.from("+")) } : each))) {
    const [bytes = new Uint8Array(0)] = run.batchAt([told]);
    const command =
      told.command[0] === 0 && (told.command[1] ?? 9) > 0 && (told.command[1] ?? 9) < 6 ? understood(told.command) : null;
    if (command === null) continue;
    const result = decodeSessionResult(bytes);
    if (command.type === "open" && result.type === "opened") {
      ends.set(result.session, { timeoutMs: command.timeoutMs, at: told.time + lifetime(command.timeoutMs) });
    }
    if (command.type === "request" || command.type === "keepAlive") {
      const end = ends.get(command.session);
      const isAlive = end !== undefined && told.time < end.at;
      expect(result.type === "refused" && result.reason === "noSession").toBe(!isAlive);
      if (isAlive && end.at - told.time < end.timeoutMs) end.at = told.time + lifetime(end.timeoutMs);
    }
    if (command.type === "close") ends.delete(command.session);
  }
  for (const [key, value] of run.records().filter(([key]) => hex(key).startsWith(hex(lifeRange.start)))) {
    expect(decodeLife(value).expiresAt).toBe(ends.get(sessionOfLifeKey(key))?.at);
  }
});

function lifetime(timeoutMs: number): number {
  return timeoutMs + Math.floor(timeoutMs / 8);
}

function understood(command: Uint8Array): ReturnType<typeof decodeSessionCommand> | null {
  try {
    return decodeSessionCommand(command);
  } catch {
    return null;
  }
}

test("garbage is refused in the result, never thrown: cut, changed and lengthened commands of every kind", () => {
  const dice = new Dice(99);
  const request = encodeRequest([{ type: "set", key: "key", value: "value", attached: true }]);
  const whole = [
    encodeSessionCommand({ type: "open", timeoutMs: 5_000 }),
    encodeSessionCommand({ type: "request", session: 1, sequence: 1, firstOutstanding: 1, request }),
    encodeSessionCommand({ type: "keepAlive", session: 1 }),
    encodeSessionCommand({ type: "close", session: 2 }),
    encodeSessionCommand({ type: "expire", sessions: [1, 2, 3] }),
    encodePlain(request),
  ];
  const run = new MachineRun(machine);
  run.batch(whole);
  for (const command of whole) {
    for (let length = 0; length < command.length; length += 1) mustAnswer(run, command.subarray(0, length));
    mustAnswer(run, Buffer.concat([command, Buffer.from([0])]));
    for (let times = 0; times < 500; times += 1) {
      const changed = Buffer.from(command);
      for (let bytes = 1 + dice.below(3); bytes > 0; bytes -= 1) changed[dice.below(changed.length)] = dice.below(256);
      mustAnswer(run, changed);
    }
  }
});

function mustAnswer(run: MachineRun, command: Uint8Array): void {
  const [result = new Uint8Array(0)] = run.batch([command]);
  if (command[0] === 0 && (command[1] ?? 9) !== 0) decodeSessionResult(result);
  else if (command[0] !== 0) decodeResult(result);
}
