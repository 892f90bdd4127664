import type { Entry } from "../../src/core/types.ts";
import { NodeFeed } from "../../src/observe/feed/node-feed.ts";
import { nodeSampleOf } from "../../src/observe/feed/node-sample.ts";
import { feedDefaults } from "../../src/observe/feed/options.ts";
import type { ObservePort } from "../../src/service/observe/observe-service.ts";
import type { FakeNode } from "./fake-node.ts";

/** What observers are told of a fake node; the test is its clock. */
export class FakeObserved implements ObservePort {
  now = 5_000;
  readonly log: Entry[] = [];
  readonly feed = new NodeFeed({ ...feedDefaults, node: 1, life: 77 }, { now: () => this.now });
  readonly #node: FakeNode;

  constructor(node: FakeNode) {
    this.#node = node;
    this.feed.start({ version: "1.2.3", processId: 42 });
  }

  readonly subscribe: ObservePort["subscribe"] = (messagesPerSecond, onDue) =>
    this.feed.subscribe({ messagesPerSecond }, { onDue });
  readonly unsubscribe: ObservePort["unsubscribe"] = (subscription) => this.feed.unsubscribe(subscription);

  readonly head = () => ({ node: 1, life: 77, bootId: "boot", now: this.now, toEpochMs: 1_000_000 });

  readonly sample = () =>
    nodeSampleOf(this.#node.view, {
      ...{ life: 77, at: this.now, nodeNow: 0, appliedIndex: this.#node.appliedIndex, turnQueue: 3, requests: 4 },
      out: [{ peer: 2, messages: 5, bytes: 6, held: 7 }],
      runs: [{ first: 1, term: 3 }],
      faults: [
        { id: 8, what: "a cut", expiresInMs: 9 },
        { id: 9, what: "a delay", expiresInMs: null },
      ],
      counts: { node_turns: 10 },
      stages: [{ name: "writeTurn", boundsMs: [1, 2], counts: [3, 4, 5], sumMs: 6 }],
    });

  readonly entries: ObservePort["entries"] = (first, last, max) =>
    this.log.filter(({ index }) => index >= first && index <= last).slice(0, max);

  /** Time goes on by so much, as far as observers are concerned. */
  pass(ms: number): void {
    this.now += ms;
    this.feed.onTime();
  }
}
