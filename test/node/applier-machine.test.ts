import { kvMachine } from "../../src/machine/kv.ts";
import type { Machine, ReadonlyRecords } from "../../src/machine/machine.ts";
import { withSessions } from "../../src/machine/sessions.ts";
import { Applier } from "../../src/node/apply/applier.ts";
import type { Applied } from "../../src/node/apply/batch.ts";
import type { StatePoint } from "../../src/node/ports/ports.ts";
import { sessionHistory } from "../machine/session-histories.ts";
import { command, HandClock, HandState, testOptions, tinyMachine } from "./fakes.ts";

// What the applier does for machines beyond single commands: dependent records, changes for watches, another state.

function setUp(machine: Machine, options = {}) {
  const clock = new HandClock();
  const state = new HandState(clock);
  const applied: Applied[] = [];
  const failures: Error[] = [];
  const applier = new Applier(testOptions(options), {
    clock,
    machine,
    state,
    onApplied: (batch) => applied.push(...batch),
    onFailed: (error) => failures.push(error),
  });
  return { clock, state, applier, applied, failures };
}

/** `a=b` sets a record; `a!` deletes all records on the way that begins at `a`, where each record names the next. */
const wayfarer: Machine = {
  reads: (_at, command) => [Buffer.from(textOf(command).split(/[=!]/)[0] ?? "")],
  dependentReads: (_at, command, records) =>
    isSet(command) ? [] : wayFrom(textOf(command).slice(0, -1), records).map((key) => Buffer.from(key)),
  apply: (_at, command, records) => {
    const [key = "", value = ""] = textOf(command).split("=");
    if (isSet(command)) records.put(Buffer.from(key), Buffer.from(value));
    else
      for (const each of wayFrom(key.slice(0, -1), records)) if (records.get(Buffer.from(each))) records.delete(Buffer.from(each));
    return new Uint8Array(0);
  },
};

/** Up to the first record that is not there, or not yet in memory. */
function wayFrom(start: string, records: ReadonlyRecords): string[] {
  const way = [start];
  for (let key = start; ; ) {
    const next = known(records, key);
    if (next === "" || way.includes(next)) return way;
    way.push(next);
    key = next;
  }
}

