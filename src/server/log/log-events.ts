import type { Event } from "../core/events.ts";
import type { Area, Level } from "./log-levels.ts";

/** Where each event is logged and how loud: what happens seldom and matters to an operator is `info`. */
export const eventLogs: Readonly<Record<Event["type"], { readonly area: Area; readonly level: Exclude<Level, "silent"> }>> = {
  timerExpired: { area: "election", level: "info" },
  stateChange: { area: "election", level: "info" },
  termChange: { area: "election", level: "debug" },
  electionStarted: { area: "election", level: "debug" },
  voteGranted: { area: "election", level: "debug" },
  voteRefused: { area: "election", level: "debug" },
  leaderElected: { area: "election", level: "info" },
  leaderLost: { area: "election", level: "info" },
  wokeLate: { area: "election", level: "warn" },
  logAppended: { area: "replication", level: "trace" },
  logTruncated: { area: "replication", level: "info" },
  logCommitted: { area: "replication", level: "trace" },
  progressChanged: { area: "replication", level: "debug" },
  logCompacted: { area: "storage", level: "debug" },
  snapshotOffered: { area: "replication", level: "info" },
  snapshotProgress: { area: "replication", level: "debug" },
  snapshotInstalled: { area: "replication", level: "info" },
  membersChanged: { area: "election", level: "info" },
  learnerCaughtUp: { area: "replication", level: "info" },
  removed: { area: "election", level: "warn" },
  transferStarted: { area: "election", level: "info" },
  transferEnded: { area: "election", level: "info" },
  readServed: { area: "client", level: "trace" },
  scrubbed: { area: "storage", level: "debug" },
  scrubCutShort: { area: "storage", level: "warn" },
  damageFound: { area: "storage", level: "error" },
  stateDiffers: { area: "storage", level: "error" },
  diskStalled: { area: "storage", level: "warn" },
};
