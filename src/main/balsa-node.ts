/** What `import ... from "balsa/node"` gives: a node inside a program. Nothing inside the project imports this but `balsa`. */

export { BalsaError, type BalsaErrorCode } from "../client/values/balsa-error.ts";
export { ConfigError } from "../config/config.ts";
export type { PeerView, View } from "../core/api.ts";
export { InvariantBroken } from "../core/assert.ts";
export type { CoreEvent } from "../core/events.ts";
export type { MessageType } from "../core/messages.ts";
export type {
  Index,
  Member,
  Members,
  MembersPlan,
  Millis,
  NodeId,
  ProgressState,
  Role as NodeRole,
  Term,
  TermRun,
} from "../core/types.ts";
export type { At, Housekeeping, Machine, ReadonlyRecords, Records, SessionEnd, SessionId } from "../machine/machine.ts";
export type { NodeEvent, ShellEvent } from "../node/ports/node-events.ts";
export { NotAMember, type NotAMemberReason } from "../node/ports/not-a-member.ts";
export type { PeerRefusal, StateDigest } from "../node/ports/ports.ts";
export { ReadRefused } from "../node/ports/read-refused.ts";
export { StateDiffers } from "../node/ports/state-differs.ts";
export { NoSurvivor, NotOfThisMachine, type Recovered, recoverCluster } from "../repair/recover.ts";
export { createNode, type NodeSettings } from "../server/embed/create-node.ts";
export type { BalsaNode, ReadRecordsOptions, RequestOptions, Submitted } from "../server/embed/embedded-node.ts";
export type { NodeMap } from "../server/embed/node-map.ts";
export { CannotListen } from "../server/node/peer-server.ts";
export {
  DataDirectoryError,
  DataLost,
  DirectoryInUse,
  DirectoryOfOtherCluster,
  DirectoryOfOtherNode,
  DirectoryUnusable,
  FoundingUnfinished,
  IdentityDamaged,
  IdentityMissing,
  JoinUnfinished,
  LogDamaged,
  LogMissing,
  LogOfOther,
  RecoveryUnfinished,
  StateAheadOfLog,
  StateDamaged,
  StateMissing,
  StateOfOther,
  StateRejected,
  TermMadeUp,
  UnknownFormatVersion,
  WriteFailed,
} from "../storage/files/errors.ts";
