import type { sendUnaryData } from "@grpc/grpc-js";
import type { Millis, NodeId, Role } from "../core/types.ts";
import type { AdminServiceHandlers } from "../generated/balsa/admin/v1/AdminService.ts";
import type { GetMembersResponse } from "../generated/balsa/admin/v1/GetMembersResponse.ts";
import type { GetStatusResponse } from "../generated/balsa/admin/v1/GetStatusResponse.ts";
import type { Role as ProtoRole } from "../generated/balsa/admin/v1/Role.ts";
import type { Verification } from "../generated/balsa/admin/v1/Verification.ts";
import type { MachineStorage } from "../node/ports.ts";
import type { TransferProgress } from "../node/transfer-progress.ts";
import { answerTo, type Deadline, timeoutOf } from "./calls.ts";
import { type Failure, isFailure } from "./failure.ts";
import type { FaultsPort } from "./fault-service.ts";
import { MemberChanges } from "./member-changes.ts";
import { isSettled, type PeerLinkState, peerStatuses, protoMembersOf, snapshotProgressOf } from "./member-messages.ts";
import { leaderHint, type ServicePorts } from "./ports.ts";

export interface AdminOptions {
  readonly clusterId: string;
  readonly version: string;
  /** A change whose call has no earlier deadline is given up after so long, in ms. */
  readonly requestTimeoutMs: Millis;
}

export interface AdminPorts extends Pick<ServicePorts, "node"> {
  readonly state: Pick<MachineStorage, "summary">;
  /** Monotonic, as the core's view has it. */
  readonly now: () => Millis;
  /** State of the outgoing link to each peer. */
  readonly linkStates: () => ReadonlyMap<NodeId, PeerLinkState>;
  /** Snapshots on their way, from and to this node. */
  readonly transfers: () => readonly TransferProgress[];
  /** Messages of other clusters and for other nodes, refused since the start. */
  readonly strangersRefused: () => number;
  /** What this node has verified since its start. */
  readonly verification: () => Verification;
  /** Size of the data directory. May be some seconds old. */
  readonly diskBytes: () => number;
  /** The faults that this node may be told to have; null where none are allowed. */
  readonly faults: FaultsPort | null;
  readonly process: Pick<NodeJS.Process, "pid" | "uptime" | "memoryUsage">;
}

/** What operators call. */
export class AdminService {
  readonly #options: AdminOptions;
  readonly #ports: AdminPorts;
  readonly #changes: MemberChanges;

  constructor(options: AdminOptions, ports: AdminPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#changes = new MemberChanges(ports);
  }

  readonly handlers: AdminServiceHandlers = {
    GetStatus: (_call, callback) => callback(null, this.status()),
    GetMembers: (_call, callback) => callback(null, this.members()),
    AddNode: (call, callback) =>
      this.#changes.add(
        call.request,
        this.#timeoutOf(call),
        answer(callback, (id) => this.#added(id)),
      ),
    RemoveNode: (call, callback) =>
      this.#changes.remove(call.request.nodeId, call.request.force, this.#timeoutOf(call), answerTo(callback)),
    ReplaceNode: (call, callback) =>
      this.#changes.replace(
        call.request,
        this.#timeoutOf(call),
        answer(callback, (nodeId) => ({ nodeId })),
      ),
    PromoteLearner: (call, callback) => this.#changes.promote(call.request.nodeId, this.#timeoutOf(call), answerTo(callback)),
    CancelChange: (call, callback) => this.#changes.cancel(this.#timeoutOf(call), answerTo(callback)),
    ChangeAddress: (call, callback) => this.#changes.changeAddress(call.request, this.#timeoutOf(call), answerTo(callback)),
    TransferLeadership: (call, callback) =>
      this.#changes.transfer(
        call.request.nodeId,
        this.#timeoutOf(call),
        answer(callback, (nodeId) => ({ nodeId })),
      ),
  };

  status(): GetStatusResponse {
    const { clusterId, version } = this.#options;
    const { node, state, process, diskBytes, strangersRefused, linkStates, now, transfers, verification, faults } = this.#ports;
    const { view } = node;
    return {
      clusterId,
      nodeId: view.id,
      role: roles[view.role],
      term: view.term,
      leaderId: view.leader ?? 0,
      firstIndex: view.firstIndex,
      lastIndex: view.lastIndex,
      commitIndex: view.commitIndex,
      appliedIndex: node.appliedIndex,
      peers: peerStatuses(view, linkStates(), now()),
      members: protoMembersOf(view.members),
      snapshots: snapshotProgressOf(transfers(), view.id),
      diskBytes: diskBytes(),
      version,
      uptimeMs: Math.round(process.uptime() * 1_000),
      leaderAddress: leaderHint(this.#ports)?.address ?? "",
      processId: process.pid,
      strangersRefused: strangersRefused(),
      memoryBytes: process.memoryUsage.rss(),
      stateDigest: state.summary(),
      verification: verification(),
      faultsEnabled: faults !== null,
    };
  }

  members(): GetMembersResponse {
    const { node, linkStates, now, transfers } = this.#ports;
    const { view } = node;
    const known = {
      clusterId: this.#options.clusterId,
      members: protoMembersOf(view.members),
      index: view.membersIndex,
      settled: isSettled(view),
      leaderId: view.leader ?? 0,
      leaderAddress: leaderHint(this.#ports)?.address ?? "",
    };
    if (view.role !== "leader") return known;
    const progress = peerStatuses(view, linkStates(), now());
    return { ...known, lastIndex: view.lastIndex, progress, snapshots: snapshotProgressOf(transfers(), view.id) };
  }

  #added(nodeId: NodeId) {
    return { nodeId, clusterId: this.#options.clusterId, members: protoMembersOf(this.#ports.node.view.members) };
  }

  #timeoutOf(call: Deadline): Millis {
    return timeoutOf(call, this.#options.requestTimeoutMs);
  }
}

/** Answers a call about one node. */
function answer<Response extends object>(
  callback: sendUnaryData<Response>,
  responseOf: (id: NodeId) => Response,
): (answer: { id: NodeId } | Failure) => void {
  const done = answerTo(callback);
  return (answer) => done(isFailure(answer) ? answer : responseOf(answer.id));
}

const roles: Readonly<Record<Role, ProtoRole>> = {
  follower: "ROLE_FOLLOWER",
  preCandidate: "ROLE_PRE_CANDIDATE",
  candidate: "ROLE_CANDIDATE",
  leader: "ROLE_LEADER",
};
