import { clockFaults } from "./clocks.ts";
import { diskFaults } from "./disks.ts";
import { operationFaults } from "./operations.ts";
import { partitionFaults } from "./partitions.ts";
import { processFaults } from "./processes.ts";
import type { DockerFault } from "./striking.ts";
import { trafficFaults } from "./traffic.ts";

/** Every fault there is, by its name. */
export const faults: ReadonlyMap<string, DockerFault> = new Map(
  [...processFaults, ...partitionFaults, ...trafficFaults, ...diskFaults, ...clockFaults, ...operationFaults].map((fault) => [
    fault.name,
    fault,
  ]),
);
