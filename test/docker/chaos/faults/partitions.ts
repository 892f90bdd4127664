import type { Random } from "../../../../src/sim/base/random.ts";
import { until } from "../../../support/until.ts";
import type { DockerCluster } from "../cluster/docker-cluster.ts";
import type { Place } from "../cluster/place.ts";
import { seenWithinMs, struck } from "../struck.ts";
import type { Struck } from "../types.ts";
import { cut, drop, Filter, type Rule } from "./filter.ts";
import { anyFollower, type DockerFault, leaderOf, minorityWithLeader, named, others } from "./striking.ts";

/** Who does not reach whom. Clients reach every node throughout, by another network. */
export const partitionFaults: readonly DockerFault[] = [
  { name: "disconnect the leader from its network", strike: disconnectLeader },
  { name: "disconnect a follower from its network", strike: disconnectFollower },
  { name: "partition with the leader in the minority", strike: leaderInMinority },
  { name: "partition with the leader in the majority", strike: leaderInMajority },
  { name: "majority ring", strike: majorityRing },
  { name: "bridge", strike: bridge },
  { name: "one-way: nobody hears the leader", strike: leaderUnheard },
  { name: "one-way: a follower hears nobody", strike: followerDeaf },
  { name: "a partition that moves", strike: movingPartition },
];

/** Often enough for two or three places in the time that a fault holds, seldom enough for an election in between. */
const movesEveryMs = 800;

/** The interface of the leader to its peers is gone: its sends fail at once. */
export async function disconnectLeader(cluster: DockerCluster): Promise<Struck> {
  return disconnected(cluster, await leaderOf(cluster));
}

/** The same of a follower. */
export async function disconnectFollower(cluster: DockerCluster, random: Random): Promise<Struck> {
  return disconnected(cluster, await anyFollower(cluster, random));
}

/** The leader and as many as make no majority hear nothing of the rest, which elects another one. */
export async function leaderInMinority(cluster: DockerCluster, random: Random): Promise<Struck> {
  const minority = await minorityWithLeader(cluster, random);
  const majority = others(cluster, minority);
  return filtered(
    cluster,
    `${named(minority)}, the first of which led, from ${named(majority)}`,
    cut(minority, majority),
    majority,
  );
}

/** As many as make no majority hear nothing of the leader and the rest; nobody needs another leader. */
export async function leaderInMajority(cluster: DockerCluster, random: Random): Promise<Struck> {
  const leader = await leaderOf(cluster);
  const minority = random.shuffled(others(cluster, [leader])).slice(0, Math.floor((cluster.places.length - 1) / 2));
  const majority = others(cluster, minority);
  return filtered(
    cluster,
    `${named(minority)} from ${named(majority)}, ${leader.id} of which led`,
    cut(minority, majority),
    majority,
  );
}

/** Everybody sees a majority, and no two the same: each only itself and its neighbours in a ring. */
export async function majorityRing(cluster: DockerCluster, random: Random): Promise<Struck> {
  const ring = random.shuffled(cluster.places);
  const reach = Math.floor(ring.length / 4);
  const distance = (a: number, b: number) => Math.min(Math.abs(a - b), ring.length - Math.abs(a - b));
  const rules = ring.flatMap((place, at) =>
    cut(
      [place],
      ring.filter((_, other) => other > at && distance(at, other) > reach),
    ),
  );
  return filtered(cluster, `the ring of ${named(ring)}`, rules);
}

/** Two sides that see nothing of each other, and one node that both see. */
export async function bridge(cluster: DockerCluster, random: Random): Promise<Struck> {
  const [middle, ...rest] = random.shuffled(cluster.places);
  const half = Math.floor(rest.length / 2);
  const [left, right] = [rest.slice(0, half), rest.slice(half)];
  return filtered(cluster, `${named(left)} from ${named(right)}; node ${middle?.id} sees both`, cut(left, right));
}

/** No packet of the leader comes to the others, while all of theirs come to it. */
export async function leaderUnheard(cluster: DockerCluster): Promise<Struck> {
  const leader = await leaderOf(cluster);
  const followers = others(cluster, [leader]);
  const rules = followers.map((other) => drop(leader, "to", other));
  return filtered(cluster, `what ${named([leader])} sends, which led`, rules, followers);
}

/** No packet comes to one follower, while all of its own arrive. */
export async function followerDeaf(cluster: DockerCluster, random: Random): Promise<Struck> {
  const follower = await anyFollower(cluster, random);
  const rules = others(cluster, [follower]).map((other) => drop(follower, "from", other));
  return filtered(cluster, `what is sent to ${named([follower])}`, rules, others(cluster, [follower]));
}

/** A minority, cut off, that is another one before the cluster has come to rest, again and again. */
export async function movingPartition(cluster: DockerCluster, random: Random): Promise<Struck> {
  const places = cluster.places;
  const size = Math.floor((places.length - 1) / 2);
  let filter: Filter | null = null;
  let moving: Repeated | null = null;
  const move = async () => {
    await filter?.remove();
    const order = random.shuffled(places);
    filter = new Filter(cluster.hand, cut(order.slice(0, size), order.slice(size)));
    await filter.add();
    return named(order.slice(0, size));
  };
  const heal = async () => {
    try {
      await moving?.stop();
    } finally {
      await filter?.remove();
    }
  };
  return struck(`${size} of ${named(places)} at a time`, heal, async () => {
    const seen: string[] = [];
    for (let moves = 0; moves < 2; moves += 1) seen.push(`${await move()} dropped ${await droppedBy(filter)} packets`);
    moving = repeat(movesEveryMs, move);
    return `${seen.join(", then ")}, and so on`;
  });
}

/** @param majority whoever still reaches a majority, if the rules part the nodes so clearly */
async function filtered(
  cluster: DockerCluster,
  what: string,
  rules: readonly Rule[],
  majority?: readonly Place[],
): Promise<Struck> {
  const filter = new Filter(cluster.hand, rules);
  const seen = await struck(
    what,
    () => filter.remove(),
    async () => {
      await filter.add();
      return `${rules.length} rules dropped ${await droppedBy(filter)} packets`;
    },
  );
  return { ...seen, ...(majority !== undefined && { majority: idsOf(majority) }) };
}

function idsOf(places: readonly Place[]): number[] {
  return places.map(({ id }) => id);
}

/** How many packets the rules have stopped, as soon as there are some. */
export function droppedBy(filter: Filter | null): Promise<number> {
  return until("packets are dropped", seenWithinMs, async () => {
    const dropped = (await filter?.dropped()) ?? 0;
    return dropped > 0 ? dropped : undefined;
  });
}

async function disconnected(cluster: DockerCluster, place: Place): Promise<Struck> {
  const seen = await struck(
    named([place]),
    () => place.connect(),
    async () => {
      await place.disconnect();
      if (await place.isConnected()) throw new Error(`${named([place])} is still connected.`);
      return `${place.ip} is no address of ${named([place])} any more`;
    },
  );
  return { ...seen, majority: idsOf(others(cluster, [place])) };
}

interface Repeated {
  /** Waits for what is under way. @throws what an act failed with, after which there was none any more */
  stop(): Promise<void>;
}

/** Acts again and again until it is stopped. */
function repeat(everyMs: number, act: () => Promise<unknown>): Repeated {
  let wake = () => {};
  let stopped = false;
  const loop = async () => {
    for (;;) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      if (stopped) return;
      await act();
    }
  };
  const running = loop();
  // Whoever stops it is told of its failure, and nobody before.
  running.catch(() => undefined);
  return {
    stop: () => {
      stopped = true;
      wake();
      return running;
    },
  };
}