function known(records: ReadonlyRecords, key: string): string {
  try {
    return textOf(records.get(Buffer.from(key)) ?? new Uint8Array(0));
  } catch {
    return "";
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

function isSet(command: Uint8Array): boolean {
  return textOf(command).includes("=");
}

describe("a command whose records other records name", () => {
  test("gets them all before it runs, step by step", () => {
    const { clock, state, applier, failures } = setUp(wayfarer);
    for (const [key, value] of ["ab", "bc", "cd", "xy"]) state.records.set(key ?? "", Buffer.from(value ?? ""));
    applier.add([command(1, "a!")]);
    clock.settle();
    expect(failures).toEqual([]);
    expect([...state.records.keys()]).toEqual(["x"]);
    expect(state.fetched).toEqual([["a"], ["b"], ["c"], ["d"]]);
  });

  test("sees what the commands before it in its batch have changed, and those after it see what it did", () => {
    const { clock, state, applier, applied } = setUp(wayfarer);
    state.records.set("a", Buffer.from("b"));
    state.records.set("b", Buffer.from("c"));
    state.records.set("z", Buffer.from(""));
    applier.add([command(1, "a=z"), command(2, "a!"), command(3, "a=b"), command(4, "b=a")]);
    clock.settle();
    expect(applied.map(({ entry }) => entry.index)).toEqual([1, 2, 3, 4]);
    expect(Object.fromEntries([...state.records].map(([key, value]) => [key, textOf(value)]))).toEqual({ a: "b", b: "a" });
    expect(state.writes.map(({ appliedIndex }) => appliedIndex)).toEqual([4]);
  });

  test("ends the batch if its records are large, so that memory stays bounded", () => {
    const { clock, state, applier } = setUp(wayfarer, { applyBytesMax: 100 });
    for (const key of ["a", "b", "c"]) {
      state.records.set(key, Buffer.from(`${key}1`));
      state.records.set(`${key}1`, Buffer.from("x".repeat(80)));
    }
    applier.add([command(1, "a!"), command(2, "b!"), command(3, "c!"), command(4, "d=1")]);
    clock.settle();
    expect(state.writes.map(({ appliedIndex }) => appliedIndex)).toEqual([2, 4]);
    expect([...state.records.keys()]).toEqual(["d"]);
  });

  test("stops the node if it names more without end", () => {
    let count = 0;
    const restless: Machine = { ...tinyMachine, dependentReads: () => [Buffer.from(`more-${count++}`)] };
    const { clock, applier, applied, failures } = setUp(restless);
    applier.add([command(1, "a=1")]);
    clock.settle();
    expect(failures[0]?.message).toMatch(/ever more dependent records/);
    expect(applied).toEqual([]);
  });

  test("rule 47: is not run once the node has failed while its records were fetched", () => {
    const { clock, state, applier, applied } = setUp(wayfarer);
    state.records.set("a", Buffer.from("b"));
    applier.add([command(1, "a!")]);
    expect(state.fetched).toEqual([["a"]]);
    applier.abandon();
    clock.settle();
    expect(state.fetched).toEqual([["a"]]);
    expect([applied, state.writes]).toEqual([[], []]);
  });
});

describe("for whoever watches", () => {
  const changesOf = (applied: readonly Applied[]): string[][] =>
    applied.map(({ changes }) =>
      changes.map(({ key, value }) => `${textOf(key)}${value === null ? " goes" : `=${textOf(value)}`}`),
    );

  test("each entry comes with what it changed, not with what the batch came to", () => {
    const { clock, applier, applied } = setUp(tinyMachine);
    applier.add([command(1, "a=1"), command(2, "b=2"), { ...command(3, ""), kind: "noop" }, command(4, "a=3"), command(5, "a=")]);
    clock.settle();
    expect(changesOf(applied)).toEqual([["a=1"], ["b=2"], [], ["a=3"], ["a goes"]]);
  });

  test("only those changes count that the machine lets its users see", () => {
    const discreet: Machine = { ...tinyMachine, isVisible: (key) => textOf(key) !== "secret" };
    const { clock, applier, applied } = setUp(discreet);
    applier.add([command(1, "a=1"), command(2, "secret=2")]);
    clock.settle();
    expect(changesOf(applied)).toEqual([["a=1"], []]);
  });
});

describe("a snapshot that takes the state's place", () => {
  const point: StatePoint = { index: 9, term: 2, time: 70, members: null, membersIndex: 0 };

  test("waits for the batch under way, drops what is queued, and what follows on it goes on from there", () => {
    const { clock, state, applier, applied } = setUp(tinyMachine, { applyEntriesMax: 1 });
    state.isQuick = false;
    applier.add([command(1, "a=1"), command(2, "b=2"), command(3, "c=3")]);
    clock.settle();
    const steps: string[] = [];
    let finish: (point: StatePoint) => void = () => undefined;
    applier.pauseFor((done) => {
      steps.push(`begins with ${applier.appliedIndex} applied`);
      finish = done;
    });
    // Entries that the snapshot has, and one that it has not.
    applier.add([command(8, "old=8"), command(9, "old=9"), command(10, "a=10")]);
    clock.settle();
    expect(steps).toEqual([]);
    state.release();
    clock.settle();
    expect(steps).toEqual(["begins with 1 applied"]);
    state.isQuick = true;
    finish(point);
    clock.settle();
    expect(applier.appliedIndex).toBe(10);
    expect(applied.map(({ entry }) => entry.index)).toEqual([1, 10]);
    expect(state.points.at(-1)).toEqual({ ...point, index: 10, term: 1, time: 0 });
  });

  test("leaves nothing of the old state in memory", () => {
    const { clock, state, applier, applied } = setUp(tinyMachine);
    applier.add([command(1, "a=old")]);
    clock.settle();
    applier.pauseFor((done) => {
      state.records.set("a", Buffer.from("new"));
      done(point);
    });
    applier.add([command(10, "a=1")]);
    clock.settle();
    expect(textOf(applied.at(-1)?.result ?? new Uint8Array(0))).toBe("new");
  });

  test("holds up a stop until it is in place", () => {
    const { clock, applier } = setUp(tinyMachine);
    let finish: (point: StatePoint) => void = () => undefined;
    applier.pauseFor((done) => {
      finish = done;
    });
    let isStopped = false;
    applier.stop(() => {
      isStopped = true;
    });
    clock.settle();
    expect(isStopped).toBe(false);
    finish(point);
    expect(isStopped).toBe(true);
  });

  test("is not begun any more once the node stops", () => {
    const { clock, state, applier } = setUp(tinyMachine);
    state.isQuick = false;
    applier.add([command(1, "a=1")]);
    clock.settle();
    let isBegun = false;
    applier.pauseFor(() => {
      isBegun = true;
    });
    let isStopped = false;
    applier.stop(() => {
      isStopped = true;
    });
    state.release();
    clock.settle();
    expect([isBegun, isStopped]).toEqual([false, true]);
  });
});

test("rule 46: an entry that does not follow on the last one stops the node", () => {
  const { clock, applier, applied, failures } = setUp(tinyMachine);
  applier.add([command(2, "a=1")]);
  clock.settle();
  expect(failures[0]?.message).toMatch(/entry 2 is to be applied after entry 0/);
  expect(applied).toEqual([]);
});

test.each([1, 2, 3])(
  "rules 51 and 52: sessions come to the same records and results in batches of any size, with any memory, history %d",
  (seed) => {
    const history = sessionHistory(seed, 800);
    const run = (options: object): { records: string[]; results: string[]; changes: string[] } => {
      const { clock, state, applier, applied, failures } = setUp(withSessions(kvMachine), options);
      for (const [place, { time, command }] of history.entries()) {
        applier.add([{ index: place + 1, term: 1, kind: "command", time, data: command }]);
        if (place % 97 === 0) clock.settle();
      }
      clock.settle();
      expect(failures).toEqual([]);
      const hex = (bytes: Uint8Array | null): string => (bytes === null ? "-" : Buffer.from(bytes).toString("hex"));
      return {
        records: [...state.records].map(([key, value]) => `${hex(Buffer.from(key, "latin1"))}=${hex(value)}`).sort(),
        results: applied.map(({ result }) => hex(result)),
        changes: applied.map(({ changes }) => changes.map(({ key, value }) => `${hex(key)}=${hex(value)}`).join()),
      };
    };
    const oneByOne = run({ applyEntriesMax: 1 });
    expect(run({ applyEntriesMax: 3, recordCacheBytesMax: 2_000 })).toEqual(oneByOne);
    expect(run({ applyEntriesMax: 50, applyBytesMax: 400 })).toEqual(oneByOne);
    expect(run({ recordCacheBytesMax: 0 })).toEqual(oneByOne);
    expect(run({})).toEqual(oneByOne);
  },
);
