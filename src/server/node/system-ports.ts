import { randomBytes, randomUUID } from "node:crypto";
import { incarnationDigits } from "../../core/members.ts";
import type { DataDirectoryPorts } from "../../storage/directory/open.ts";
import { SystemClock } from "./clock.ts";

/** What a data directory needs of the machine it is on. */
export function systemPorts(): DataDirectoryPorts {
  return { clock: new SystemClock(), now: () => new Date().toISOString(), newDiskId: randomUUID, newIncarnationId };
}

function newIncarnationId(): string {
  return randomBytes(incarnationDigits / 2).toString("hex");
}
