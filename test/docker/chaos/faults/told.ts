import type { LinkFault } from "../../../../src/generated/balsa/admin/v1/LinkFault.ts";
import type { SetFaultRequest } from "../../../../src/generated/balsa/admin/v1/SetFaultRequest.ts";
import type { Random } from "../../../../src/sim/base/random.ts";
import { exitCodes } from "../../../../src/terminal/exit-codes.ts";
import { FaultCaller } from "../../../support/fault-caller.ts";
import { until } from "../../../support/until.ts";
import type { DockerCluster } from "../cluster/docker-cluster.ts";
import type { Place } from "../cluster/place.ts";
import { seenWithinMs, struck } from "../struck.ts";
import type { Struck } from "../types.ts";
import { ended } from "./processes.ts";
import { Shaper } from "./shaper.ts";
import { type DockerFault, makeLeader, named } from "./striking.ts";

/**
 * What a node does to itself because FaultService tells it to: what neither Docker nor this kernel can do. A delay is
 * the kernel's where it has netem. Packets that come twice or out of order are hidden from the node by TCP, so messages
 * are doubled and reordered above it.
 */
export const toldFaults: readonly DockerFault[] = [
  { name: "the leader's messages are delayed", strike: delay },
  { name: "the leader's messages jitter", strike: jitter },
  { name: "the leader's messages come twice", strike: duplicate },
  { name: "the leader's messages come out of order", strike: reorder },
  { name: "the leader takes no turn", strike: pauseTurns },
  { name: "the leader's disk is slow", strike: slowDisk },
  { name: "a write of the leader fails", strike: failWrite },
];

/** About half an election timeout: it hurts and need not cost an election. */
const delayMs = 60;
const jitterMs = 40;
const doubledPart = 0.3;
const overtakenPart = 0.2;
/** For as long as the fault is in force: healing ends it. */
const turnPauseMs = 60_000;
const slowMs = 60;

/** Each message of the leader takes so much longer. */
export async function delay(cluster: DockerCluster, random: Random): Promise<Struck> {
  return late(cluster, await leading(cluster, random), `delay ${delayMs}ms`, { delayMs });
}

/** Each takes longer by another time, so that they come in bursts. */
export async function jitter(cluster: DockerCluster, random: Random): Promise<Struck> {
  return late(cluster, await leading(cluster, random), `delay ${jitterMs}ms ${jitterMs}ms`, { jitterMs: 2 * jitterMs });
}

/** Some messages to and from the leader come twice. */
export async function duplicate(cluster: DockerCluster, random: Random): Promise<Struck> {
  return told(cluster, await leading(cluster, random), { link: { duplicateRatio: doubledPart } });
}

/** Some are overtaken by those after them. */
export async function reorder(cluster: DockerCluster, random: Random): Promise<Struck> {
  return told(cluster, await leading(cluster, random), { link: { reorderRatio: overtakenPart } });
}

/** The leader neither reads its mail nor looks at its clock, and its sockets work all the same. */
export async function pauseTurns(cluster: DockerCluster, random: Random): Promise<Struck> {
  return told(cluster, await leading(cluster, random), { turn: { pauseMs: turnPauseMs } });
}

/** Each write to the leader's log and state takes so much longer. */
export async function slowDisk(cluster: DockerCluster, random: Random): Promise<Struck> {
  return told(cluster, await leading(cluster, random), { disk: { slowMs } });
}

/** A write fails under the leader, as a broken disk has it: the node stops and keeps its mouth shut. */
export async function failWrite(cluster: DockerCluster, random: Random): Promise<Struck> {
  const place = await leading(cluster, random);
  const caller = new FaultCaller(cluster.endpoint(place.id));
  const heal = async () => {
    caller.close();
    // One that did not stop would fail a later write: what a node was told, it forgets with its process.
    if (await place.isRunning()) await place.kill();
    await cluster.bringUp(place);
  };
  return struck(`${named([place])}, which led`, heal, async () => {
    await caller.set({ disk: { failWrites: true } });
    await until(`${named([place])} meets its broken disk`, seenWithinMs, async () =>
      (await place.isRunning()) ? undefined : true,
    );
    return ended(place, exitCodes.failed);
  });
}

/** A node that can be told to fail, and leads now. */
async function leading(cluster: DockerCluster, random: Random): Promise<Place> {
  const tellable = cluster.places.filter(({ hasFaultService }) => hasFaultService);
  const leader = await cluster.leader();
  const place = tellable.find(({ id }) => id === leader) ?? random.pick(tellable);
  await makeLeader(cluster, place);
  return place;
}

/** By the kernel, and where it cannot, by the node itself. */
async function late(cluster: DockerCluster, place: Place, netem: string, link: LinkFault): Promise<Struck> {
  const shaper = new Shaper(cluster.hand, place);
  // It is either in force by then, or nothing was done.
  if (!(await shaper.add(`netem ${netem}`))) return told(cluster, place, { link: { ...link, direction: "LINK_DIRECTION_OUT" } });
  return struck(
    `what ${named([place])} sends, which led`,
    () => shaper.remove(),
    () => shaper.seen(({ packets }) => packets > 0),
  );
}

async function told(cluster: DockerCluster, place: Place, request: SetFaultRequest): Promise<Struck> {
  const caller = new FaultCaller(cluster.endpoint(place.id));
  const heal = async () => {
    await caller.clear();
    caller.close();
  };
  return struck(`${named([place])}, which led`, heal, async () => {
    const id = await caller.set(request);
    return until("the node says that it struck", seenWithinMs, async () => {
      const found = (await caller.list()).find((fault) => fault.id === id);
      return found !== undefined && found.struck > 0 ? `it struck ${found.struck} times by the node's own count` : undefined;
    });
  });
}
