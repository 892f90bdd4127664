import type { DockerCluster } from "../docker-cluster.ts";
import type { Place } from "../place.ts";
import { struck } from "../struck.ts";
import type { Struck } from "../types.ts";
import { type DockerFault, leaderOf, makeLeader, named } from "./striking.ts";

/**
 * What happens to the time of day. A container has no such clock of its own: time namespaces shift the monotonic clocks
 * only, and whoever sets the machine's clock sets it for everybody. So the node's process is told a false time by
 * libfaketime, which answers in the place of the C library, and reads from a file how far off it is to be. The monotonic
 * clock stays true, as it does when an operator or a time service steps a machine's clock.
 */
export const clockFaults: readonly DockerFault[] = [
  { name: "set the leader's clock back", strike: clockBack },
  { name: "set the leader's clock forward", strike: clockForward },
];

const stepSeconds = 3_600;
/** What a reading may be away from what it should be, in seconds. */
const toleranceSeconds = 60;
const clockAt = "/clock";

/** The time of day goes back by an hour while the node leads. Nothing that the node decides may depend on it. */
export async function clockBack(cluster: DockerCluster): Promise<Struck> {
  return clockStepped(cluster, -stepSeconds);
}

/** The time of day is an hour later at once. No session ends before its time, and nobody campaigns. */
export async function clockForward(cluster: DockerCluster): Promise<Struck> {
  return clockStepped(cluster, stepSeconds);
}

async function clockStepped(cluster: DockerCluster, seconds: number): Promise<Struck> {
  const place = await leaderOf(cluster);
  const { launch } = place;
  const setClock = (offset: number) =>
    cluster.hand.run('printf "%+d\\n" "$2" > "$1"', `${cluster.hand.pathOf(cluster.clockVolume)}/n${place.id}`, String(offset));
  const environment = {
    ...launch.environment,
    LD_PRELOAD: `${clockAt}/libfaketime.so.1`,
    FAKETIME_TIMESTAMP_FILE: `${clockAt}/n${place.id}`,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
  const restart = async () => {
    if (await place.isRunning()) await place.stop();
    await cluster.bringUp(place);
  };
  const heal = async () => {
    place.relaunchAs(launch);
    await restart();
  };
  return struck(`${named([place])}, which led`, heal, async () => {
    await setClock(0);
    place.relaunchAs({ ...launch, environment, mounts: { [cluster.clockVolume]: clockAt } });
    await restart();
    // It gave up leadership when it was stopped.
    await makeLeader(cluster, place);
    await setClock(seconds);
    return offBy(place, seconds);
  });
}

/** The clock as every process of the container reads it now, the node's among them. @throws if it is right */
async function offBy(place: Place, seconds: number): Promise<string> {
  const loaded = await place.exec(["sh", "-c", "grep -l libfaketime /proc/[0-9]*/maps | wc -l"]);
  if (Number(loaded) === 0) throw new Error(`No process of ${named([place])} reads the false clock.`);
  const off = Number(await place.exec(["date", "+%s"])) - Date.now() / 1_000;
  if (Math.abs(off - seconds) > toleranceSeconds) throw new Error(`The clock of ${named([place])} is off by ${off} s.`);
  return `its clock is off by ${Math.round(off)} s`;
}
