import { FaultCaller } from "../../../support/fault-caller.ts";
import { each } from "../each.ts";
import type { Hand } from "./hand.ts";
import type { Images } from "./images.ts";
import type { Place } from "./place.ts";

/** A cluster whose faults were healed. */
export interface Healed {
  /** Those that have a node. */
  readonly places: readonly Place[];
  /** Those that have none. */
  readonly spares: readonly Place[];
  readonly hand: Hand;
  readonly images: Images;
}

/** What is left of faults in a cluster that was healed: nothing, or one sentence for each trace. */
export async function tracesOf(cluster: Healed): Promise<string[]> {
  const guests = cluster.spares.filter(({ hasContainer }) => hasContainer).map(({ id }) => `Node ${id} has a container still.`);
  return [...guests, ...(await each(cluster.places, (place) => tracesAt(cluster, place))).flat()];
}

async function tracesAt(cluster: Healed, place: Place): Promise<string[]> {
  const { State, HostConfig, NetworkSettings, Config } = await place.inspect();
  if (!State.Running || State.Paused) return [`Node ${place.id} is ${State.Status}.`];
  const inside = await cluster.hand.runInNetworkOf(await place.inspect(), "iptables -w -S; tc qdisc show");
  const disk = await cluster.hand.run('ls "$1"', cluster.hand.pathOf(place.volume));
  const addresses = Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
  const found: readonly (string | false)[] = [
    !addresses.includes(place.ip) && "is not connected to its peers",
    /-j DROP/.test(inside) && "drops packets",
    /tbf|netem/.test(inside) && "sends through a shaper",
    (HostConfig.CpuQuota ?? 0) > 0 && "has a quota of the processor",
    Config.Env.some((line) => line.startsWith("LD_PRELOAD")) && "has a false clock",
    place.launch.image !== cluster.images.shipped && "is of another version",
    /^filler$|^damaged-/m.test(disk) && "has something on its disk that is not its own",
    place.hasFaultService && (await isTold(place)) && "is told to fail",
  ];
  return found.filter((trace) => trace !== false).map((trace) => `Node ${place.id} ${trace}.`);
}

async function isTold({ endpoint }: Place): Promise<boolean> {
  const caller = new FaultCaller(endpoint);
  try {
    return (await caller.list()).length > 0;
  } finally {
    caller.close();
  }
}
