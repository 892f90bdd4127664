import type { View } from "../../src/core/api.ts";
import { bareMember, bootstrapMembers } from "../../src/core/members.ts";
import { DigestWatch } from "../../src/node/duties/digest-watch.ts";
import type { NodeEvent } from "../../src/node/ports/node-events.ts";
import type { StateDigest } from "../../src/node/ports/ports.ts";
import { incarnationId } from "../incarnations.ts";
import { HandClock, HandTransport } from "./fakes.ts";

const compareMs = 1_000;

/** A node's watch, and the state that it believes to have. */
function watchOf(size: number, learners: readonly number[] = []) {
  const clock = new HandClock();
  const transport = new HandTransport();
  const { voters, ...others } = bootstrapMembers(
    Array.from({ length: size }, (_, at) => bareMember(at + 1)),
    incarnationId,
  );
  const members = { ...others, voters: [...voters] };
  const nodes = [...members.nodes, ...learners.map(bareMember)];
  const events: NodeEvent[] = [];
  const failures: Error[] = [];
  const state = { digest: "a", appliedIndex: 0 };
  const summary = (): StateDigest => ({ ...state, records: 1 });
  const watch = new DigestWatch(
    { compareMs, compareEntries: 10 },
    {
      clock,
      transport,
      state: { summary },
      view: () => ({ id: 1, members: { ...members, nodes, learners } }) as unknown as View,
      onEvent: (event) => events.push(event),
      onFailed: (error) => failures.push(error),
    },
  );
  const apply = (index: number): void => {
    state.appliedIndex = index;
    watch.onApplied(index);
  };
  const answer = (to: number, digest: string): void => {
    const asked = transport.asked.findLast((question) => question.to === to);
    if (asked === undefined) throw new Error(`node ${to} was not asked`);
    asked.done({ appliedIndex: asked.index, records: 1, digest });
  };
  watch.start();
  return { watch, clock, transport, state, members, events, failures, apply, answer };
}

test("nodes that have the same are asked again and again, and nothing comes of it", () => {
  const { clock, transport, apply, answer, watch, events, failures } = watchOf(3);
  apply(7);
  for (let round = 0; round < 3; round++) {
    clock.run(compareMs);
    for (const id of [2, 3]) answer(id, "a");
  }
  clock.run(compareMs);
  expect(transport.asked.map(({ to, index }) => [to, index])).toEqual([2, 3, 2, 3, 2, 3, 2, 3].map((to) => [to, 7]));
  expect(watch.counters).toEqual({ compared: 3, differed: 0, comparedIndex: 7 });
  expect({ events, failures }).toEqual({ events: [], failures: [] });
});

test("a node stops as soon as a majority agrees on something else, and says what to do", () => {
  const { clock, apply, answer, watch, events, failures } = watchOf(3);
  apply(7);
  clock.run(compareMs);
  answer(2, "b");
  expect(failures).toEqual([]);
  answer(3, "b");
  expect(failures).toMatchObject([
    { name: "StateDiffers", message: expect.stringMatching(/nodes 2, 3 have .* \(balsa node rejoin\)/) },
  ]);
  expect(events).toEqual([{ type: "stateDiffers", index: 7, nodes: [2, 3] }]);
  expect(watch.counters).toMatchObject({ differed: 1 });
});

test("a node that is in the majority says who differs, and goes on", () => {
  const { clock, apply, answer, events, failures } = watchOf(3);
  apply(7);
  clock.run(compareMs);
  answer(2, "a");
  answer(3, "b");
  clock.run(compareMs);
  expect({ events, failures }).toEqual({ events: [{ type: "stateDiffers", index: 7, nodes: [3] }], failures: [] });
});

test("without a majority of one mind nobody stops", () => {
  const { clock, apply, answer, events, failures } = watchOf(5);
  apply(7);
  clock.run(compareMs);
  for (const [id, digest] of [
    [2, "b"],
    [3, "b"],
    [4, "c"],
    [5, "c"],
  ] as const)
    answer(id, digest);
  clock.run(compareMs);
  expect({ events, failures }).toEqual({ events: [{ type: "stateDiffers", index: 7, nodes: [2, 3, 4, 5] }], failures: [] });
});

