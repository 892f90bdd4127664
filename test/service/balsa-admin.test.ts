import { createServer, type Server } from "node:net";
import { BalsaAdmin } from "../../src/client/admin.ts";
import { FaultCaller } from "../../src/client/connection/fault-caller.ts";
import { bootstrapMembers } from "../../src/core/members.ts";
import { incarnationId } from "../incarnations.ts";
import { RunningServer } from "./running-server.ts";

const nowhere = "127.0.0.1:1";
const servers: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

/** Node 1 leads; the others name it by an address that leads nowhere from here, as one of another container's network. */
async function start(count: number): Promise<RunningServer[]> {
  for (let place = 0; place < count; place += 1) servers.push(await RunningServer.start());
  const nodes = servers.map((_, place) => ({
    id: place + 1,
    peerAddress: `host${place + 1}:7000`,
    clientAddress: nowhere,
    diskId: "",
  }));
  for (const [place, { node }] of servers.entries()) {
    const members = { ...bootstrapMembers(nodes, incarnationId), lastId: count };
    node.view = { ...node.view, id: place + 1, role: place === 0 ? "leader" : "follower", leader: 1, members };
  }
  return servers;
}

test("a leader whose address leads nowhere from here is met among the endpoints, wherever it stands in the list", async () => {
  const endpoints = (await start(3)).map(({ address }) => address);
  // The endpoints stay in their order, and the leader is the last one.
  const random = jest.spyOn(Math, "random").mockReturnValue(0);
  try {
    const admin = new BalsaAdmin({ endpoints: endpoints.reverse(), requestTimeoutMs: 3_000, backOffMinMs: 10, backOffMaxMs: 10 });
    await admin.removeNode({ nodeId: 3 });
  } finally {
    random.mockRestore();
  }
  expect(servers[0]?.node.memberChanges).toHaveLength(1);
});

describe("a node that takes connections and says nothing", () => {
  let silent: Server;
  let silentAddress: string;
  beforeEach(async () => {
    silent = createServer((socket) => socket.on("error", () => undefined).resume());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    silentAddress = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    // The endpoints stay in their order.
    jest.spyOn(Math, "random").mockReturnValue(0);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await new Promise((resolve) => silent.close(resolve));
  });

  test("does not eat the time of a call, wherever it stands in the list: others are asked meanwhile", async () => {
    const [leader = "", ...followers] = (await start(3)).map(({ address }) => address);
    for (const endpoints of [
      [silentAddress, ...followers, leader],
      [...followers, silentAddress, leader],
      [silentAddress, silentAddress, leader],
    ]) {
      // The whole time of a call is as long as one node may take to say its status.
      const admin = new BalsaAdmin({ endpoints, requestTimeoutMs: 4_000, probeTimeoutMs: 4_000 });
      expect((await admin.members()).leaderId).toBe(1);
      await admin.removeNode({ nodeId: 3 });
    }
    expect(servers[0]?.node.memberChanges).toHaveLength(3);
  });

  test("has surely done nothing of what it was never sent", async () => {
    const admin = new BalsaAdmin({ endpoints: [silentAddress], requestTimeoutMs: 400 });
    const never = { code: "UNREACHABLE", mayHaveHappened: false };
    await expect(admin.removeNode({ nodeId: 3 })).rejects.toMatchObject(never);
    await expect(admin.transferLeadership()).rejects.toMatchObject(never);
    await expect(admin.members()).rejects.toMatchObject(never);
    const faults = new FaultCaller({ endpoint: silentAddress, timeoutMs: 400 });
    await expect(faults.set({ disk: { slowMs: 5 } })).rejects.toMatchObject(never);
    faults.close();
  });
});

test("a change that has left and is not answered may have happened", async () => {
  const [leader] = await start(1);
  if (leader === undefined) throw new Error("there is no leader");
  leader.node.operations = { type: "unknown", reason: "leaderChanged" };
  const admin = new BalsaAdmin({ endpoints: [leader.address], requestTimeoutMs: 3_000 });
  await expect(admin.removeNode({ nodeId: 3 })).rejects.toMatchObject({ code: "LEADER_CHANGED", mayHaveHappened: true });
  expect(leader.node.memberChanges).toHaveLength(1);
});
