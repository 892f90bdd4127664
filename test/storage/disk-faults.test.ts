import type { ActiveFault, DiskFault } from "../../src/node/faults/faults.ts";
import { DiskFaults } from "../../src/storage/faults/disk-faults.ts";
import { WriteFailed } from "../../src/storage/files/errors.ts";
import { HandClock } from "../node/fakes.ts";

let clock: HandClock;
let active: ActiveFault<DiskFault>[];
let faults: DiskFaults;
let begun: number;
let answers: [Error | null, number][];

beforeEach(() => {
  clock = new HandClock();
  active = [];
  faults = new DiskFaults({ directory: "/data" }, { clock, faults: () => active });
  begun = 0;
  answers = [];
});

function set(fault: Partial<DiskFault>): void {
  active.push({ id: active.length, fault: { type: "disk", failWrites: false, slowMs: 0, ...fault }, endsAt: null, struck: 0 });
}

/** A write that the disk does at once, and that gives a number. */
function write(error: Error | null = null): void {
  const done = (failed: Error | null, result: number): void => void answers.push([failed, result]);
  faults.write([0], done, (written) => {
    begun += 1;
    clock.soon(() => written(error, 7));
  });
}

test("without a fault a write is what it is, its errors included", () => {
  const broken = new Error("broken");
  write();
  write(broken);
  clock.settle();
  expect(answers).toEqual([
    [null, 7],
    [broken, 7],
  ]);
});

test("a slow disk has done the write, and says so later; several faults add up", () => {
  set({ slowMs: 30 });
  set({ slowMs: 12 });
  write();
  clock.settle();
  clock.run(41);
  expect([begun, answers]).toEqual([1, []]);
  clock.run(1);
  expect(answers).toEqual([[null, 7]]);
  expect(active.map(({ struck }) => struck)).toEqual([1, 1]);
});

test("a write that is to fail is not begun, and fails as any failed write does, but not before the call returns", () => {
  set({ slowMs: 30 });
  set({ failWrites: true });
  write();
  expect(answers).toEqual([]);
  clock.settle();
  expect(begun).toBe(0);
  expect(answers).toEqual([[expect.any(WriteFailed), 0]]);
  expect(String(answers[0]?.[0])).toContain("A write to /data failed: a fault was set that fails it.");
});

test("when the fault that slowed it is gone a write is answered at once, and later ones are as quick as ever", () => {
  set({ slowMs: 60_000 });
  write();
  clock.settle();
  expect([begun, answers]).toEqual([1, []]);
  faults.recheck();
  expect(answers).toEqual([]);
  active = [];
  faults.recheck();
  expect(answers).toEqual([[null, 7]]);
  write();
  clock.settle();
  expect(answers).toHaveLength(2);
});
