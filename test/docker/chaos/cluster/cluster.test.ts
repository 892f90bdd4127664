import { setTimeout as pause } from "node:timers/promises";
import { BalsaClient } from "../../../../src/client/client.ts";
import { Random } from "../../../../src/sim/base/random.ts";
import { ClientCaller } from "../../../support/client-caller.ts";
import { Workload } from "../../../support/workload.ts";
import { faultNamed } from "../faults/all.ts";
import { DockerCluster } from "./docker-cluster.ts";

// The cluster of containers, and what cannot be seen of its faults in a run that plays all of them.

jest.setTimeout(60_000);

/** Longer than the leader takes to look for sessions that are overdue, and than any election timeout. */
const notedWithinMs = 2_500;

let cluster: DockerCluster;
let client: BalsaClient;
let caller: ClientCaller;
let load: Workload;
const random = new Random(1, "faults");

beforeAll(async () => {
  cluster = await DockerCluster.start();
  client = new BalsaClient({ endpoints: cluster.endpoints(), discover: false });
  caller = new ClientCaller({ endpoints: cluster.endpoints(), timeoutMs: 10_000 });
  load = new Workload({ keys: 5, pauseMs: 20 }, [caller]);
}, 300_000);

afterAll(async () => {
  await load?.stop();
  caller?.close();
  await client?.close();
  await cluster?.remove();
});

test("five containers of the shipped image make one cluster that takes writes", async () => {
  expect(cluster.ids).toEqual([1, 2, 3, 4, 5]);
  expect(await client.set("greeting", "hello")).toMatchObject({ existed: false });
  expect(await cluster.settled()).toHaveLength(5);
});

test("what a fault leaves behind as long as it is in force is a trace, and there is none once it is healed", async () => {
  for (const name of ["majority ring", "pause a follower", "the leader's bandwidth is narrow", "the leader's disk is slow"]) {
    const { heal } = await faultNamed(name).strike(cluster, random);
    const inForce = await cluster.traces();
    await heal();
    const some = expect.arrayContaining([expect.stringMatching(/^Node \d /)]);
    expect({ name, inForce, healed: await cluster.traces() }).toEqual({ name, inForce: some, healed: [] });
  }
});

test("rule 38: a leader whose clock goes forward by an hour leads on in its term, and a session keeps the key that is attached to it", async () => {
  await client.set("lock", "held", { attached: true });
  const { evidence, heal } = await faultNamed("set the leader's clock forward").strike(cluster, random);
  await pause(notedWithinMs);
  const terms = (await cluster.statuses()).map(({ term }) => term);
  const found = await client.get("lock");
  await heal();
  expect(evidence).toMatch(/off; it led in term \d+ by then$/);
  expect(terms).toEqual(Array.from({ length: 5 }, () => Number(/\d+(?= by then)/.exec(evidence))));
  expect(found?.value).toBe("held");
});
