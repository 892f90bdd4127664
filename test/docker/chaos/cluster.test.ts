import { Random } from "../../../src/sim/random.ts";
import { ClientCaller } from "../../cluster/client-caller.ts";
import { Workload } from "../../cluster/workload.ts";
import { DockerCluster } from "./docker-cluster.ts";
import { allFaults, faultNamed } from "./faults/all.ts";
import { tracesOf } from "./traces.ts";

// That each fault strikes, and that the cluster is whole again once it is healed. One cluster serves all tests.

jest.setTimeout(60_000);

let cluster: DockerCluster;
let client: ClientCaller;
let load: Workload;
const random = new Random(1, "faults");

beforeAll(async () => {
  cluster = await DockerCluster.start();
  client = new ClientCaller({ endpoints: cluster.endpoints(), timeoutMs: 10_000 });
  load = new Workload({ keys: 5, pauseMs: 20 }, [client]);
}, 300_000);

afterAll(async () => {
  await load?.stop();
  client?.close();
  await cluster?.remove();
});

test("five containers of the shipped image make one cluster that takes writes", async () => {
  expect(cluster.ids).toEqual([1, 2, 3, 4, 5]);
  expect(await client.call("greeting", { type: "set", value: "hello" })).toEqual({ type: "written", existed: false });
  expect(await cluster.settled()).toHaveLength(5);
});

test.each(allFaults)("$name: it strikes, heals, and leaves no trace in a cluster that settles", async ({ name, strike }) => {
  const { what, evidence, heal } = await strike(cluster, random);
  await heal();
  expect({ what, evidence }).toEqual({ what: expect.stringMatching(/\d/), evidence: expect.stringMatching(/\w/) });
  expect(await tracesOf(cluster)).toEqual([]);
  expect(await cluster.settled()).toHaveLength(5);
  expect((await client.call(name, { type: "set", value: "after" })).type).toBe("written");
});

test("what a fault leaves behind as long as it is in force is a trace", async () => {
  for (const name of ["majority ring", "pause a follower", "the leader's bandwidth is narrow", "the leader's disk is slow"]) {
    const { heal } = await faultNamed(name).strike(cluster, random);
    const traces = await tracesOf(cluster);
    await heal();
    expect({ name, traces }).toEqual({ name, traces: expect.arrayContaining([expect.stringMatching(/^Node \d /)]) });
  }
});
