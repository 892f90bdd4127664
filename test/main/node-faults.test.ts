import { startOneNode } from "./one-node.ts";

// Which parts that know of faults a node is made of. Each of their files is watched, so that none is made unseen.

const mockMade: string[] = [];

/** The module as it is, but for its classes, which tell when one is made. */
function mockWatched(path: string): object {
  const actual: Record<string, unknown> = jest.requireActual(path);
  const watched = Object.entries(actual).map(([name, value]) => {
    if (typeof value !== "function" || !/^class\b/.test(String(value))) return [name, value];
    const made = new Proxy(value, {
      construct(target, args, newTarget) {
        mockMade.push(name);
        return Reflect.construct(target, args, newTarget);
      },
    });
    return [name, made];
  });
  return Object.fromEntries(watched);
}

jest.mock("../../src/node/faults/fault-book.ts", () => mockWatched("../../src/node/faults/fault-book.ts"));
jest.mock("../../src/node/faults/turn-gate.ts", () => mockWatched("../../src/node/faults/turn-gate.ts"));
jest.mock("../../src/node/faults/sudden-end.ts", () => mockWatched("../../src/node/faults/sudden-end.ts"));
jest.mock("../../src/storage/faults/disk-faults.ts", () => mockWatched("../../src/storage/faults/disk-faults.ts"));
jest.mock("../../src/storage/faults/faulty-log.ts", () => mockWatched("../../src/storage/faults/faulty-log.ts"));
jest.mock("../../src/storage/faults/faulty-state.ts", () => mockWatched("../../src/storage/faults/faulty-state.ts"));
jest.mock("../../src/transport/faults/link-faults.ts", () => mockWatched("../../src/transport/faults/link-faults.ts"));
jest.mock("../../src/transport/faults/faulty-transport.ts", () => mockWatched("../../src/transport/faults/faulty-transport.ts"));
jest.mock("../../src/service/faults/fault-service.ts", () => mockWatched("../../src/service/faults/fault-service.ts"));
jest.mock("../../src/server/node/node-faults.ts", () => mockWatched("../../src/server/node/node-faults.ts"));

beforeEach(() => {
  mockMade.length = 0;
});

test("where faults are not allowed, nothing that makes any is made, so nothing stands in the way of a message", async () => {
  const node = await startOneNode();
  await node.remove();
  expect(mockMade).toEqual([]);
});

test("where they are allowed, all of it is made, once", async () => {
  const node = await startOneNode({ faults: "on" });
  await node.remove();
  const parts = ["DiskFaults", "FaultBook", "FaultService", "FaultyLog", "FaultyState", "FaultyTransport", "LinkFaults"];
  expect([...mockMade].sort()).toEqual([...parts, "NodeFaults", "SuddenEnd", "TurnGate"]);
});
