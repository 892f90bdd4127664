import type { Random } from "../../../../src/sim/base/random.ts";
import { exitCodes } from "../../../../src/terminal/exit-codes.ts";
import { until } from "../../../support/until.ts";
import type { DockerCluster } from "../cluster/docker-cluster.ts";
import type { Place } from "../cluster/place.ts";
import { seenWithinMs, struck } from "../struck.ts";
import type { Struck } from "../types.ts";
import { ended } from "./processes.ts";
import { anyFollower, type DockerFault, named } from "./striking.ts";

/**
 * What happens to disks that have lost something. The node is killed, its disk damaged, and the node started: it must
 * refuse to go on. The way back is the documented one, `balsa node rejoin`, after which it is started as it was before.
 */
export const damageFaults: readonly DockerFault[] = [
  { name: "bytes of a log are flipped", strike: flipBytes },
  { name: "a file of a log is deleted", strike: deleteFile },
  { name: "a disk is wiped", strike: wipeDisk },
];

const repairWithinMs = 30_000;

/** One bit here and there in all that the log consists of, too many for any of it to be whole. */
export async function flipBytes(cluster: DockerCluster, random: Random): Promise<Struck> {
  const script = `
    const { readdirSync, readFileSync, writeFileSync } = require("node:fs");
    for (const name of readdirSync("log").filter((name) => /\\.(log|ldb)$/.test(name))) {
      const bytes = readFileSync("log/" + name);
      for (let at = 20; at < bytes.length; at += 64) bytes[at] ^= 1;
      writeFileSync("log/" + name, bytes);
    }`;
  return damaged(cluster, await anyFollower(cluster, random), `node -e '${script}'`, exitCodes.storage);
}

/** The newest file of the log is gone; what is left opens as a database that is whole, and lacks the latest. */
export async function deleteFile(cluster: DockerCluster, random: Random): Promise<Struck> {
  const line = 'rm "$(ls -t log/*.log log/*.ldb 2>/dev/null | head -n 1)"';
  return damaged(cluster, await anyFollower(cluster, random), line, exitCodes.storage);
}

/** Nothing is left, not even who the node was. Its old id would let it vote a second time; the others know better. */
export async function wipeDisk(cluster: DockerCluster, random: Random): Promise<Struck> {
  // Before that nobody could tell it from a disk that is there for the first time.
  await until("the members know every disk", seenWithinMs, async () => {
    const statuses = await cluster.statuses();
    const areKnown = statuses.every(({ members }) => members.every(({ diskId }) => diskId !== ""));
    return statuses.length === cluster.places.length && areKnown ? true : undefined;
  });
  return damaged(cluster, await anyFollower(cluster, random), "find . -mindepth 1 -delete", exitCodes.notAMember);
}

/** @param line what a shell is to do in the data directory @param exitCode how the node must end when it is started */
async function damaged(cluster: DockerCluster, place: Place, line: string, exitCode: number): Promise<Struck> {
  const before = (await cluster.status(place.id))?.nodeId;
  return struck(
    `${named([place])}, with the id ${before}`,
    () => rejoin(cluster, place),
    async () => {
      await place.kill();
      await cluster.hand.run(`cd "$1" && ${line}`, cluster.hand.pathOf(place.volume));
      await place.start();
      await until(`${named([place])} refuses to go on`, seenWithinMs, async () => ((await place.isRunning()) ? undefined : true));
      return ended(place, exitCode);
    },
  );
}

/** Repairs a node as an operator does: stopped, one command, and started with the same settings as ever, its old id among them. */
export async function rejoin(cluster: DockerCluster, place: Place): Promise<void> {
  if (await place.isRunning()) await place.kill();
  await runBalsa(place, ["node", "rejoin"]);
  // What was set aside is kept for whoever wants to look at it, and here nobody does.
  await cluster.hand.run('rm -rf "$1"/damaged-*', cluster.hand.pathOf(place.volume));
  await cluster.bringUp(place);
  // Until then its old id counts as a voter that is down, and one failure more than planned is one too many.
  await until(`${named([place])} has a vote again`, repairWithinMs, async () => {
    const status = await cluster.status(place.id);
    return status?.members.some(({ nodeId, role }) => nodeId === status.nodeId && role === "MEMBER_ROLE_VOTER") || undefined;
  });
}

/** Runs the command line in the place of the stopped node, on its disk and in its network. @throws with what it said */
export async function runBalsa(place: Place, args: readonly string[]): Promise<void> {
  const { launch } = place;
  place.relaunchAs({ ...launch, command: ["balsa", ...args] });
  await place.start();
  try {
    await until(`balsa ${args.join(" ")} has ended`, repairWithinMs, async () => ((await place.isRunning()) ? undefined : true));
    await ended(place, exitCodes.done);
  } catch (error) {
    throw new Error(`${String(error)} It said: ${(await place.logs()).slice(-2_000)}`);
  } finally {
    place.relaunchAs(launch);
  }
}
