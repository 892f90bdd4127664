import { subscribe } from "node:diagnostics_channel";
import { BalsaClient } from "../../../client/client.ts";
import { errorText } from "../../../terminal/error-text.ts";

/** A process full of clients that write large values, each one after the other: a part of the case `herd`. */

export interface HerdTask {
  readonly endpoints: readonly string[];
  readonly clients: number;
  readonly valueBytes: number;
  readonly ms: number;
  /** Whether clients look about while answers do not come, as they usually do. */
  readonly looksAbout: boolean;
}

export interface HerdResult {
  readonly writes: number;
  readonly failures: number;
  readonly firstFailure: string | null;
  /** Writes that were sent once more. */
  readonly repeats: number;
  /** Connections that were begun, those at the start included. */
  readonly connections: number;
}

const requestTimeoutMs = 30_000;
/** Longer than the case lasts. */
const neverMs = 600_000;
const failurePauseMs = 50;

async function run({ endpoints, clients, valueBytes, ms, looksAbout }: HerdTask): Promise<HerdResult> {
  let connections = 0;
  subscribe("net.client.socket", () => {
    connections += 1;
  });
  const until = performance.now() + ms;
  const totals = { writes: 0, failures: 0, firstFailure: null as string | null };
  const all = Array.from({ length: clients }, () => {
    return new BalsaClient({ endpoints, requestTimeoutMs, ...(looksAbout ? {} : { answerCheckMs: neverMs }) });
  });
  const loops = all.map(async (client, place) => {
    const value = Buffer.alloc(valueBytes, place);
    while (performance.now() < until) {
      try {
        await client.set(`herd/${process.pid}/${place}`, value);
        // What is answered too late does not count.
        if (performance.now() < until) totals.writes += 1;
      } catch (error) {
        totals.failures += 1;
        totals.firstFailure ??= errorText(error);
        await new Promise((resolve) => setTimeout(resolve, failurePauseMs));
      }
    }
  });
  const over = new Promise((resolve) => setTimeout(resolve, ms));
  await Promise.race([Promise.all(loops), over]);
  return { ...totals, repeats: all.reduce((sum, client) => sum + client.repeatedWrites, 0), connections };
}

process.once("message", (task: HerdTask) => {
  run(task).then((result) => process.send?.(result, () => process.exit(0)));
});
process.once("disconnect", () => process.exit(1));
