import { judgeHistory } from "../../src/sim/checks/linearizable.ts";
import type { Cluster } from "../support/harness.ts";
import { UnaryCaller } from "../support/unary-caller.ts";
import type { Workload } from "../support/workload.ts";

/**
 * What must hold after any harm, once the cluster is whole again: every acknowledged write is there, every read fits
 * one order of all operations, and every node has come to the same map.
 */
export async function expectSound(cluster: Cluster, load: Workload): Promise<void> {
  await load.stop();
  await cluster.settled();
  await expectSoundAt(cluster.endpoints, load);
}

/** The same, of whatever nodes are members now; they must have applied all. */
export async function expectSoundAt(endpoints: readonly string[], load: Workload): Promise<void> {
  expect(judgeHistory(load.history)).toEqual({ type: "linearizable" });
  const maps = await Promise.all(endpoints.map(mapOf));
  const [first = new Map<string, string>()] = maps;
  expect(lost(load.kept, first)).toEqual([]);
  for (const map of maps) expect(map).toEqual(first);
}

/** Acknowledged writes that are not in the map. */
export function lost(kept: ReadonlyMap<string, string>, map: ReadonlyMap<string, string>): string[] {
  return [...kept].filter(([key, value]) => map.get(key) !== value).map(([key]) => key);
}

async function mapOf(endpoint: string): Promise<ReadonlyMap<string, string>> {
  const caller = new UnaryCaller({ endpoint, timeoutMs: 10_000 });
  try {
    return await caller.scanAll({ local: true });
  } finally {
    caller.close();
  }
}
