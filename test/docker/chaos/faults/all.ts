import { clockFaults } from "./clocks.ts";
import { damageFaults } from "./damage.ts";
import { diskFaults } from "./disks.ts";
import { operationFaults } from "./operations.ts";
import { partitionFaults } from "./partitions.ts";
import { processFaults } from "./processes.ts";
import type { DockerFault } from "./striking.ts";
import { toldFaults } from "./told.ts";
import { trafficFaults } from "./traffic.ts";

/** Every fault there is. */
export const allFaults: readonly DockerFault[] = [
  ...processFaults,
  ...partitionFaults,
  ...trafficFaults,
  ...toldFaults,
  ...diskFaults,
  ...damageFaults,
  ...clockFaults,
  ...operationFaults,
];

/** @throws if there is none of this name */
export function faultNamed(name: string): DockerFault {
  const found = allFaults.find((fault) => fault.name === name);
  if (found === undefined) throw new Error(`There is no fault "${name}".`);
  return found;
}
