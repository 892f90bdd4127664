import { randomUUID } from "node:crypto";
import type { DataDirectoryPorts } from "../storage/open.ts";
import { SystemClock } from "./clock.ts";

/** What a data directory needs of the machine it is on. */
export function systemPorts(): DataDirectoryPorts {
  return { clock: new SystemClock(), now: () => new Date().toISOString(), newDiskId: randomUUID };
}
