import { BalsaAdmin } from "../../../../src/client/admin.ts";
import { BalsaError } from "../../../../src/client/values/balsa-error.ts";
import type { Random } from "../../../../src/sim/base/random.ts";
import { until } from "../../../support/until.ts";
import type { DockerCluster } from "../cluster/docker-cluster.ts";
import type { Place } from "../cluster/place.ts";
import { seenWithinMs } from "../struck.ts";
import type { Fault } from "../types.ts";

/** What the faults have in common: whom they choose, and how they speak of them. */

export type DockerFault = Fault<DockerCluster>;

export async function leaderOf(cluster: DockerCluster): Promise<Place> {
  return cluster.place(await cluster.leader());
}

export async function anyFollower(cluster: DockerCluster, random: Random): Promise<Place> {
  const leader = await cluster.leader();
  return random.pick(cluster.places.filter(({ id }) => id !== leader));
}

/** As many as there can be without a majority, the leader among them. */
export async function minorityWithLeader(cluster: DockerCluster, random: Random): Promise<Place[]> {
  const leader = await leaderOf(cluster);
  const others = random.shuffled(cluster.places.filter(({ id }) => id !== leader.id));
  return [leader, ...others].slice(0, Math.floor((cluster.places.length - 1) / 2));
}

/** As few as make a majority. */
export function anyMajority(cluster: DockerCluster, random: Random): Place[] {
  return random.shuffled(cluster.places).slice(0, Math.floor(cluster.places.length / 2) + 1);
}

export function others(cluster: DockerCluster, places: readonly Place[]): Place[] {
  return cluster.places.filter((place) => !places.includes(place));
}

/** "nodes 1, 3" */
export function named(places: readonly Place[]): string {
  return `${places.length === 1 ? "node" : "nodes"} ${places.map(({ id }) => id).join(", ")}`;
}

/** Hands leadership to this node, as soon as it can take it. */
export async function makeLeader(cluster: DockerCluster, place: Place): Promise<void> {
  const admin = new BalsaAdmin({ endpoints: cluster.endpoints(), requestTimeoutMs: seenWithinMs });
  await until(`${named([place])} leads`, seenWithinMs, async () => {
    const status = await cluster.status(place.id);
    if (status?.role === "ROLE_LEADER") return true;
    // It may lag behind still; then it is not the time, and it is tried again.
    if (status !== null) await admin.transferLeadership(status.nodeId).catch(onlyRefused);
    return undefined;
  });
}

/** For what the cluster may refuse now and do a moment later. @throws whatever is not a refusal */
export function onlyRefused(error: unknown): void {
  if (!(error instanceof BalsaError)) throw error;
}
