import { setUp } from "./one-node.ts";

test("a node that stops waits for a change of the members that is committed and not yet applied: whoever asked is told that it is done", () => {
  const world = setUp([1], { leaveMs: 1_000 });
  world.clock.run(1_000);
  expect(world.node.view.role).toBe("leader");
  world.state.isQuick = false;
  const told: unknown[] = [];
  const learner = { id: 0, peerAddress: "four:1", clientAddress: "", diskId: "disk 4" };
  const change = { type: "change", add: [learner], asLearners: true, remove: [], force: true } as const;
  world.node.changeMembers(change, 5_000, (outcome) => told.push(outcome.type));
  world.clock.settle();
  world.node.stop();
  world.clock.run(50);
  expect(told).toEqual([]);
  for (let i = 0; i < 3; i += 1) {
    world.state.release();
    world.clock.run(20);
  }
  expect(told).toEqual(["done"]);
});
