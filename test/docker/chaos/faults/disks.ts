import { exitCodes } from "../../../../src/terminal/exit-codes.ts";
import { until } from "../../../support/until.ts";
import type { DockerCluster } from "../cluster/docker-cluster.ts";
import { seenWithinMs, struck } from "../struck.ts";
import type { Struck } from "../types.ts";
import { ended } from "./processes.ts";
import { type DockerFault, named } from "./striking.ts";

/** What happens to disks that have not lost anything. */
export const diskFaults: readonly DockerFault[] = [{ name: "a full disk", strike: fullDisk }];

/**
 * The file system of one node takes nothing more: the next write fails, and the node stops, for it cannot keep what it
 * would promise. Once there is room it is started again, by hand, and goes on from what it has.
 */
export async function fullDisk(cluster: DockerCluster): Promise<Struck> {
  const place = cluster.smallDisk;
  const disk = cluster.hand.pathOf(place.volume);
  const heal = async () => {
    await cluster.hand.run('rm -f "$1/filler"', disk);
    await cluster.bringUp(place);
  };
  return struck(`the disk of ${named([place])}`, heal, async () => {
    await cluster.hand.run('dd if=/dev/zero of="$1/filler" bs=1M 2>/dev/null; sync "$1"', disk);
    const left = (await cluster.hand.run('df --output=avail "$1" | tail -n 1', disk)).trim();
    await until(`${named([place])} meets its full disk`, seenWithinMs, async () => ((await place.isRunning()) ? undefined : true));
    return `${left} KiB are left; ${await ended(place, exitCodes.failed)}`;
  });
}
