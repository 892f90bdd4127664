import { ClientCaller } from "../../cluster/client-caller.ts";
import { DockerCluster } from "./docker-cluster.ts";

jest.setTimeout(120_000);
let cluster: DockerCluster;
beforeAll(async () => {
  cluster = await DockerCluster.start();
}, 300_000);
afterAll(() => cluster?.remove());

test("five containers of the shipped image make one cluster that takes writes", async () => {
  expect(cluster.ids).toEqual([1, 2, 3, 4, 5]);
  const client = new ClientCaller({ endpoints: cluster.endpoints(), timeoutMs: 10_000 });
  expect(await client.call("greeting", { type: "set", value: "hello" })).toEqual({ type: "written", existed: false });
  client.close();
  expect(await cluster.settled()).toHaveLength(5);
});

test("a node that was killed comes back with its data, at the same address", async () => {
  const leader = await cluster.leader();
  const place = cluster.place(leader);
  await place.kill();
  expect((await place.inspect()).State).toMatchObject({ Running: false, ExitCode: 137 });
  expect(await cluster.leader()).not.toBe(leader);
  await place.start();
  expect(await cluster.settled()).toHaveLength(5);
  expect((await cluster.logs(leader)).length).toBeGreaterThan(100);
});