test("learners count for nothing in a majority", () => {
  const { clock, apply, answer, failures } = watchOf(3, [4, 5]);
  apply(7);
  clock.run(compareMs);
  for (const id of [2, 4, 5]) answer(id, "b");
  expect(failures).toEqual([]);
  answer(3, "b");
  expect(failures).toHaveLength(1);
});

test("where much is written, states are compared as of a checkpoint, and where little is, as they are", () => {
  const { clock, transport, apply, watch } = watchOf(3);
  for (const index of [10, 15, 20, 23]) apply(index);
  clock.run(compareMs);
  expect(transport.asked.at(-1)?.index).toBe(23);
  apply(28);
  clock.run(compareMs);
  expect(transport.asked.at(-1)?.index).toBe(20);
  clock.run(compareMs);
  expect(transport.asked.at(-1)?.index).toBe(28);
  expect([10, 15, 20, 23, 28, 30].map((index) => watch.digestAt(index)?.appliedIndex)).toEqual([
    10,
    undefined,
    20,
    undefined,
    28,
    undefined,
  ]);
});

test("a node that is always ahead of the others asks for what they have come to since", () => {
  const { clock, transport, apply, answer, failures } = watchOf(3);
  for (let round = 1; failures.length === 0 && round <= 4; round += 1) {
    for (const part of [1, 2, 3]) apply(30 * (round - 1) + 10 * part);
    clock.run(compareMs);
    // The others have what this node had a round ago.
    const asked = transport.asked.at(-1)?.index ?? 0;
    if (asked <= 30 * (round - 1)) for (const id of [2, 3]) answer(id, "b");
  }
  expect(failures).toHaveLength(1);
});

test("what the state was before an installation is not compared, nor what was asked of it", () => {
  const { clock, transport, apply, answer, watch, failures, events } = watchOf(3);
  for (const index of [10, 20]) apply(index);
  clock.run(compareMs);
  watch.onInstalled();
  apply(40);
  for (const id of [2, 3]) answer(id, "b");
  clock.run(compareMs);
  expect([transport.asked.at(-1)?.index, watch.digestAt(20), watch.digestAt(40)?.appliedIndex]).toEqual([40, null, 40]);
  expect({ failures, events }).toEqual({ failures: [], events: [] });
});

test("a node from which another one differs is in doubt until a majority has what it has, or another state is installed", () => {
  const { clock, apply, answer, watch } = watchOf(3);
  const doubts: boolean[] = [];
  const round = (...answers: [id: number, digest: string][]): void => {
    clock.run(compareMs);
    for (const [id, digest] of answers) answer(id, digest);
    doubts.push(watch.isDoubtful);
  };
  apply(7);
  round();
  round([3, "b"]);
  // That nobody answers says nothing.
  round();
  round([2, "a"]);
  // Whoever differs is in the minority.
  round([2, "a"], [3, "b"]);
  expect(doubts).toEqual([false, true, true, false, false]);
  round([3, "b"]);
  watch.onInstalled();
  expect([...doubts.slice(5), watch.isDoubtful]).toEqual([true, false]);
});

test("an answer that is late or of another index is not compared", () => {
  const { clock, transport, apply, answer, events, watch } = watchOf(3);
  apply(7);
  clock.run(compareMs);
  const [late] = transport.asked;
  clock.run(compareMs);
  late?.done({ appliedIndex: 7, records: 1, digest: "b" });
  transport.asked.at(-1)?.done({ appliedIndex: 8, records: 1, digest: "b" });
  clock.run(compareMs);
  expect({ events, compared: watch.counters.compared }).toEqual({ events: [], compared: 0 });
  watch.stop();
  answer(2, "b");
  answer(3, "b");
  expect(events).toEqual([]);
});

test("nobody is asked before anything is applied, nor by a node that is alone", () => {
  const young = watchOf(3);
  young.clock.run(compareMs);
  const alone = watchOf(1);
  alone.apply(7);
  alone.clock.run(compareMs);
  expect([young.transport.asked, alone.transport.asked]).toEqual([[], []]);
});

test("a node that is left as the only voter is in doubt no more: there is no other majority", () => {
  const { watch, clock, apply, answer, members } = watchOf(2);
  apply(7);
  clock.run(compareMs);
  answer(2, "b");
  expect(watch.isDoubtful).toBe(true);
  members.voters = [1];
  clock.run(compareMs);
  expect(watch.isDoubtful).toBe(false);
});
