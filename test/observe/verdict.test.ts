import { beginAt, fold } from "../../src/observe/fold.ts";
import type { Frame, State } from "../../src/observe/live.ts";
import { verdictOf } from "../../src/observe/verdict.ts";
import { frameOf, ledBy, recordOf, sampleOf } from "./made.ts";

/** What each node says, ten times a second, until `at`. */
function after(
  ms: number,
  nodesAt: (at: number) => Frame["nodes"],
  state: State = beginAt(frameOf(0, 100, { nodes: nodesAt(90) })),
) {
  let now = state;
  const end = now.at + ms;
  while (now.at < end) {
    const from = now.at;
    now = fold(now, frameOf(from, from + 100, { nodes: nodesAt(from + 90) }));
  }
  return now;
}

test("a calm cluster is healthy: who leads, and how many may fail", () => {
  const state = after(20_000, (at) => ledBy(5, at, { term: 12 }));
  expect(verdictOf(state).sentence).toBe(
    "Healthy. Node 5 leads term 12 since at least 20 s. Nothing is written now. Two more nodes can fail.",
  );
});

test("without a leader there are no writes, and who stands is said", () => {
  const calm = after(1_000, (at) => ledBy(5, at, { term: 12 }));
  const records = [4, 5].map((of) => recordOf(0, calm.at + 1, "nodeLost", { of, why: "" }));
  const lost = fold(calm, frameOf(calm.at, calm.at + 1, { records }));
  const standing = (at: number) =>
    [1, 2, 3].map((id) =>
      sampleOf(id, at, { term: 13, role: id === 2 ? "candidate" : "follower", lastIndex: 10, commitIndex: 10 }),
    );
  expect(verdictOf(after(14_000, standing, lost)).sentence).toBe(
    "No writes for 14 s. No leader: node 2 stands in term 13, without a majority yet. This page cannot hear nodes 4, 5.",
  );
});
