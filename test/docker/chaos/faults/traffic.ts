import type { DockerCluster } from "../cluster/docker-cluster.ts";
import { CannotStrike } from "../strikes.ts";
import { struck } from "../struck.ts";
import type { Struck } from "../types.ts";
import { drop, Filter } from "./filter.ts";
import { droppedBy } from "./partitions.ts";
import { Shaper } from "./shaper.ts";
import { type DockerFault, leaderOf, named, others } from "./striking.ts";

/** What happens to packets that are on their way, by means of the kernel. */
export const trafficFaults: readonly DockerFault[] = [
  { name: "packets to and from the leader are lost", strike: losePackets },
  { name: "the leader's bandwidth is narrow", strike: narrowBandwidth },
];

const lostPart = 0.2;
const narrow = "rate 256kbit burst 4kb latency 400ms";

/** One packet in five is lost in either direction; the connections make up for it, slowly. */
export async function losePackets(cluster: DockerCluster): Promise<Struck> {
  const leader = await leaderOf(cluster);
  const rules = others(cluster, [leader]).flatMap((other) => [
    drop(leader, "from", other, lostPart),
    drop(leader, "to", other, lostPart),
  ]);
  const filter = new Filter(cluster.hand, rules);
  return struck(
    `${named([leader])}, which led`,
    () => filter.remove(),
    async () => {
      await filter.add();
      return `${await droppedBy(filter)} packets were lost`;
    },
  );
}

/** What the leader sends to its peers goes through a pipe of 32 kB/s, and waits in a queue before it. */
export async function narrowBandwidth(cluster: DockerCluster): Promise<Struck> {
  const leader = await leaderOf(cluster);
  const shaper = new Shaper(cluster.hand, leader);
  return struck(
    `what ${named([leader])} sends, which led`,
    () => shaper.remove(),
    async () => {
      if (!(await shaper.add(`tbf ${narrow}`))) throw new CannotStrike("This kernel has no tbf.");
      return shaper.seen(({ dropped, overlimits }) => dropped + overlimits > 0);
    },
  );
}
