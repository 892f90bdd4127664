import { partitionFaults } from "./partitions.ts";
import { processFaults } from "./processes.ts";
import type { DockerFault } from "./striking.ts";

/** Every fault there is, by its name. */
export const faults: ReadonlyMap<string, DockerFault> = new Map(
  [...processFaults, ...partitionFaults].map((fault) => [fault.name, fault]),
);
