import { BalsaClient } from "../../../client/client.ts";
import { errorText } from "../../../terminal/error-text.ts";
import type { Measurement } from "../measure/measurement.ts";
import { percentile } from "../measure/statistics.ts";
import { keyOf, valueBytes } from "../measure/subject.ts";
import type { Context } from "./context.ts";

/** Few enough that a write's time is the cluster's, not that of a queue. */
const clients = 16;
const pauseMs = 5;
const value = Buffer.alloc(valueBytes, "v");

/** Stops each node as an operator would and starts it again, one after the other, while clients write. */
export async function measureRollingRestart(context: Context): Promise<Measurement> {
  const { cluster } = context;
  const writers = new Writers(cluster.clientAddresses);
  const worst: number[] = [];
  const order = [...context.roles.followers.map(({ id }) => id), context.roles.leader.id];
  await writers.run(context.options.warmUpMs);
  writers.takeLatencies();
  await writers.run(context.options.roundMs);
  const calm = writers.takeLatencies();
  const before = (await cluster.settled()).leader.state.term;
  for (const id of order) {
    const running = writers.runUntilStopped();
    await cluster.stopNode(id);
    cluster.startNode(id);
    await cluster.settled();
    await running.stop();
    worst.push(Math.max(...writers.takeLatencies()));
  }
  const elections = (await cluster.settled()).leader.state.term - before;
  writers.close();
  return {
    case: context.case,
    subject: cluster.subject.name,
    load: "BalsaClient",
    figures: [
      { name: "slowest write", unit: "ms", rounds: [Math.max(...worst)] },
      { name: "slowest write without restarts", unit: "ms", rounds: [Math.max(...calm)] },
      { name: "p50 without restarts", unit: "ms", rounds: [percentile(calm, 0.5)] },
      { name: "failed writes", unit: "", rounds: [writers.failures] },
      { name: "elections", unit: "", rounds: [elections] },
    ],
    usage: null,
    notes: [
      `Nodes ${order.join(", ")}, in this order, the leader last; slowest write of each, in ms: ${worst.map(Math.round).join(", ")}.`,
      ...(writers.firstFailure === null ? [] : [`The first failed write was told: ${writers.firstFailure}`]),
    ],
  };
}

/** Clients that write one after the other, each with a pause, and remember how long it took. */
class Writers {
  readonly #client: BalsaClient;
  #latenciesMs: number[] = [];
  #count = 0;
  failures = 0;
  firstFailure: string | null = null;

  constructor(endpoints: readonly string[]) {
    this.#client = new BalsaClient({ endpoints: [...endpoints] });
  }

  async run(ms: number): Promise<void> {
    const running = this.runUntilStopped();
    await new Promise((resolve) => setTimeout(resolve, ms));
    await running.stop();
  }

  runUntilStopped(): { stop(): Promise<void> } {
    let stopping = false;
    const loops = Array.from({ length: clients }, async () => {
      while (!stopping) {
        await this.#write();
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    });
    return {
      stop: async () => {
        stopping = true;
        await Promise.all(loops);
      },
    };
  }

  takeLatencies(): number[] {
    const latencies = this.#latenciesMs;
    this.#latenciesMs = [];
    return latencies;
  }

  close(): void {
    this.#client.close();
  }

  async #write(): Promise<void> {
    this.#count += 1;
    const startedAt = performance.now();
    try {
      await this.#client.set(keyOf(this.#count), value);
    } catch (error) {
      this.failures += 1;
      this.firstFailure ??= errorText(error);
    }
    this.#latenciesMs.push(performance.now() - startedAt);
  }
}
