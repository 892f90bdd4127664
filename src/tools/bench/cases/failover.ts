import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "@grpc/grpc-js";
import { openChannel } from "../../../grpc/channel.ts";
import type { Measurement } from "../measure/measurement.ts";
import { percentile } from "../measure/statistics.ts";
import type { Operation } from "../measure/subject.ts";
import type { Roles } from "../subjects/cluster.ts";
import type { Context } from "./context.ts";

/** A write is sent to one of the survivors this often, to each in turn, until one is acknowledged. */
const probeEveryMs = 5;
const giveUpAfterMs = 30_000;
const callTimeoutMs = 10_000;
/** Longest wait before a kill, in ms: longer than the pause between two heartbeats of either subject. */
const idleMsMax = 200;

/** Kills the leader again and again, starting it again each time, and measures how long no write is acknowledged. */
export async function measureFailover(context: Context): Promise<Measurement> {
  const { cluster, options } = context;
  const times: number[] = [];
  for (let count = 0; count < options.failovers; count += 1) {
    const roles = await cluster.settled();
    times.push(await failover(context, roles));
    await cluster.ended(roles.leader.id);
    cluster.startNode(roles.leader.id);
  }
  return {
    case: context.case,
    subject: cluster.subject.name,
    load: "grpc-js",
    figures: [
      { name: "p50", unit: "ms", rounds: [percentile(times, 0.5)] },
      { name: "p95", unit: "ms", rounds: [percentile(times, 0.95)] },
      { name: "max", unit: "ms", rounds: [Math.max(...times)] },
    ],
    usage: null,
    notes: [`${times.length} kills; in ms: ${times.map(Math.round).join(", ")}.`],
  };
}

async function failover({ cluster }: Context, { leader, followers }: Roles): Promise<number> {
  const probes = followers.map(({ clientAddress }) => new Probe(clientAddress, cluster.subject.write));
  try {
    await Promise.all(probes.map((probe) => probe.write()));
    // The kill falls anywhere between two heartbeats.
    await sleep(Math.random() * idleMsMax);
    const killedAt = performance.now();
    cluster.killNode(leader.id);
    return (await firstAcknowledgement(probes)) - killedAt;
  } finally {
    for (const probe of probes) probe.close();
  }
}

/** When the first of many writes, all sent from now on, is acknowledged. */
function firstAcknowledgement(probes: readonly Probe[]): Promise<number> {
  return new Promise((resolve, reject) => {
    let turn = 0;
    const end = () => {
      clearInterval(timer);
      clearTimeout(giveUp);
    };
    const timer = setInterval(() => {
      const probe = probes[turn % probes.length];
      turn += 1;
      probe?.write().then(
        () => {
          end();
          resolve(performance.now());
        },
        () => undefined,
      );
    }, probeEveryMs);
    const giveUp = setTimeout(() => {
      end();
      reject(new Error(`No write was acknowledged within ${giveUpAfterMs / 1_000} s of the leader's end.`));
    }, giveUpAfterMs);
  });
}

/** A client of one survivor, connected before the leader is killed. */
class Probe {
  readonly #client: Client;
  readonly #operation: Operation;
  #count = 0;

  constructor(address: string, operation: Operation) {
    this.#client = openChannel(address);
    this.#operation = operation;
  }

  write(): Promise<void> {
    const { path, request, readAnswer } = this.#operation;
    this.#count += 1;
    const message = request(this.#count);
    return new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + callTimeoutMs };
      const asIs = (bytes: Buffer) => bytes;
      this.#client.makeUnaryRequest(path, asIs, readAnswer, message, options, (error) => (error ? reject(error) : resolve()));
    });
  }

  close(): void {
    this.#client.close();
  }
}
