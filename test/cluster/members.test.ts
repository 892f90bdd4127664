import { rmSync } from "node:fs";
import { join } from "node:path";
import { BalsaAdmin } from "../../src/client/admin.ts";
import { StatusReader } from "../../src/server/node/node-status.ts";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { freePorts } from "../support/free-ports.ts";
import { Cluster } from "../support/harness.ts";
import type { NodeProcess } from "../support/node-process.ts";
import { until } from "../support/until.ts";
import { Load } from "./load.ts";
import { expectSound, expectSoundAt } from "./verdict.ts";

// Real processes that come, go and take each other's places while clients write.

jest.setTimeout(180_000);

let cluster: Cluster;
let load: Load;
let admin: BalsaAdmin;

async function start(nodes: number, staying: number): Promise<void> {
  cluster = await Cluster.start({ nodes });
  await cluster.leader();
  const endpoints = cluster.endpoints;
  admin = new BalsaAdmin({ endpoints: endpoints.slice(0, staying), requestTimeoutMs: 20_000 });
  load = new Load(endpoints.slice(0, staying), endpoints.slice(staying));
}

afterEach(async () => {
  try {
    await load.close();
  } finally {
    await cluster.remove();
  }
});

test("a rolling restart under load, by SIGTERM: every node ends in order, and nothing is lost", async () => {
  await start(5, 5);
  for (const node of cluster.nodes) {
    await load.moreSuccesses(50);
    expect(await node.terminate(3_000)).toEqual({ code: exitCodes.done, signal: null });
    node.start();
    await cluster.whole();
  }
  await load.moreSuccesses(50);
  await expectSound(cluster, load.work);
});

test("rule 30: a node whose disk is gone is refused under its old id, and another one takes its place", async () => {
  await start(3, 2);
  await load.moreSuccesses(50);
  await until("the disks of all are known", 20_000, async () => {
    const { members } = await admin.members();
    return members.every(({ diskId }) => diskId !== "") ? true : undefined;
  });
  const lost = cluster.node(3);
  await lost.kill();
  rmSync(cluster.dataDir(3), { recursive: true });
  lost.start();
  expect((await lost.ended(20_000)).code).toBe(exitCodes.notAMember);
  expect(lost.lastLine).toContain("--join");
  const place = await newPlace();
  const nodeId = await admin.replaceNode({
    nodeId: 3,
    peerAddress: place.peer,
    clientAddress: place.client,
    diskId: "",
    force: false,
  });
  joinFrom(place);
  await until("the new node has taken the place of the old one", 30_000, async () => {
    const { members, settled } = await admin.members();
    const ids = members.filter(({ role }) => role === "MEMBER_ROLE_VOTER").map((member) => member.nodeId);
    return settled && ids.join() === `1,2,${nodeId}` ? true : undefined;
  });
  await load.moreSuccesses(50);
  await expectAllSame([cluster.endpoint(1), cluster.endpoint(2), place.client]);
});

test("rule 26, rule 27: five nodes shrink to three and grow to seven under load, the leader being let go with the others", async () => {
  await start(5, 3);
  await load.moreSuccesses(50);
  await admin.transferLeadership(5);
  for (const nodeId of [5, 4]) {
    await admin.removeNode({ nodeId, force: false });
    expect((await cluster.node(nodeId).ended(20_000)).code).toBe(exitCodes.notAMember);
  }
  await votersAre(3);
  await load.moreSuccesses(50);
  const places: Place[] = [];
  for (let count = 4; count <= 7; count += 1) {
    const place = await newPlace();
    places.push(place);
    joinFrom(place);
    await votersAre(count);
    await load.moreSuccesses(20);
  }
  const { members } = await admin.members();
  expect(members.map((member) => member.nodeId)).toEqual([1, 2, 3, 6, 7, 8, 9]);
  await expectAllSame([...cluster.endpoints.slice(0, 3), ...places.map(({ client }) => client)]);
});

/** Where a newcomer lives. */
interface Place {
  readonly peer: string;
  readonly client: string;
}

async function newPlace(): Promise<Place> {
  const [peer, client] = await freePorts(2);
  return { peer: `127.0.0.1:${peer}`, client: `127.0.0.1:${client}` };
}

/** Starts a node that is told nothing but where a member is. */
function joinFrom({ peer, client }: Place): NodeProcess {
  const flags = { join: cluster.endpoint(1), listen: peer, "client-listen": client, "log-format": "voice" };
  const node = cluster.newcomer({ ...flags, "data-dir": join(cluster.folder, `at-${client.split(":")[1]}`) });
  node.start();
  return node;
}

async function votersAre(count: number): Promise<void> {
  await until(`${count} nodes have a vote`, 30_000, async () => {
    const { members, settled } = await admin.members();
    const voters = members.filter(({ role }) => role === "MEMBER_ROLE_VOTER");
    return settled && voters.length === count && members.length === count ? true : undefined;
  });
}

/** Once the load has ended and all of these have applied the same: they have the same map, with all that was acknowledged. */
async function expectAllSame(endpoints: readonly string[]): Promise<void> {
  await load.close();
  const reader = new StatusReader({ timeoutMs: 2_000 });
  try {
    await until("all have applied all", 20_000, async () => {
      const statuses = await Promise.all(endpoints.map((endpoint) => reader.read(endpoint)));
      const applied = statuses.map((status) => (status instanceof Error ? -1 : status.appliedIndex));
      const last = Math.max(...statuses.map((status) => (status instanceof Error ? 0 : status.lastIndex)));
      return applied.every((index) => index === last) ? true : undefined;
    });
  } finally {
    reader.close();
  }
  await expectSoundAt(endpoints, load.work);
}
