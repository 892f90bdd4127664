import { setTimeout as sleep } from "node:timers/promises";
import { fillState } from "../load/large-state.ts";
import type { Measurement } from "../measure/measurement.ts";
import { median } from "../measure/statistics.ts";
import type { Context } from "./context.ts";
import type { ExtensibleLoad } from "./long-run.ts";

const sampleMs = 100;
const roundMs = 2_000;
const roundsBefore = 5;
const installWithinMs = 600_000;
const mebibyte = 1024 * 1024;

/** Fills the state while a follower is down, brings it up by a snapshot under load, and compares the load with before. */
export async function measureInstall(context: Context, load: ExtensibleLoad): Promise<Measurement> {
  const { cluster, options, roles } = context;
  const [follower = roles.leader] = roles.followers;
  await cluster.stopNode(follower.id);
  await fillState(roles.leader.clientAddress, options.stateBytes);
  const before: number[] = [];
  await load.run({ ms: roundMs });
  for (let round = 0; round < roundsBefore; round += 1) before.push((await load.run({ ms: roundMs })).perSecond);
  cluster.startNode(follower.id);
  const startedAt = performance.now();
  const watch = new Watch(context, follower.id, roles.leader.id);
  const during: number[] = [];
  while (!(await watch.isInstalled())) {
    if (performance.now() - startedAt > installWithinMs) throw new Error("The snapshot was not installed in time.");
    during.push((await load.run({ ms: roundMs })).perSecond);
  }
  const { installedMs, leaderRssBytes, followerRssBytes } = watch.stop();
  const ms = installedMs - startedAt;
  load.close();
  await cluster.settled();
  const stateBytes = await cluster.diskBytesMax();
  return {
    case: context.case,
    subject: cluster.subject.name,
    load: load.name,
    figures: [
      { name: "from its start to installed", unit: "ms", rounds: [ms] },
      { name: "rate of installing, a second", unit: "MiB", rounds: [options.stateBytes / mebibyte / (ms / 1_000)] },
      { name: "most memory of the sender", unit: "MiB", rounds: [leaderRssBytes / mebibyte] },
      { name: "most memory of the receiver", unit: "MiB", rounds: [followerRssBytes / mebibyte] },
      { name: "writes before", unit: "/s", rounds: [median(before)] },
      { name: "writes meanwhile", unit: "/s", rounds: [median(during)] },
      { name: "meanwhile / before", unit: "", rounds: [median(during) / median(before)] },
      { name: "data of a node", unit: "MiB", rounds: [stateBytes / mebibyte] },
    ],
    usage: null,
    notes: [`Node ${roles.leader.id} sent to node ${follower.id}.`],
  };
}

/** Looks at both ends again and again. */
class Watch {
  readonly #context: Context;
  readonly #receiver: number;
  readonly #sender: number;
  readonly #address: string;
  readonly #done: Promise<void>;
  #installedMs: number | null = null;
  #leaderRssBytes = 0;
  #followerRssBytes = 0;

  constructor(context: Context, receiver: number, sender: number) {
    this.#context = context;
    this.#receiver = receiver;
    this.#sender = sender;
    this.#address = context.roles.followers.find(({ id }) => id === receiver)?.clientAddress ?? "";
    this.#done = this.#run();
  }

  async isInstalled(): Promise<boolean> {
    await Promise.race([this.#done, sleep(0)]);
    return this.#installedMs !== null;
  }

  stop() {
    const [leaderRssBytes, followerRssBytes] = [this.#leaderRssBytes, this.#followerRssBytes];
    return { installedMs: this.#installedMs ?? Number.NaN, leaderRssBytes, followerRssBytes };
  }

  async #run(): Promise<void> {
    const { cluster, roles } = this.#context;
    while (this.#installedMs === null) {
      const usage = cluster.usage();
      this.#leaderRssBytes = Math.max(this.#leaderRssBytes, usage.get(this.#sender)?.rssBytes ?? 0);
      this.#followerRssBytes = Math.max(this.#followerRssBytes, usage.get(this.#receiver)?.rssBytes ?? 0);
      // What it had applied when it went down is far behind what the leader had applied when it came up.
      const state = await cluster.subject.readState(this.#address);
      if (state !== null && state.appliedIndex > 2 * roles.leader.state.appliedIndex + sampleMs)
        this.#installedMs = performance.now();
      else await sleep(sampleMs);
    }
  }
}
