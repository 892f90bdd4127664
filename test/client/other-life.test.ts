import { ClusterPin } from "../../src/client/connection/cluster-pin.ts";
import { ConnectionPool } from "../../src/client/connection/connection-pool.ts";
import { Connector } from "../../src/client/connection/connector.ts";
import { completeOptions, patienceMsOf } from "../../src/client/values/options.ts";
import { FakeNetwork } from "./fake-network.ts";

// What a client does where all nodes are of another life of the cluster than its own. Time is the test's own.

beforeEach(() => void jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask"] }));
afterEach(() => void jest.useRealTimers());

test("however the pauses of its search fall, it takes the other life as soon as its patience is over", async () => {
  const options = completeOptions({ endpoints: ["a:1"], incarnationId: "mine", requestTimeoutMs: 1_000 });
  const told: number[] = [];
  for (let client = 0; client < 50; client += 1) {
    const network = new FakeNetwork();
    network.said.set("a:1", { id: 1, term: 1, leaderId: 1, incarnationId: "another" });
    const startedAt = performance.now();
    const connector = new Connector(options, {
      pool: new ConnectionPool(async () => (endpoint) => network.connect(endpoint)),
      pin: new ClusterPin(options.incarnationId),
      onOtherCluster: () => told.push(performance.now() - startedAt),
      onLost: () => undefined,
      onLeader: () => undefined,
      onConnected: () => undefined,
    });
    connector.connect();
    await jest.advanceTimersByTimeAsync(options.requestTimeoutMs);
    connector.close();
  }
  expect(told).toHaveLength(50);
  expect(Math.min(...told)).toBeGreaterThanOrEqual(patienceMsOf(options));
  expect(Math.max(...told)).toBeLessThan(patienceMsOf(options) + 50);
});
