/** What `import ... from "balsa/client"` gives: a client of a cluster, without what a node needs. Nothing inside the project imports this but `balsa`. */
export { BalsaAdmin } from "../client/admin.ts";
export { BalsaClient, type ClientEvents } from "../client/client.ts";
export type { Election, LeaderSeen, Leadership } from "../client/locks/election.ts";
export type { HeldKey, Holding } from "../client/locks/held-key.ts";
export type { Lock } from "../client/locks/lock.ts";
export type { BalsaMap, Page } from "../client/map.ts";
export { BalsaError, type BalsaErrorCode, type BalsaErrorDetails } from "../client/values/balsa-error.ts";
export type { CallOptions } from "../client/values/call-options.ts";
export type { ChangeStream } from "../client/values/change-stream.ts";
export type {
  AddedNode,
  AddNodeOptions,
  ChangeAddressOptions,
  ClusterMembers,
  LinkState,
  MemberInfo,
  MemberRole,
  NodeRoleName,
  NodeStatus,
  PeerProgress,
  RemoveNodeOptions,
  ReplaceNodeOptions,
  SessionInfo,
  SessionPage,
  SnapshotProgressInfo,
  VerificationInfo,
} from "../client/values/cluster.ts";
export type {
  AttachOptions,
  BatchResult,
  Change,
  Command,
  CommandResult,
  Current,
  Expected,
  KeyValue,
  Value,
  WriteOptions,
} from "../client/values/messages.ts";
export type { ClientOptions, ClientTuning, GivenClientOptions } from "../client/values/options.ts";
export type { ReadOptions, ScanOptions } from "../client/values/read-options.ts";
export type { WatchOptions } from "../client/values/watch-options.ts";
export type { NodeErrorCode } from "../grpc/error-kinds.ts";
export type { GrpcStatus } from "../grpc/grpc-statuses.ts";
export type { Retry } from "../grpc/retry.ts";
