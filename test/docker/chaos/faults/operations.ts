import { BalsaAdmin } from "../../../../src/client/admin.ts";
import type { Random } from "../../../../src/sim/base/random.ts";
import { exitCodes } from "../../../../src/terminal/exit-codes.ts";
import { until } from "../../../support/until.ts";
import type { DockerCluster } from "../cluster/docker-cluster.ts";
import type { Launch, Place } from "../cluster/place.ts";
import { each } from "../each.ts";
import { struck } from "../struck.ts";
import type { Struck } from "../types.ts";
import { ended, stopped } from "./processes.ts";
import { type DockerFault, named, onlyRefused } from "./striking.ts";

/** What operators do to a cluster that works, and that it should hardly notice. */
export const operationFaults: readonly DockerFault[] = [
  { name: "rolling restart", strike: rollingRestart },
  { name: "rolling upgrade", strike: rollingUpgrade },
  { name: "a node joins and leaves", strike: joinAndLeave },
];

const joinWithinMs = 25_000;
const stepWithinMs = 20_000;
const adminTimeoutMs = 10_000;

/** Every node is stopped by SIGTERM and started again, one after the other, each once the one before has caught up. */
export async function rollingRestart(cluster: DockerCluster, random: Random): Promise<Struck> {
  const order = random.shuffled(cluster.places);
  const startedAt = new Map<Place, string>();
  for (const place of order) startedAt.set(place, (await place.inspect()).State.StartedAt);
  const heal = async () => void (await each(order, (place) => cluster.bringUp(place)));
  return struck(named(order), heal, async () => {
    for (const place of order) await restart(cluster, place);
    for (const place of order) {
      if ((await place.inspect()).State.StartedAt === startedAt.get(place)) throw new Error(`${named([place])} still runs.`);
    }
    return "every container ended with exit code 0 and was started anew";
  });
}

/**
 * Every node is taken to the previous image, one after the other, and is upgraded to the present one so when this is
 * healed: in both directions nodes of both versions make one cluster, and each takes over the disk of the other.
 */
export async function rollingUpgrade(cluster: DockerCluster, random: Random): Promise<Struck> {
  const { previous } = cluster.images;
  const order = random.shuffled(await downgradable(cluster));
  const present = new Map(order.map((place) => [place, place.launch]));
  const rollTo = async (launchOf: (launch: Launch) => Launch) => {
    for (const [place, launch] of present) {
      const next = launchOf(launch);
      if (place.launch.image === next.image) continue;
      place.relaunchAs(next);
      await restart(cluster, place);
    }
  };
  const before = await versions(cluster);
  return struck(
    named(order),
    () => rollTo((launch) => launch),
    async () => {
      await rollTo((launch) => ({ ...launch, image: previous, environment: withoutFaults(launch.environment) }));
      for (const place of order) {
        const { Config } = await place.inspect();
        if (Config.Image !== previous) throw new Error(`${named([place])} runs ${Config.Image}, not ${previous}.`);
      }
      return `all of them ran another image; version ${before} became ${await versions(cluster)}`;
    },
  );
}

/** Those whose disks the previous image reads: what a repair leaves, it need not know if it is older than the present source. */
async function downgradable(cluster: DockerCluster): Promise<Place[]> {
  if (!cluster.images.isPreviousOlder) return [...cluster.places];
  const asked = await each(cluster.places, async (place) => ({ place, status: await cluster.status(place.id) }));
  const found = asked.filter(({ place, status }) => status?.nodeId === place.id).map(({ place }) => place);
  if (found.length === 0) throw new Error("Every node was repaired, and an older image need not read its disk.");
  return found;
}

/** An older image may not have FaultService, and refuses settings that it does not know. */
function withoutFaults({ BALSA_FAULTS: _, ...rest }: Launch["environment"]): Launch["environment"] {
  return rest;
}

/** A sixth node joins by itself and gets a vote; at the end it is removed, and stops because it was. */
export async function joinAndLeave(cluster: DockerCluster): Promise<Struck> {
  const admin = new BalsaAdmin({ endpoints: cluster.endpoints(), requestTimeoutMs: adminTimeoutMs });
  const guest = cluster.occupySpare();
  const found = async () => {
    const { members, settled } = await admin.members();
    return { settled, member: members.find(({ peerAddress }) => peerAddress === `${guest.ip}:7000`), count: members.length };
  };
  let hasJoined = false;
  const heal = async () => {
    await until(`${named([guest])} is no member`, stepWithinMs, async () => {
      const { member, settled } = await found();
      if (member === undefined) return settled ? true : undefined;
      // Another change may be under way, or the leader another one by now: it is asked again.
      await admin.removeNode({ nodeId: member.nodeId }).catch(onlyRefused);
      return undefined;
    });
    if (hasJoined) {
      await until(`the removed ${named([guest])} stops`, stepWithinMs, async () => ((await guest.isRunning()) ? undefined : true));
      await ended(guest, exitCodes.notAMember);
    }
    await guest.remove();
    await cluster.hand.run('find "$1" -mindepth 1 -delete', cluster.hand.pathOf(guest.volume));
    cluster.vacate(guest.id);
  };
  return struck(named([guest]), heal, async () => {
    guest.relaunchAs({ ...guest.launch, environment: cluster.joining(guest) });
    await guest.start();
    return until(`${named([guest])} has a vote`, joinWithinMs, async () => {
      const { member, settled, count } = await found();
      hasJoined = member?.role === "MEMBER_ROLE_VOTER" && settled;
      return hasJoined ? `it is a voter under the id ${member?.nodeId}, one of ${count}` : undefined;
    });
  });
}

/** Stops the node, which must end as one that was asked to, starts it, and waits until it has what the leader had. */
async function restart(cluster: DockerCluster, place: Place): Promise<void> {
  await stopped(place);
  await place.start();
  await until(`${named([place])} has caught up`, stepWithinMs, async () => {
    const [leader, own] = [await cluster.status(await cluster.leader()), await cluster.status(place.id)];
    if (leader === null || own === null || own.leaderId !== leader.nodeId) return undefined;
    return own.appliedIndex >= leader.commitIndex ? true : undefined;
  });
}

async function versions(cluster: DockerCluster): Promise<string> {
  return [...new Set((await cluster.statuses()).map(({ version }) => version))].join(" and ");
}
