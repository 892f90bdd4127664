import type { PeerMessage } from "../../src/core/messages.ts";
import { Node } from "../../src/node/node.ts";
import type { NodeEvent } from "../../src/node/ports/node-events.ts";
import type { Outcome } from "../../src/node/ports/ports.ts";
import type { ReadOutcome } from "../../src/node/requests/request.ts";
import { HandClock, HandLog, HandState, HandTransport, restoredOf, testOptions, tinyMachine } from "./fakes.ts";

/** Node 1 with its real core; the test is the rest of the world. */

export function setUp(voters: readonly number[] = [1, 2, 3], options = {}) {
  const clock = new HandClock();
  const log = new HandLog(clock);
  const state = new HandState(clock);
  const transport = new HandTransport();
  const stops: (Error | null)[] = [];
  const closed: number[] = [];
  const events: NodeEvent[] = [];
  const node = new Node(testOptions(options), restoredOf(voters), {
    log,
    state,
    machine: tinyMachine,
    transport,
    clock,
    onEvent: (event) => events.push(event),
    onStopped: (why) => stops.push(why),
    onClosed: () => closed.push(clock.now()),
  });
  node.start();
  clock.settle();
  const outcomes: Outcome[] = [];
  const reads: ReadOutcome[] = [];
  const submit = (text: string, timeoutMs = 5000): void =>
    node.submit(Buffer.from(text), timeoutMs, (outcome) => outcomes.push(outcome));
  const read = (timeoutMs = 5000): void => node.linearize(timeoutMs, (outcome) => reads.push(outcome));
  const hear = (...messages: PeerMessage[]): void => {
    for (const message of messages) node.onMessage(message);
    clock.settle();
  };
  return { clock, log, state, transport, stops, closed, events, node, outcomes, reads, submit, read, hear };
}

export type World = ReturnType<typeof setUp>;

/** Node 2 votes for everything, so that node 1 leads. */
export function lead(world: World): void {
  world.clock.run(400);
  for (const preVote of [true, false]) {
    const term = world.node.view.term + (preVote ? 1 : 0);
    world.hear({ type: "voteReply", from: 2, to: 1, term, preVote, granted: true });
    world.clock.settle();
  }
  expect(world.node.view.role).toBe("leader");
  world.hear({ type: "appendMatch", from: 2, to: 1, term: world.node.view.term, matchIndex: 1 });
}

export function ack(world: World, matchIndex: number): void {
  world.hear({ type: "appendMatch", from: 2, to: 1, term: world.node.view.term, matchIndex });
}

/** Node 2 leads in the given term. */
export function follow(world: World, term = 1): void {
  world.hear({ type: "heartbeat", from: 2, to: 1, term, commit: 0, round: 0, lastSent: 0, confirmed: 0 });
  expect(world.node.view.leader).toBe(2);
}
