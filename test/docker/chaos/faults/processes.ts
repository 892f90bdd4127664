import type { Random } from "../../../../src/sim/base/random.ts";
import { exitCodes } from "../../../../src/terminal/exit-codes.ts";
import { until } from "../../../support/until.ts";
import type { DockerCluster } from "../cluster/docker-cluster.ts";
import type { Place } from "../cluster/place.ts";
import { each } from "../each.ts";
import { seenWithinMs, struck } from "../struck.ts";
import type { Struck } from "../types.ts";
import { anyFollower, anyMajority, type DockerFault, leaderOf, named } from "./striking.ts";

/** What happens to processes: they die, are stopped, stand still, or starve. */
export const processFaults: readonly DockerFault[] = [
  { name: "kill a follower", strike: killFollower },
  { name: "kill the leader", strike: killLeader },
  { name: "kill a majority", strike: killMajority },
  { name: "kill all at once", strike: killAll },
  { name: "restart a node", strike: restartOne },
  { name: "pause the leader", strike: pauseLeader },
  { name: "pause a follower", strike: pauseFollower },
  { name: "starve the leader of processor", strike: starveLeader },
];

/** Three milliseconds in each tenth of a second. */
const starvedPart = 0.03;
/** How the engine says that SIGKILL ended a container. */
const killedCode = 137;

/** kill -9 of a node that follows. It is started again at the end, on the disk that it had. */
export async function killFollower(cluster: DockerCluster, random: Random): Promise<Struck> {
  return killed(cluster, [await anyFollower(cluster, random)]);
}

/** kill -9 of the node that leads, by its own word of the moment before. */
export async function killLeader(cluster: DockerCluster): Promise<Struck> {
  const place = await leaderOf(cluster);
  return struck(
    named([place]),
    () => cluster.bringUp(place),
    async () => {
      const status = await cluster.status(place.id);
      if (status?.role !== "ROLE_LEADER") throw new Error(`${named([place])} does not lead any more.`);
      await place.kill();
      return `it led in term ${status.term}; ${await ended(place, killedCode)}`;
    },
  );
}

/** kill -9 of as few as leave no majority, at the same time. Nothing can be written until they are back. */
export async function killMajority(cluster: DockerCluster, random: Random): Promise<Struck> {
  return killed(cluster, anyMajority(cluster, random));
}

/** kill -9 of every node at the same time, as when the power fails. */
export async function killAll(cluster: DockerCluster): Promise<Struck> {
  return killed(cluster, cluster.places);
}

/** SIGTERM of one node: it hands over, closes its disk, and ends by itself. */
export async function restartOne(cluster: DockerCluster, random: Random): Promise<Struck> {
  const place = random.pick(cluster.places);
  return struck(
    named([place]),
    () => cluster.bringUp(place),
    async () => {
      await place.stop();
      return ended(place, exitCodes.done);
    },
  );
}

/** The leader gets no turn for longer than an election takes; then it goes on where it was, with all its clocks behind. */
export async function pauseLeader(cluster: DockerCluster): Promise<Struck> {
  return paused(await leaderOf(cluster));
}

/** A follower gets no turn. What the others send it fills its sockets, and it reads all of it at once afterwards. */
export async function pauseFollower(cluster: DockerCluster, random: Random): Promise<Struck> {
  return paused(await anyFollower(cluster, random));
}

/** The leader gets its turns in slices that are far apart: it works, much too slowly, and does not know it. */
export async function starveLeader(cluster: DockerCluster): Promise<Struck> {
  const place = await leaderOf(cluster);
  const before = await place.throttled();
  return struck(
    `${named([place])}, which led`,
    () => place.limitProcessor(null),
    async () => {
      await place.limitProcessor(starvedPart);
      return until("the processor is kept from it", seenWithinMs, async () => {
        const times = (await place.throttled()) - before;
        return times > 0 ? `the kernel made it wait ${times} times` : undefined;
      });
    },
  );
}

async function killed(cluster: DockerCluster, places: readonly Place[]): Promise<Struck> {
  const heal = async () => void (await each(places, (place) => cluster.bringUp(place)));
  return struck(named(places), heal, async () => {
    await each(places, (place) => place.kill());
    return (await each(places, (place) => ended(place, killedCode))).join("; ");
  });
}

async function paused(place: Place): Promise<Struck> {
  return struck(
    named([place]),
    () => place.unpause(),
    async () => {
      await place.pause();
      const { Paused } = (await place.inspect()).State;
      if (!Paused) throw new Error(`${named([place])} is not paused.`);
      return `the container of ${named([place])} is paused`;
    },
  );
}

/** SIGTERM, after which the node ends by itself, and well. Does nothing if it does not run. */
export async function stopped(place: Place): Promise<void> {
  if (!(await place.isRunning())) return;
  await place.stop();
  await ended(place, exitCodes.done);
}

/** @throws if the container runs, or ended in another way */
export async function ended(place: Place, exitCode: number): Promise<string> {
  const { State } = await place.inspect();
  if (State.Running || State.ExitCode !== exitCode) {
    throw new Error(`${named([place])} is ${State.Status} with exit code ${State.ExitCode}, not ended with ${exitCode}.`);
  }
  return `the container of ${named([place])} ended with exit code ${exitCode}`;
}
