import type { View } from "../../src/core/api.ts";
import { bareMember, bootstrapMembers } from "../../src/core/members.ts";
import type { Member, MembersChange } from "../../src/core/types.ts";
import type { Housekeeping } from "../../src/machine/machine.ts";
import { LeaderDuties } from "../../src/node/duties/leader-duties.ts";
import type { Outcome, ScanRange } from "../../src/node/ports/ports.ts";
import { ReadRefused } from "../../src/node/ports/read-refused.ts";
import { incarnationId } from "../incarnations.ts";
import { HandClock } from "./fakes.ts";

/** Records are session names; those whose number is not above the time are to end. */
const housekeeping: Housekeeping = {
  range: { start: Buffer.from("s"), end: Buffer.from("t") },
  command: (records, time) => {
    const due = records.map(([key]) => Buffer.from(key).toString()).filter((name) => Number(name.slice(1)) <= time);
    return due.length === 0 ? null : Buffer.from(due.slice(0, 2).join(","));
  },
};

function setUp(nodes: readonly Member[] = [1, 2, 3].map(bareMember), records: string[] = []) {
  const clock = new HandClock();
  const changes: MembersChange[] = [];
  const commands: string[] = [];
  const failures: Error[] = [];
  const world = { scanFails: null as Error | null, outcome: "done", ended: new Set<string>() };
  const view = {
    role: "leader",
    membersCommitted: true,
    membersIndex: 4,
    transferTo: null as number | null,
    time: 0,
    members: bootstrapMembers(nodes, incarnationId),
  };
  const settled: (() => void)[] = [];
  const duties = new LeaderDuties(
    { housekeepingIntervalMs: 1_000 },
    {
      clock,
      view: () => view as unknown as View,
      housekeeping,
      state: {
        scan: (range: ScanRange, done) => {
          const start = Buffer.from(range.start).toString();
          const found = records.filter((name) => name >= start && !world.ended.has(name)).slice(0, range.limit);
          const rows = found.map((name): [Buffer, Buffer] => [Buffer.from(name), Buffer.alloc(0)]);
          clock.soon(() => done(world.scanFails, rows));
        },
      },
      submit: (bytes, _timeoutMs, done) => {
        const names = Buffer.from(bytes).toString();
        commands.push(names);
        clock.soon(() => {
          if (world.outcome === "done") for (const name of names.split(",")) world.ended.add(name);
          done({ type: world.outcome } as Outcome);
        });
      },
      changeMembers: (change, _timeoutMs, done) => {
        changes.push(change);
        settled.push(() => done({ type: "done", index: 1, ids: [] }));
      },
      onFailed: (error) => failures.push(error),
    },
  );
  duties.onTurn(view as View);
  return { clock, duties, changes, commands, failures, world, view, settled };
}

describe("rule 30: the leader has the members name each node's disk", () => {
  test("one at a time, as it hears of them", () => {
    const { clock, duties, changes, settled } = setUp();
    duties.hearDisk(1, "disk-a");
    duties.hearDisk(2, "disk-b");
    clock.run(3_000);
    expect(changes).toEqual([{ type: "disk", id: 1, diskId: "disk-a" }]);
    settled[0]?.();
    // In this world the members stay as they are.
    clock.run(1_000);
    expect(changes).toHaveLength(2);
  });

  test("a disk that is named already is not named again, and none while a change is under way", () => {
    const { clock, duties, changes, view } = setUp([{ ...bareMember(1), diskId: "disk-a" }, bareMember(2)]);
    duties.hearDisk(1, "another");
    view.membersCommitted = false;
    duties.hearDisk(2, "disk-b");
    clock.run(2_000);
    expect(changes).toEqual([]);
    view.membersCommitted = true;
    clock.run(1_000);
    expect(changes).toEqual([{ type: "disk", id: 2, diskId: "disk-b" }]);
  });
});

describe("the members that a cluster began with", () => {
  const nodes = [1, 2].map((id) => ({ ...bareMember(id), diskId: `disk-${id}` }));

  test("are written into the log by the leader, once", () => {
    const { clock, changes, settled, view } = setUp(nodes);
    view.membersIndex = 0;
    clock.run(3_000);
    expect(changes).toEqual([{ type: "restate" }]);
    settled[0]?.();
    view.membersIndex = 2;
    clock.run(3_000);
    expect(changes).toHaveLength(1);
  });

  test("are there with the disk that was unknown, when that is heard of first", () => {
    const { clock, duties, changes, view } = setUp([...nodes, bareMember(3)]);
    view.membersIndex = 0;
    duties.hearDisk(3, "disk-3");
    clock.run(1_000);
    expect(changes).toEqual([{ type: "disk", id: 3, diskId: "disk-3" }]);
  });
});

describe("the leader gives the machine what has become due", () => {
  test("by the log's clock, and asks again until nothing is", () => {
    const { clock, commands, view } = setUp(undefined, ["s1", "s2", "s3", "s9"]);
    view.time = 5;
    clock.run(1_000);
    expect(commands).toEqual(["s1,s2", "s3"]);
    view.time = 9;
    clock.run(1_000);
    expect(commands).toEqual(["s1,s2", "s3", "s9"]);
  });

  test("however many records there are, in pages", () => {
    const names = Array.from({ length: 1_200 }, (_, n) => `s${5_000 + n}`);
    const { clock, commands, view } = setUp(undefined, [...names, "s7"]);
    view.time = 7;
    clock.run(1_000);
    expect(commands).toEqual(["s7"]);
  });

  test("what was not done is given to the machine again in the next round", () => {
    const { clock, commands, view, world } = setUp(undefined, ["s1"]);
    view.time = 5;
    world.outcome = "unknown";
    clock.run(2_000);
    expect(commands).toEqual(["s1", "s1"]);
  });
});

test.each([
  ["does not lead", { role: "follower" }],
  ["hands over", { transferTo: 2 }],
])("a node that %s has no such duties", (_what, change) => {
  const { clock, duties, changes, commands, view } = setUp(undefined, ["s1"]);
  view.time = 5;
  duties.hearDisk(1, "disk-a");
  Object.assign(view, change);
  duties.onTurn(view as View);
  clock.run(3_000);
  expect([changes, commands]).toEqual([[], []]);
});

test("a record that cannot be read stops the node", () => {
  const { clock, failures, world } = setUp(undefined, ["s1"]);
  world.scanFails = new Error("a record fails its checksum");
  clock.run(1_000);
  expect(failures).toHaveLength(1);
});

test("records that cannot be read for lack of something are looked at again when they are next due", () => {
  const { clock, failures, commands, world, view } = setUp(undefined, ["s1"]);
  view.time = 5;
  world.scanFails = new ReadRefused("overloaded", "too few file handles");
  clock.run(1_000);
  expect([failures, commands]).toEqual([[], []]);
  world.scanFails = null;
  clock.run(1_000);
  expect(commands).toHaveLength(1);
});

test("after a stop nothing more is done", () => {
  const { clock, duties, commands, view } = setUp(undefined, ["s1"]);
  view.time = 5;
  duties.stop();
  clock.run(3_000);
  expect(commands).toEqual([]);
});
