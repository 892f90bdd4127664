import type { PeerView, View } from "../core/api.ts";
import type { Millis, NodeId, Role } from "../core/types.ts";
import type { AdminServiceHandlers } from "../generated/balsa/admin/v1/AdminService.ts";
import type { GetStatusResponse } from "../generated/balsa/admin/v1/GetStatusResponse.ts";
import type { LinkState } from "../generated/balsa/admin/v1/LinkState.ts";
import type { PeerStatus } from "../generated/balsa/admin/v1/PeerStatus.ts";
import type { Role as ProtoRole } from "../generated/balsa/admin/v1/Role.ts";
import { leaderHint, type ServicePorts } from "./ports.ts";

export interface AdminOptions {
  readonly clusterId: string;
  /** Peer addresses of all other members. */
  readonly peers: ReadonlyMap<NodeId, string>;
  readonly version: string;
}

export interface AdminPorts extends Pick<ServicePorts, "node" | "clientAddresses"> {
  /** Monotonic, as the core's view has it. */
  readonly now: () => Millis;
  /** State of the outgoing link to each peer. */
  readonly linkStates: () => ReadonlyMap<NodeId, PeerLinkState>;
  /** Messages of other clusters and for other nodes, refused since the start. */
  readonly strangersRefused: () => number;
  /** Size of the data directory. May be some seconds old. */
  readonly diskBytes: () => number;
  readonly process: Pick<NodeJS.Process, "pid" | "uptime" | "memoryUsage">;
}

export type PeerLinkState = "connecting" | "connected" | "broken";

/** What operators call. */
export class AdminService {
  readonly #options: AdminOptions;
  readonly #ports: AdminPorts;

  constructor(options: AdminOptions, ports: AdminPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  readonly handlers: AdminServiceHandlers = {
    GetStatus: (_call, callback) => callback(null, this.status()),
  };

  status(): GetStatusResponse {
    const { clusterId, version } = this.#options;
    const { node, process, diskBytes, strangersRefused } = this.#ports;
    const { view } = node;
    return {
      clusterId,
      nodeId: view.id,
      role: roles[view.role],
      term: view.term,
      leaderId: view.leader ?? 0,
      lastIndex: view.lastIndex,
      commitIndex: view.commitIndex,
      appliedIndex: node.appliedIndex,
      peers: this.#peers(view),
      diskBytes: diskBytes(),
      version,
      uptimeMs: Math.round(process.uptime() * 1_000),
      leaderAddress: leaderHint(this.#ports)?.address ?? "",
      processId: process.pid,
      strangersRefused: strangersRefused(),
      memoryBytes: process.memoryUsage.rss(),
    };
  }

  #peers(view: View): PeerStatus[] {
    const states = this.#ports.linkStates();
    const now = this.#ports.now();
    return [...this.#options.peers].map(([id, address]) => {
      const state = states.get(id);
      const known = { nodeId: id, address, linkState: state === undefined ? "LINK_STATE_UNSPECIFIED" : linkStates[state] } as const;
      const progress = view.peers.find((peer) => peer.id === id);
      return progress === undefined ? known : { ...known, ...progressOf(progress, view, now) };
    });
  }
}

/** What a leader knows of a follower. */
function progressOf(peer: PeerView, view: View, now: Millis): PeerStatus {
  return {
    matchIndex: peer.matchIndex,
    nextIndex: peer.nextIndex,
    lag: view.lastIndex - peer.matchIndex,
    progress: peer.state,
    lastHeardMs: Math.max(0, Math.round(now - peer.lastHeardAt)),
  };
}

const roles: Readonly<Record<Role, ProtoRole>> = {
  follower: "ROLE_FOLLOWER",
  preCandidate: "ROLE_PRE_CANDIDATE",
  candidate: "ROLE_CANDIDATE",
  leader: "ROLE_LEADER",
};

const linkStates: Readonly<Record<PeerLinkState, LinkState>> = {
  connecting: "LINK_STATE_CONNECTING",
  connected: "LINK_STATE_CONNECTED",
  broken: "LINK_STATE_BROKEN",
};
