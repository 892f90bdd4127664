import { BalsaAdmin } from "../../src/client/admin.ts";
import { bootstrapMembers } from "../../src/core/members.ts";
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
    const members = { ...bootstrapMembers(nodes), lastId: count };
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
