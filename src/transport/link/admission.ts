import { status } from "@grpc/grpc-js";
import type { NodeId } from "../core/types.ts";
import type { PeerPlace, PeerRefusal } from "../node/ports.ts";
import type { TransportCounters } from "./counters.ts";
import type { TransportNotice } from "./notices.ts";
import type { Greeting, Reading } from "./wire/envelope.ts";

export interface AdmissionOptions {
  readonly clusterId: string;
  readonly id: NodeId;
  readonly diskId: string;
}

export interface AdmissionPorts {
  readonly counters: TransportCounters;
  readonly onNotice: (notice: TransportNotice) => void;
  /** Who has called, with which disk. */
  readonly onPeerDisk: (id: NodeId, diskId: string) => void;
  /** A caller knows this node with another disk. */
  readonly onRefused: (by: NodeId, reason: PeerRefusal, why: string) => void;
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
/** Most newcomers that are remembered, so that each is told of once. */
const newcomersMax = 1_000;

/** Decides which messages come in: those of this cluster's members that are meant for this node. The rest is counted. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #ports: AdmissionPorts;
  readonly #newcomers = new Set<NodeId>();
  #peers: ReadonlyMap<NodeId, PeerPlace> = new Map();
  #lastId: NodeId = 0;
  #lastNoticeAt = Number.NEGATIVE_INFINITY;

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

  /** Of what opens a stream or makes a call: the caller says who it is, and which disks it knows. */
  admitCaller<T>(reading: Reading<T>, origin: string): Admitted<T> {
    const admitted = this.#admit(reading, origin, null);
    if (admitted.type === "refused") return admitted;
    const { from, diskId, toDiskId } = admitted.envelope;
    const own = this.#options.diskId;
    if (toDiskId !== "" && own !== "" && toDiskId !== own) {
      const why = diskReplaced(this.#options.id);
      this.#ports.onRefused(from, "diskReplaced", `${why}.`);
      return this.#refuse({ type: "refused", code: status.FAILED_PRECONDITION, why, tells: null }, origin);
    }
    if (!this.#peers.has(from)) this.#onNewcomer(from, origin);
    if (diskId !== "") this.#ports.onPeerDisk(from, diskId);
    return admitted;
  }

  /** Of what comes where only node `expected` can be. */
  admit<T>(reading: Reading<T>, origin: string, expected: NodeId): Admitted<T> {
    return this.#admit(reading, origin, expected);
  }

  /** Why this node wants nothing of node `from` now; null if it does. `diskId` is null where that was looked at before. */
  standing(from: NodeId, diskId: string | null): Refused | null {
    if (from === this.#options.id) {
      return { type: "refused", code: status.PERMISSION_DENIED, why: `Node ${from} is this node itself`, tells: null };
    }
    const place = this.#peers.get(from);
    if (place === undefined && from <= this.#lastId) {
      const why = `Node ${from} is no member of the cluster any more: it was removed, and its id is not used again`;
      return { type: "refused", code: status.PERMISSION_DENIED, why, tells: "removed" };
    }
    if (diskId === null || place === undefined || place.diskId === "" || place.diskId === diskId) return null;
    return { type: "refused", code: status.FAILED_PRECONDITION, why: diskReplaced(from), tells: "diskReplaced" };
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

  #strangeness({ clusterId, from, to, diskId }: Greeting, expected: NodeId | null): Refused | null {
    const { id, ...own } = this.#options;
    const misled = (why: string): Refused => ({ type: "refused", code: status.FAILED_PRECONDITION, why, tells: null });
    if (clusterId !== own.clusterId) {
      const names = [own.clusterId, clusterId].map((name) => JSON.stringify(name));
      return misled(`This is node ${id} of cluster ${names[0]}; the message is of cluster ${names[1]}`);
    }
    const standing = this.standing(from, expected === null ? diskId : null);
    // Whoever was removed goes by addresses of long ago, where others are by now; it must hear of it all the same.
    if (to !== id) return standing?.tells === "removed" ? standing : misled(`This is node ${id}; the message is for node ${to}`);
    if (expected !== null && from !== expected) {
      return misled(`A message came from node ${from} where only node ${expected} can be`);
    }
    return standing;
  }

  #onNewcomer(from: NodeId, origin: string): void {
    if (this.#newcomers.has(from) || this.#newcomers.size >= newcomersMax) return;
    this.#newcomers.add(from);
    this.#ports.onNotice({ type: "newcomer", from, origin });
  }

  #refuse(refused: Refused, origin: string): Refused {
    const now = performance.now();
    if (now - this.#lastNoticeAt >= noticeEveryMs) {
      this.#lastNoticeAt = now;
      this.#ports.onNotice({ type: "refused", origin, why: refused.why });
    }
    return refused;
  }
}

/** Rule 30: what a node promised is on its disk; with another one it may break its word. */
export function diskReplaced(id: NodeId): string {
  return `The disk of node ${id} was lost or replaced, and with it what the node promised. It comes back under a new id only`;
}
