import { connect } from "node:http2";
import { until } from "../../../support/until.ts";
import type { DockerCluster } from "../cluster/docker-cluster.ts";
import type { Place } from "../cluster/place.ts";
import { seenWithinMs, struck } from "../struck.ts";
import type { Struck } from "../types.ts";
import { stopped } from "./processes.ts";
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
/** A node that does not tell its time in so long does not tell it at all, in ms. */
const answerWithinMs = 2_000;
const clockAt = "/clock";

/** The time of day goes back by an hour while the node leads. Nothing that the node decides may depend on it. */
export async function clockBack(cluster: DockerCluster): Promise<Struck> {
  return clockStepped(cluster, -stepSeconds);
}

/** The time of day is an hour later at once. That ends no session and begins no campaign, as a test of its own looks for. */
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
    await stopped(place);
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
    const term = (await cluster.status(place.id))?.term;
    await setClock(seconds);
    return `${await offBy(place, seconds)}; it led in term ${term} by then`;
  });
}

/** What the node itself takes for the time of day. @throws if that is not so far off */
async function offBy(place: Place, seconds: number): Promise<string> {
  let off = Number.NaN;
  const what = () => `${named([place])} has a clock that is off by ${seconds} s; it is off by ${off} s`;
  await until(what, seenWithinMs, async () => {
    off = ((await dateOf(place.endpoint)) - Date.now()) / 1_000;
    return Math.abs(off - seconds) < toleranceSeconds ? true : undefined;
  });
  return `the node dates its answers ${Math.round(off)} s off`;
}

/** The date that a node gives its answers over HTTP, in ms since 1970: it looks at its clock once a second. */
function dateOf(endpoint: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const connection = connect(`http://${endpoint}`).on("error", reject);
    connection.setTimeout(answerWithinMs, () => connection.destroy(new Error(`${endpoint} does not answer.`)));
    const request = connection.request({ ":path": "/" }).on("error", reject);
    request.on("response", ({ date }) => {
      connection.destroy();
      resolve(Date.parse(String(date)));
    });
  });
}
