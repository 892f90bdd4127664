import type { sendUnaryData } from "@grpc/grpc-js";
import type { Millis, NodeId, Role } from "../../core/types.ts";
import type { Figure, FiguresOf, FigureValue } from "../../declared/figures.ts";
import { countOf } from "../../declared/histogram.ts";
import type { AdminServiceHandlers } from "../../generated/balsa/admin/v1/AdminService.ts";
import type { Figure as ProtoFigure } from "../../generated/balsa/admin/v1/Figure.ts";
import type { FigureKind } from "../../generated/balsa/admin/v1/FigureKind.ts";
import type { GetMembersResponse } from "../../generated/balsa/admin/v1/GetMembersResponse.ts";
import type { GetStatusResponse } from "../../generated/balsa/admin/v1/GetStatusResponse.ts";
import type { Role as ProtoRole } from "../../generated/balsa/admin/v1/Role.ts";
import type { Verification } from "../../generated/balsa/admin/v1/Verification.ts";
import { sessionLimits } from "../../machine/sessions.ts";
import type { MachineStorage } from "../../node/ports/ports.ts";
import type { SnapshotProgress } from "../../node/ports/snapshot-progress.ts";
import { answerTo, type Deadline, timeoutOf } from "../answers/calls.ts";
import { type Failure, failure, isFailure } from "../answers/failure.ts";
import { leaderHint, type ServicePorts } from "../answers/ports.ts";
import type { FaultsPort } from "../faults/fault-service.ts";
import { SessionCount, type sessionFigures } from "../sessions/session-count.ts";
import type { SessionList } from "../sessions/session-list.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { MemberChanges } from "./member-changes.ts";
import { isSettled, type PeerLinkState, peerStatuses, protoMembersOf, snapshotProgressOf } from "./member-messages.ts";

export interface AdminOptions {
  readonly clusterId: string;
  /** The life of the cluster that this node belongs to. */
  readonly incarnationId: string;
  readonly version: string;
  /** Longest time a change may take, in ms; a client may ask for a shorter one. */
  readonly requestTimeoutMs: Millis;
}

/** What is known of sessions, and how they are ended. */
export interface AdminSessions {
  readonly list: SessionList;
  readonly sessions: Pick<Sessions, "end">;
}

export interface AdminPorts extends Pick<ServicePorts, "node"> {
  readonly state: Pick<MachineStorage, "summary">;
  /** Monotonic, as the core's view has it. */
  readonly now: () => Millis;
  /** State of the outgoing link to each peer. */
  readonly linkStates: () => ReadonlyMap<NodeId, PeerLinkState>;
  /** Snapshots on their way, from and to this node. */
  readonly transfers: () => readonly SnapshotProgress[];
  /** Messages of other clusters and for other nodes, refused since the start. */
  readonly strangersRefused: () => number;
  readonly messagesRefused: () => number;
  /** What this node has verified since its start. */
  readonly verification: () => Verification;
  /** Size of the data directory. May be some seconds old. */
  readonly diskBytes: () => number;
  readonly figures: () => readonly FigureValue[];
  /** The faults that this node may be told to have; null where none are allowed. */
  readonly faults: FaultsPort | null;
  readonly process: Pick<NodeJS.Process, "pid" | "uptime" | "memoryUsage">;
}

/** What operators call. */
export class AdminService {
  readonly #options: AdminOptions;
  readonly #ports: AdminPorts;
  readonly #changes: MemberChanges;
  readonly #sessions: AdminSessions | null;
  readonly #count: SessionCount | null;

  /** @param sessions null where what is replicated has none */
  constructor(options: AdminOptions, ports: AdminPorts, sessions: AdminSessions | null) {
    this.#sessions = sessions;
    this.#count = sessions === null ? null : new SessionCount(sessions.list);
    this.#options = options;
    this.#ports = ports;
    this.#changes = new MemberChanges(ports);
  }

  readonly handlers: AdminServiceHandlers = {
    GetStatus: ({ request: { withFigures } }, callback) => {
      if (this.#count === null) callback(null, this.status(0, withFigures));
      else this.#count.tell((count) => callback(null, this.status(count, withFigures)));
    },
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
    ListSessions: (call, callback) => {
      const done = answerTo(callback);
      if (this.#sessions === null) done(failure("NO_SESSIONS"));
      else this.#sessions.list.page(call.request, this.#timeoutOf(call), done);
    },
    EndSession: (call, callback) => {
      const done = answerTo(callback);
      if (this.#sessions === null) done(failure("NO_SESSIONS"));
      else this.#sessions.sessions.end(call.request, this.#timeoutOf(call), done);
    },
  };

  /** Null where what is replicated has no sessions. */
  get sessionFigures(): FiguresOf<typeof sessionFigures> | null {
    return this.#count?.figures ?? null;
  }

  /** @param sessions how many there are */
  status(sessions: number, withFigures: boolean): GetStatusResponse {
    const { clusterId, incarnationId, version } = this.#options;
    const { node, state, process, diskBytes, linkStates, now, transfers, verification, faults } = this.#ports;
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
      strangersRefused: this.#ports.strangersRefused(),
      messagesRefused: this.#ports.messagesRefused(),
      memoryBytes: process.memoryUsage.rss(),
      stateDigest: state.summary(),
      verification: verification(),
      faultsEnabled: faults !== null,
      sessions,
      sessionsMax: this.#sessions === null ? 0 : sessionLimits.sessionsMax,
      incarnationId,
      figures: withFigures ? this.#ports.figures().map(protoFigure) : [],
    };
  }

  members(): GetMembersResponse {
    const { node, linkStates, now, transfers } = this.#ports;
    const { view } = node;
    const known = {
      clusterId: this.#options.clusterId,
      incarnationId: this.#options.incarnationId,
      members: protoMembersOf(view.members),
      term: view.term,
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
    const { clusterId, incarnationId } = this.#options;
    return { nodeId, clusterId, incarnationId, members: protoMembersOf(this.#ports.node.view.members) };
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

function protoFigure({ name, kind, unit, value }: FigureValue): ProtoFigure {
  const figure = { name, kind: figureKinds[kind], unit };
  if (typeof value === "number") return { ...figure, value };
  const { bounds, counts, sum } = value;
  return { ...figure, value: countOf(value), histogram: { bounds: [...bounds], counts: [...counts], sum } };
}

const figureKinds: Readonly<Record<Figure["kind"], FigureKind>> = {
  counter: "FIGURE_KIND_COUNTER",
  gauge: "FIGURE_KIND_GAUGE",
  histogram: "FIGURE_KIND_HISTOGRAM",
};
