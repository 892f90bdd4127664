import { bareMember, bootstrapMembers } from "../../src/core/members.ts";
import { encodeMembers } from "../../src/core/members-codec.ts";
import { NotAMember } from "../../src/node/ports/not-a-member.ts";
import { forward } from "../../src/node/requests/requests.ts";
import { incarnationId } from "../incarnations.ts";
import { ack, follow, lead, setUp, type World } from "./one-node.ts";

/** Node 2 has taken over, and leads the next term. */
function handedOver(world: World): void {
  const term = world.node.view.term + 1;
  const { lastIndex, lastTerm } = { lastIndex: world.node.view.lastIndex, lastTerm: world.node.view.term };
  const request = { type: "voteRequest", from: 2, to: 1, term, preVote: false, transfer: true } as const;
  world.hear({ ...request, lastLogIndex: lastIndex, lastLogTerm: lastTerm });
  world.hear({ type: "heartbeat", from: 2, to: 1, term, commit: 0, round: 0, lastSent: 0, confirmed: 0 });
}

describe("rule 53: a leader that is told to stop", () => {
  test("hands over first, and is gone once the other one leads", () => {
    const world = setUp();
    lead(world);
    world.node.stop();
    world.clock.settle();
    expect(world.transport.take("timeoutNow").map(({ to }) => to)).toEqual([2]);
    expect(world.stops).toEqual([]);
    handedOver(world);
    world.clock.run(10);
    expect(world.stops).toEqual([null]);
  });

  test("takes writes until the other one leads, and has them done there", () => {
    const world = setUp();
    lead(world);
    world.node.stop();
    world.clock.settle();
    world.submit("a=1");
    world.clock.settle();
    expect(world.outcomes).toEqual([]);
    handedOver(world);
    world.submit("b=1");
    expect(world.outcomes).toEqual([{ type: "refused", reason: "stopping", leader: null }]);
    world.outcomes.length = 0;
    expect(world.transport.forwards.map(({ to }) => to)).toEqual([2]);
    world.clock.run(50);
    expect(world.stops).toEqual([]);
    world.transport.forwards[0]?.done({ type: "done", index: 9, result: Buffer.alloc(0) });
    world.clock.run(10);
    expect(world.outcomes).toEqual([{ type: "done", index: 9, result: expect.anything() }]);
    expect(world.stops).toEqual([null]);
  });

  test("may hand over first, while its clients are still served, and need not do so again", () => {
    const world = setUp();
    lead(world);
    let isDone = false;
    world.node.handOver(() => {
      isDone = true;
    });
    world.clock.settle();
    expect(isDone).toBe(false);
    handedOver(world);
    expect(isDone).toBe(true);
    world.transport.sent.length = 0;
    world.node.stop();
    world.clock.settle();
    expect([world.stops, world.transport.take("timeoutNow")]).toEqual([[null], []]);
  });

  test("does not wait for ever for somebody to take over", () => {
    const world = setUp();
    lead(world);
    world.node.stop();
    for (let n = 0; n < 11; n += 1) {
      world.clock.run(100);
      if (world.stops.length === 0) ack(world, 1);
    }
    expect(world.stops).toEqual([null]);
  });

  test("a leader that has nobody to hand over to stops at once", () => {
    const world = setUp([1]);
    world.clock.run(400);
    expect(world.node.view.role).toBe("leader");
    world.node.stop();
    world.clock.settle();
    expect(world.stops).toEqual([null]);
  });
});

describe("rule 53: while leadership is handed over", () => {
  test("writes wait, and are done here if it comes to nothing", () => {
    const world = setUp();
    lead(world);
    const transfers: unknown[] = [];
    world.node.transfer(2, 5_000, (outcome) => transfers.push(outcome));
    world.clock.settle();
    world.submit("a=1");
    world.clock.run(50);
    expect([world.node.view.transferTo, world.node.view.lastIndex, world.outcomes]).toEqual([2, 1, []]);
    for (let n = 0; n < 5; n += 1) {
      world.clock.run(100);
      ack(world, 1);
    }
    expect(transfers).toEqual([{ type: "refused", reason: "transferTimedOut", leader: 1 }]);
    world.clock.run(100);
    ack(world, 2);
    expect(world.outcomes).toEqual([{ type: "done", index: 2, result: expect.anything() }]);
  });

  test("writes that other nodes forward go back, to look for the next leader", () => {
    const world = setUp();
    lead(world);
    world.node.transfer(2, 5_000, () => undefined);
    world.clock.settle();
    const outcomes: unknown[] = [];
    world.node.onAsk(2, forward, Buffer.from("a=1"), (outcome) => outcomes.push(outcome));
    world.clock.settle();
    expect(outcomes).toMatchObject([{ type: "refused", reason: "notLeader" }]);
  });

  test("a transfer that succeeds says who leads", () => {
    const world = setUp();
    lead(world);
    const transfers: unknown[] = [];
    world.node.transfer(null, 5_000, (outcome) => transfers.push(outcome));
    world.clock.settle();
    handedOver(world);
    expect(transfers).toEqual([{ type: "done", to: 2 }]);
  });
});

describe("a node that the cluster goes on without", () => {
  /** The members without node 1 are in its log, and committed. */
  function removal(world: World): void {
    const members = { ...bootstrapMembers([2, 3].map(bareMember), incarnationId), lastId: 3 };
    const entries = [{ index: 1, term: 1, kind: "members" as const, time: 0, data: encodeMembers(members) }];
    world.hear({ type: "append", from: 2, to: 1, term: 1, prevIndex: 0, prevTerm: 0, commit: 1, entries });
  }

  test("rule 27: stops in order once it knows, and says why", () => {
    const world = setUp();
    follow(world);
    removal(world);
    world.clock.run(20);
    const [why] = world.stops;
    expect(why).toBeInstanceOf(NotAMember);
    expect(why?.message).toMatch(/^Node 1 was removed from the cluster.*never used again/);
  });

  test("rule 30: stops at once if the members know another disk of its id", () => {
    const world = setUp();
    lead(world);
    world.transport.sent.length = 0;
    world.node.onRefused(2, "diskReplaced", "The disk of node 1 was replaced.");
    world.clock.run(500);
    expect(world.stops.map((why) => why?.message)).toEqual(["The disk of node 1 was replaced."]);
    expect(world.transport.sent).toEqual([]);
  });

  test("rule 27: believes most of the others that it was removed, but not one of them", () => {
    const world = setUp();
    world.node.onRefused(2, "removed", "");
    world.node.onRefused(2, "removed", "");
    world.clock.settle();
    expect(world.stops).toEqual([]);
    world.node.onRefused(3, "removed", "");
    world.clock.settle();
    expect(world.stops[0]).toBeInstanceOf(NotAMember);
  });

  test("rule 27: forgets what it was told once a leader is heard", () => {
    const world = setUp();
    world.node.onRefused(2, "removed", "");
    follow(world);
    world.node.onRefused(3, "removed", "");
    world.clock.settle();
    expect(world.stops).toEqual([]);
  });
});
