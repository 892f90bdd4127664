import type { Answer, Input, View } from "../../src/core/api.ts";
import type { MembersChange } from "../../src/core/types.ts";
import { type ChangeOutcome, Operations, type TransferOutcome } from "../../src/node/requests/operations.ts";
import { Stages } from "../../src/node/requests/stages.ts";
import { Tickets } from "../../src/node/requests/tickets.ts";
import { Waiting } from "../../src/node/requests/waiting.ts";
import { command } from "./fakes.ts";

const promote: MembersChange = { type: "promote", ids: [4] };

function setUp(role = "leader", options = {}) {
  let now = 0;
  const inputs: Input[] = [];
  const waiting = new Waiting(new Stages({ now: () => now }));
  const tickets = new Tickets((input) => inputs.push(input));
  const outcomes: (ChangeOutcome | TransferOutcome)[] = [];
  const operations = new Operations(
    { operationsMax: 3, changeWaitMs: 1_000, ...options },
    {
      view: () => ({ role, leader: role === "leader" ? 1 : 2 }) as View,
      now: () => now,
      waiting,
      tickets,
    },
  );
  const change = (timeoutMs = 5_000): void => operations.changeMembers(promote, timeoutMs, (outcome) => outcomes.push(outcome));
  const transfer = (to: number | null = null, timeoutMs = 5_000): void =>
    operations.transfer(to, timeoutMs, (outcome) => outcomes.push(outcome));
  /** The core's answer to the operation that it was given last. */
  const answer = (rest: Partial<Answer>): void => {
    const input = inputs.at(-1);
    const ticket = input !== undefined && "ticket" in input ? input.ticket : 0;
    tickets.onAnswer({ ...rest, ticket } as Answer);
  };
  const pass = (ms: number): void => {
    now += ms;
    operations.sweep(now);
  };
  const applied = (index: number, term: number): void =>
    waiting.onApplied([{ entry: command(index, "", term), result: Buffer.alloc(0), changes: [] }], index);
  return { operations, inputs, outcomes, waiting, change, transfer, answer, pass, applied };
}

test("a change of the members is done once its entry is applied, and names the nodes that it added", () => {
  const { change, answer, applied, outcomes, inputs } = setUp();
  change();
  expect(inputs).toMatchObject([{ type: "changeMembers", change: promote }]);
  answer({ type: "accepted", index: 7, term: 2, ids: [4, 5] });
  expect(outcomes).toEqual([]);
  applied(7, 2);
  expect(outcomes).toEqual([{ type: "done", index: 7, ids: [4, 5] }]);
});

test("a change whose place another leader's entry took surely did nothing; one that was lost from sight may have", () => {
  const { change, answer, applied, outcomes, waiting } = setUp();
  change();
  answer({ type: "accepted", index: 7, term: 2, ids: [] });
  applied(7, 3);
  change();
  answer({ type: "accepted", index: 9, term: 3, ids: [] });
  waiting.onLeadershipLost(8);
  expect(outcomes).toEqual([
    { type: "refused", reason: "noLeader", leader: null },
    { type: "unknown", reason: "leaderChanged" },
  ]);
});

test("a node that does not lead says who does, and asks nobody", () => {
  const { change, transfer, outcomes, inputs } = setUp("follower");
  change();
  transfer();
  expect(outcomes).toEqual([
    { type: "refused", reason: "notLeader", leader: 2 },
    { type: "refused", reason: "notLeader", leader: 2 },
  ]);
  expect(inputs).toEqual([]);
});

test("rule 24: a change waits a while for an earlier one to end, and is then refused", () => {
  const { change, answer, pass, outcomes, inputs } = setUp();
  change();
  answer({ type: "refused", reason: "changeInProgress", leader: 1 });
  pass(50);
  expect([inputs.length, outcomes]).toEqual([2, []]);
  pass(950);
  answer({ type: "refused", reason: "changeInProgress", leader: 1 });
  expect(outcomes).toEqual([{ type: "refused", reason: "changeInProgress", leader: 1 }]);
});

test("rule 24: and so for a new leader to commit in its own term", () => {
  const { change, answer, pass, applied, outcomes } = setUp();
  change();
  answer({ type: "refused", reason: "notReady", leader: 1 });
  pass(50);
  answer({ type: "accepted", index: 3, term: 2, ids: [] });
  applied(3, 2);
  expect(outcomes).toEqual([{ type: "done", index: 3, ids: [] }]);
});

test.each(["unknownMember", "idUsed", "noVoters", "wouldLoseQuorum", "transferring"] as const)(
  "a change that is refused as %s is not tried again",
  (reason) => {
    const { change, answer, outcomes } = setUp();
    change();
    answer({ type: "refused", reason, leader: 1 });
    expect(outcomes).toEqual([{ type: "refused", reason, leader: 1 }]);
  },
);

test("rule 53: a transfer is done when the other node leads, and refused when it did not come to that", () => {
  const { transfer, answer, outcomes, inputs } = setUp();
  transfer(3);
  expect(inputs).toMatchObject([{ type: "transfer", to: 3 }]);
  answer({ type: "transferred", to: 3 });
  transfer();
  answer({ type: "refused", reason: "transferTimedOut", leader: 1 });
  expect(outcomes).toEqual([
    { type: "done", to: 3 },
    { type: "refused", reason: "transferTimedOut", leader: 1 },
  ]);
});

test("what was given up is unknown, for it may happen yet, and is answered once", () => {
  const { change, transfer, answer, applied, pass, outcomes, operations } = setUp();
  transfer(null, 100);
  change(100);
  answer({ type: "accepted", index: 7, term: 2, ids: [] });
  pass(100);
  applied(7, 2);
  expect(outcomes).toEqual([
    { type: "unknown", reason: "timeout" },
    { type: "unknown", reason: "timeout" },
  ]);
  expect(operations.openCount).toBe(0);
});

test("more operations than there may be are refused", () => {
  const { change, outcomes } = setUp("leader", { operationsMax: 1 });
  change();
  change();
  expect(outcomes).toEqual([{ type: "refused", reason: "overloaded", leader: 1 }]);
});

test("a stop answers all: what only waits for its turn surely did nothing", () => {
  const { change, transfer, answer, outcomes, operations } = setUp();
  change();
  answer({ type: "refused", reason: "changeInProgress", leader: 1 });
  transfer();
  operations.stop();
  change();
  expect(outcomes).toEqual([
    { type: "refused", reason: "stopping", leader: null },
    { type: "unknown", reason: "stopping" },
    { type: "refused", reason: "stopping", leader: null },
  ]);
});

test("a change whose entry is on its way is one to wait for, also for the node that leaves by it; one that waits for its turn is not", () => {
  const { operations, change, answer, applied } = setUp();
  change();
  answer({ type: "refused", reason: "changeInProgress", leader: 1 });
  expect(operations.underWayCount).toBe(0);
  change();
  answer({ type: "accepted", index: 7, term: 2, ids: [] });
  expect(operations.underWayCount).toBe(1);
  applied(7, 2);
  expect(operations.underWayCount).toBe(0);
});
