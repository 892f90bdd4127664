import { bareMember, bootstrapMembers } from "../../src/core/members.ts";
import type { SnapshotMeta } from "../../src/core/types.ts";
import { LevelStaged, type LevelStagedPorts } from "../../src/storage/state/level-staged.ts";
import { incarnationId } from "../incarnations.ts";
import { packed } from "./snapshots.ts";
import { removeTemporaryDirectories, settled, temporaryDirectory } from "./support.ts";

// A snapshot that is being taken in, on a database that the test lets fail.

afterEach(removeTemporaryDirectories);

const members = bootstrapMembers([bareMember(1)], incarnationId);
const meta: SnapshotMeta = {
  index: 9,
  term: 2,
  time: 5,
  members,
  membersIndex: 0,
  count: 0,
  digest: "0000000000000000",
  bytes: 0,
};
const ioError = new Error("IO error: 000012.ldb: Input/output error");

type Step = "write" | "flush" | "close";

/** An empty snapshot of which one step fails, or none. */
function stagedOn(fails: Step | null) {
  const steps: Step[] = [];
  const step = async (name: Step) => {
    steps.push(name);
    if (name === fails) throw ioError;
  };
  const batch = { put: () => batch, del: () => batch, write: () => step("write") };
  const iterator = () => ({ nextv: async () => [], close: async () => {} });
  const database = { batch: () => batch, iterator, close: () => step("close") } as unknown as LevelStagedPorts["database"];
  const place = { name: "state-9-0000000000000000", directory: temporaryDirectory() };
  return { steps, staged: new LevelStaged(place, meta, null, { database, flush: () => step("flush") }) };
}

function finishing(staged: LevelStaged): Promise<boolean> {
  return new Promise((resolve, reject) => staged.finish((error, isWhole) => (error === null ? resolve(isWhole) : reject(error))));
}

test("rule 41: is whole only once all of it is in synced tables, and its last record after the others", async () => {
  const { steps, staged } = stagedOn(null);
  expect(await finishing(staged)).toBe(true);
  expect(steps).toEqual(["write", "flush", "close"]);
  expect(staged.isSealed).toBe(true);
});

test.each(["write", "flush", "close"] as const)(
  "rules 41 and 47: a %s that fails leaves it unfinished, and nothing more is written",
  async (fails) => {
    const { steps, staged } = stagedOn(fails);
    await expect(finishing(staged)).rejects.toMatchObject({
      name: "WriteFailed",
      message: expect.stringContaining("Input/output error"),
    });
    const before = steps.length;
    await expect(settled((done) => staged.add(packed([["a", "1"]]), done))).rejects.toMatchObject({ name: "WriteFailed" });
    await expect(finishing(staged)).rejects.toMatchObject({ name: "WriteFailed" });
    expect({ isSealed: staged.isSealed, more: steps.length - before, takes: staged.takes(meta) }).toEqual({
      isSealed: false,
      more: 0,
      takes: false,
    });
  },
);

test("answers come after the call has returned, in the order of the calls", async () => {
  const { staged } = stagedOn(null);
  const order: string[] = [];
  staged.add(packed([]), () => order.push("added"));
  staged.discard(() => order.push("discarded"));
  staged.finish((_error, isWhole) => order.push(`finished ${isWhole}`));
  order.push("returned");
  await settled((done) => staged.discard(done));
  expect(order).toEqual(["returned", "added", "discarded", "finished false"]);
});
