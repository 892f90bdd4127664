import type { Birth } from "../../node/founding/introduction.ts";
import type { LogDisk } from "../disks/log-disk.ts";
import type { StateDisk } from "../disks/state-disk.ts";

/** What is in a machine's data directory. */
export interface Directory {
  readonly diskId: string;
  /** Null while the cluster is still to begin. */
  birth: Birth | null;
  readonly log: LogDisk;
  readonly state: StateDisk;
}

/** As whoever copies the files of a stopped node gets it. */
export function copyOf({ diskId, birth, log, state }: Directory): Directory {
  return { diskId, birth, log: log.copy(), state: state.copy() };
}
