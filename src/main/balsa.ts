/** What `import ... from "balsa"` gives. Nothing inside the project imports this. */
export { BalsaAdmin } from "../client/admin.ts";
export { BalsaError } from "../client/balsa-error.ts";
export { BalsaClient, type Page, type ReadOptions, type ScanOptions } from "../client/client.ts";
export type {
  BatchResult,
  Change,
  Command,
  CommandResult,
  Current,
  Expected,
  KeyValue,
  Value,
  WriteOptions,
} from "../client/messages.ts";
export type { ClientOptions } from "../client/options.ts";
export type { Watch, WatchOptions } from "../client/watch.ts";
export type { PeerView, View } from "../core/api.ts";
export type { Event } from "../core/events.ts";
export type { Index, Member, Members, MembersPlan, Millis, NodeId, ProgressState, Role as NodeRole, Term } from "../core/types.ts";
export type { AddNodeRequest } from "../generated/balsa/admin/v1/AddNodeRequest.ts";
export type { AddNodeResponse__Output } from "../generated/balsa/admin/v1/AddNodeResponse.ts";
export type { ChangeAddressRequest } from "../generated/balsa/admin/v1/ChangeAddressRequest.ts";
export type { GetMembersResponse__Output } from "../generated/balsa/admin/v1/GetMembersResponse.ts";
export type { GetStatusResponse__Output } from "../generated/balsa/admin/v1/GetStatusResponse.ts";
export type { LinkState, LinkState__Output } from "../generated/balsa/admin/v1/LinkState.ts";
export type { Member__Output } from "../generated/balsa/admin/v1/Member.ts";
export type { MemberRole, MemberRole__Output } from "../generated/balsa/admin/v1/MemberRole.ts";
export type { PeerStatus__Output } from "../generated/balsa/admin/v1/PeerStatus.ts";
export type { RemoveNodeRequest } from "../generated/balsa/admin/v1/RemoveNodeRequest.ts";
export type { ReplaceNodeRequest } from "../generated/balsa/admin/v1/ReplaceNodeRequest.ts";
export type { Role, Role__Output } from "../generated/balsa/admin/v1/Role.ts";
export type { SnapshotProgress__Output } from "../generated/balsa/admin/v1/SnapshotProgress.ts";
export type { StateDigest__Output } from "../generated/balsa/admin/v1/StateDigest.ts";
export type { Verification__Output } from "../generated/balsa/admin/v1/Verification.ts";
export type { At, Housekeeping, Machine, ReadonlyRecords, Records, SessionEnd, SessionId } from "../machine/machine.ts";
export { ConfigError } from "./config.ts";
export { createNode, type NodeSettings } from "./create-node.ts";
export type { BalsaNode, ReadRecordsOptions, RequestOptions, Submitted } from "./embedded-node.ts";
export { NodeError } from "./node-error.ts";
export { type Recovered, recoverCluster } from "./repair/recover.ts";
