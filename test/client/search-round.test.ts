import { ConnectionPool } from "../../src/client/connection/connection-pool.ts";
import { LeaderSearch, type Verdict } from "../../src/client/connection/leader-search.ts";
import { SearchRound } from "../../src/client/connection/search-round.ts";
import { completeOptions } from "../../src/client/values/options.ts";
import { FakeNetwork } from "./fake-network.ts";

// The first search of a client, with nobody to talk to meanwhile. Time is the test's own.

const endpoints = ["a:1", "b:1", "c:1"];
const options = completeOptions({ endpoints });
let network: FakeNetwork;
let verdict: Verdict | null;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask"] });
  network = new FakeNetwork();
  verdict = null;
});
afterEach(() => jest.useRealTimers());

/** Asks the nodes in their order, for as long as it takes, but at most for these ms. */
async function search(ms: number): Promise<void> {
  const homes = new Map(endpoints.map((endpoint, place) => [place + 1, endpoint]));
  const rules = new LeaderSearch({
    endpoints,
    present: null,
    prefer: "leader",
    discover: true,
    doubts: false,
    isPatient: false,
    homes,
  });
  const round = new SearchRound(rules, options, {
    pool: new ConnectionPool(async () => (endpoint) => network.connect(endpoint)),
    isOther: () => false,
    onSighting: () => undefined,
    onDone: (found) => {
      verdict = found;
    },
  });
  await jest.advanceTimersByTimeAsync(ms);
  round.cancel();
}

test("whoever names a leader that does not answer is taken meanwhile, and no third node is asked", async () => {
  network.said.set("a:1", { id: 1, term: 5, leaderId: 2 });
  network.said.set("b:1", null);
  network.said.set("c:1", { id: 3, term: 5, leaderId: 2 });
  await search(2 * options.leaderWaitMs);
  expect(network.made).toEqual(["a:1", "b:1"]);
  expect(verdict).toMatchObject({ type: "take", found: { endpoint: "a:1" } });
});

test("a node to which there is a connection is given time, one to which there is none is not waited for as long", async () => {
  network.said.set("a:1", null);
  await search(options.probeTimeoutMs - 1);
  expect(network.made).toEqual(["a:1"]);
  network = new FakeNetwork();
  network.said.set("b:1", { id: 2, term: 5, leaderId: 2 });
  await search(options.leaderWaitMs + 1);
  expect(network.made).toEqual(["a:1", "b:1"]);
  expect(verdict).toMatchObject({ type: "take", found: { endpoint: "b:1" } });
});

test("all are asked in half of the time that a request has, whether they take connections or not", async () => {
  for (const endpoint of endpoints) network.said.set(endpoint, null);
  await search(options.requestTimeoutMs / 2);
  expect(network.made).toEqual(["a:1", "b:1", "c:1"]);
});
