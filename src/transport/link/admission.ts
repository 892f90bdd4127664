import { status } from "@grpc/grpc-js";
import type { NodeId } from "../../core/types.ts";
import { isSameCluster } from "../../node/founding/incarnation.ts";
import { whyDiskRefused, whyTwin } from "../../node/ports/not-a-member.ts";
import type { PeerPlace, PeerRefusal } from "../../node/ports/ports.ts";
import type { ClusterMark, Greeting, Reading } from "../wire/envelope.ts";
import type { TransportCounters } from "./counters.ts";
import type { TransportNotice } from "./notices.ts";
import { Runs } from "./runs.ts";

export interface AdmissionOptions extends ClusterMark {
  readonly id: NodeId;
  readonly diskId: string;
}

export interface AdmissionPorts {
  readonly counters: TransportCounters;
  readonly onNotice: (notice: TransportNotice) => void;
  /** Member `id` has called from `origin`. */
  readonly onMember: (id: NodeId, origin: string) => void;
}

export interface Refused {
  readonly type: "refused";
  readonly code: status;
  readonly why: string;
  /** What the caller must learn of itself; null: nothing. */
  readonly tells: PeerRefusal | null;
}

export type Admitted<T> = { readonly type: "admitted"; readonly envelope: Greeting; readonly body: T } | Refused;

const noticeEveryMs = 1_000;
/** The same of nodes of another cluster, which call again and again for as long as both are up. */
export const otherClusterNoticeEveryMs = 10_000;
/** Most newcomers that are remembered, so that each is told of once. */
const newcomersMax = 1_000;

/** Decides which messages come in: those of this cluster's members that are meant for this node. The rest is counted. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #ports: AdmissionPorts;
  /** Who is connected to this node. */
  readonly runs = new Runs();
  readonly #newcomers = new Set<NodeId>();
  #peers: ReadonlyMap<NodeId, PeerPlace> = new Map();
  #lastId: NodeId = 0;
  #lastNoticeAt = Number.NEGATIVE_INFINITY;
  #lastOtherAt = Number.NEGATIVE_INFINITY;

  constructor(options: AdmissionOptions, ports: AdmissionPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** As Transport.setPeers has it. */
  setPeers(peers: ReadonlyMap<NodeId, PeerPlace>, lastId: NodeId): void {
    this.#peers = peers;
    this.#lastId = lastId;
    this.#newcomers.clear();
  }

  /**
   * Of what opens a stream or makes a call: the caller says who it is, and which disks it knows. Anybody can say so: it is
   * enough to refuse the caller, and no more. A node learns of others' disks, and that it is not what it was, where it calls them.
   */
  admitCaller<T>(reading: Reading<T>, origin: string): Admitted<T> {
    const admitted = this.#admit(reading, origin, null);
    if (admitted.type === "refused") return admitted;
    const { from, diskId, toDiskId, run = 0 } = admitted.envelope;
    const { id, diskId: own } = this.#options;
    if (toDiskId !== "" && own !== "" && toDiskId !== own) {
      this.#ports.counters.strangersRefused++;
      const why = `This is node ${id} with another disk than the one that node ${from} knows`;
      return this.#refuse({ type: "refused", code: status.FAILED_PRECONDITION, why, tells: null }, origin);
    }
    if (this.runs.hasEarlier(from, run)) {
      const why = whyTwin(from, diskId);
      return this.#refuse({ type: "refused", code: status.FAILED_PRECONDITION, why, tells: "twin" }, origin);
    }
    if (this.#peers.has(from)) this.#ports.onMember(from, origin);
    else this.#onNewcomer(from, origin);
    return admitted;
  }

  /** Of what comes where only node `expected` can be. */
  admit<T>(reading: Reading<T>, origin: string, expected: NodeId): Admitted<T> {
    return this.#admit(reading, origin, expected);
  }

  /** Why this node wants nothing of node `from` now; null if it does. `diskId` is null where that was looked at before. */
  refusalOf(from: NodeId, diskId: string | null): Refused | null {
    if (from === this.#options.id) {
      return { type: "refused", code: status.PERMISSION_DENIED, why: `Node ${from} is this node itself`, tells: null };
    }
    const place = this.#peers.get(from);
    if (place === undefined && from <= this.#lastId) {
      const why = `Node ${from} is no member of the cluster any more: it was removed, and its id is not used again`;
      return { type: "refused", code: status.PERMISSION_DENIED, why, tells: "removed" };
    }
    if (diskId === null || place === undefined || place.diskId === "" || place.diskId === diskId) return null;
    const why = whyDiskRefused(from, place.diskId);
    return { type: "refused", code: status.FAILED_PRECONDITION, why, tells: "diskReplaced" };
  }

  #admit<T>(reading: Reading<T>, origin: string, expected: NodeId | null): Admitted<T> {
    const { counters } = this.#ports;
    if (reading.type === "malformed") {
      counters.malformedRefused++;
      const why = `A message is malformed: ${reading.why}`;
      return this.#refuse({ type: "refused", code: status.INVALID_ARGUMENT, why, tells: null }, origin);
    }
    const { envelope, body } = reading;
    const refused = this.#strangeness(envelope, expected);
    if (refused !== null) {
      counters.strangersRefused++;
      return this.#refuse(refused, origin);
    }
    counters.messagesReceived++;
    return { type: "admitted", envelope, body };
  }

  /** Whose cluster it is comes first: what another one says of ids and disks means nothing here. */
  #strangeness(greeting: Greeting, expected: NodeId | null): Refused | null {
    const { from, to, diskId } = greeting;
    const { id } = this.#options;
    const misled = (why: string): Refused => ({ type: "refused", code: status.FAILED_PRECONDITION, why, tells: null });
    if (!isSameCluster(greeting, this.#options)) {
      const why = `This is node ${id} of ${clusterWords(this.#options)}; the message is of node ${from} of ${clusterWords(greeting)}`;
      return { ...misled(why), tells: "otherCluster" };
    }
    const refused = this.refusalOf(from, expected === null ? diskId : null);
    // Whoever was removed goes by addresses of long ago, where others are by now; it must hear of it all the same.
    if (to !== id) return refused?.tells === "removed" ? refused : misled(`This is node ${id}; the message is for node ${to}`);
    if (expected !== null && from !== expected) {
      return misled(`A message came from node ${from} where only node ${expected} can be`);
    }
    return refused;
  }

  #onNewcomer(from: NodeId, origin: string): void {
    if (this.#newcomers.has(from) || this.#newcomers.size >= newcomersMax) return;
    this.#newcomers.add(from);
    this.#ports.onNotice({ type: "newcomer", from, origin });
  }

  #refuse(refused: Refused, origin: string): Refused {
    const now = performance.now();
    if (refused.tells === "otherCluster") {
      if (now - this.#lastOtherAt >= otherClusterNoticeEveryMs) {
        this.#lastOtherAt = now;
        this.#ports.onNotice({ type: "otherCluster", origin, why: refused.why });
      }
    } else if (now - this.#lastNoticeAt >= noticeEveryMs) {
      this.#lastNoticeAt = now;
      this.#ports.onNotice({ type: "refused", origin, why: refused.why });
    }
    return refused;
  }
}

function clusterWords({ clusterId, incarnationId }: ClusterMark): string {
  return `cluster ${JSON.stringify(clusterId)} (${incarnationId === "" ? "no incarnation" : `incarnation ${incarnationId}`})`;
}
