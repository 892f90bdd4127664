import { MutatedBuild, type Planted } from "../cluster/mutated-build.ts";
import { ProcessCluster, processFaults } from "../cluster/process-cluster.ts";
import { describeReport } from "../report/report.ts";
import { chaosDefaults, runChaos } from "./run-chaos.ts";

// A verdict that never finds anything proves nothing: servers that lie must be caught. Most lies are of the kind that
// no client sees while all is well, so it takes a partition to show them.

jest.setTimeout(120_000);

/**
 * The leader counts its own disk for that of a majority: what it commits, applies and acknowledges may be lost. The node
 * would find itself out and stop, so that check goes as well.
 */
const acknowledgesBeforeCommit: readonly Planted[] = [
  {
    file: "core/replication.js",
    find: "const index = quorumIndexOf(state.members, reached);",
    replace: "const index = reached(state.id);",
  },
  {
    file: "core/invariants.js",
    find: "assert(state.commitIndex <= onDisk,",
    replace: "assert(true || onDisk,",
  },
];

/** A node answers a linearizable read from its own state, without asking whether that is still the newest. */
const readsWithoutReadIndex: readonly Planted[] = [
  {
    file: "service/client/reads.js",
    find: "(request.local ? this.#local : this.#linearizable).push(",
    replace: "this.#local.push(",
  },
];

/** Who watches and has more than one entry to be told of is told that they are gone, and may begin at the last one. */
const forgetsChanges: readonly Planted[] = [
  {
    file: "node/watch/change-feed.js",
    find: 'if (watcher.next < oldest)\n            return this.#end(watcher, { type: watcher.sink.isFull ? "slow" : "gone", oldest });',
    replace: 'if (watcher.next < newest) return this.#end(watcher, { type: "gone", oldest: newest });',
  },
];

test("a server that acknowledges before a majority has the write is caught: acknowledged writes are lost", async () => {
  const found = await violationsOf(acknowledgesBeforeCommit);
  expect(found.kinds).toContain("lost write");
  expect(found.screen).toContain("VERDICT: FAILED");
});

test("a server that reads without ReadIndex is caught: its clients see old values", async () => {
  const found = await violationsOf(readsWithoutReadIndex);
  expect(found.kinds).toContain("not linearizable");
});

test("a server that calls changes gone which it keeps is caught: nobody has forgotten them", async () => {
  const found = await violationsOf(forgetsChanges);
  expect(found.kinds).toContain("watch wrong");
});

test("a text that is not found exactly once plants nothing, and says so", () => {
  const planted = { file: "service/client/reads.js", find: "there is no such text", replace: "" };
  expect(() => new MutatedBuild([planted])).toThrow("0 times, not once");
});

async function violationsOf(planted: readonly Planted[]): Promise<{ kinds: string[]; screen: string }> {
  const build = new MutatedBuild(planted);
  try {
    const cluster = await ProcessCluster.start({ dist: build.dist });
    try {
      const step = { fault: "leader in the minority", holdMs: 3_000, restMs: 500 };
      const plan = { seed: 1, steps: [step, step], operationsMin: 200, faultsMin: 2 };
      // The client of the node that is cut off would wait for its first write until all is over, and read nothing.
      // And what a lie has broken for good need not be waited for as long as what is honest.
      const options = { ...chaosDefaults, nodeTimeoutMs: 300, stuckAfterMs: 8_000 };
      const report = await runChaos(plan, options, { cluster, faults: processFaults });
      return { kinds: [...new Set(report.violations.map(({ kind }) => kind))], screen: describeReport(report) };
    } finally {
      await cluster.remove({ mayHaveEnded: true });
    }
  } finally {
    build.remove();
  }
}
