import { until } from "../../../cluster/until.ts";
import type { DockerCluster } from "../docker-cluster.ts";
import type { Place } from "../place.ts";
import { leaderOf } from "./striking.ts";

const joinWithinMs = 25_000;

/**
 * Starts a node that asks the leader to take it in, and once more whenever another one leads, until there is an answer:
 * a node that was told of a leader that is none any more would ask it for ever.
 */
export async function joinUntil<T>(
  what: string,
  { cluster, place }: { readonly cluster: DockerCluster; readonly place: Place },
  ask: () => Promise<T | undefined>,
): Promise<T> {
  let asked: Place | null = null;
  return until(what, joinWithinMs, async () => {
    const answer = asked === null ? undefined : await ask();
    if (answer !== undefined) return answer;
    const leader = await leaderOf(cluster);
    if (leader === asked || leader === place) return undefined;
    if (await place.isRunning()) await place.kill();
    asked = leader;
    place.relaunchAs({ ...place.launch, environment: cluster.joining(place, leader) });
    await place.start();
    return undefined;
  });
}
