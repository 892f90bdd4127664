import { ClientCaller } from "../../../support/client-caller.ts";
import { DockerCluster } from "../cluster/docker-cluster.ts";
import { runBalsa } from "./damage.ts";

// More disks are gone than a cluster can lose. Nothing heals that but an operator who says which survivor counts.

jest.setTimeout(120_000);

let cluster: DockerCluster;
let client: ClientCaller;

beforeAll(async () => {
  cluster = await DockerCluster.start({ nodes: 3 });
  client = new ClientCaller({ endpoints: cluster.endpoints(), timeoutMs: 10_000 });
}, 300_000);

afterAll(async () => {
  client?.close();
  await cluster?.remove();
});

test("a cluster that lost two of three disks is recovered from the third, and the others rejoin it", async () => {
  expect(await client.call("before", { type: "set", value: "kept" })).toMatchObject({ type: "written" });
  await cluster.settled();
  const [survivor, ...lost] = cluster.places;
  if (survivor === undefined) throw new Error("There is no place.");
  await Promise.all(cluster.places.map((place) => place.kill()));
  for (const { volume } of lost) await cluster.hand.run('find "$1" -mindepth 1 -delete', cluster.hand.pathOf(volume));
  await runBalsa(survivor, ["cluster", "recover", "--force", "--data-dir", "/data"]);
  await survivor.start();
  for (const { id } of lost) cluster.vacate(id);
  expect(await cluster.leader()).toBe(survivor.id);
  // It is another life of the cluster: a client that worked with the one before is told so, its reads once and its writes once.
  expect(await client.call("before", { type: "read" })).toMatchObject({ type: "refused" });
  expect(await client.call("before", { type: "read" })).toEqual({ type: "read", value: "kept" });
  for (const place of lost) {
    cluster.occupy(place.id);
    await runBalsa(place, ["node", "rejoin", "--data-dir", "/data", "--id", String(place.id), "--join", `${survivor.ip}:8000`]);
    await place.start();
  }
  expect(await cluster.settled()).toHaveLength(3);
  expect(await client.call("after", { type: "set", value: "written by three" })).toMatchObject({ type: "refused" });
  expect(await client.call("after", { type: "set", value: "written by three" })).toMatchObject({ type: "written" });
});
