import { status } from "@grpc/grpc-js";
import type { NodeId } from "../core/types.ts";
import type { TransportCounters } from "./counters.ts";
import type { TransportNotice } from "./notices.ts";
import type { Envelope, Reading } from "./wire/envelope.ts";

export interface AdmissionOptions {
  readonly clusterId: string;
  readonly id: NodeId;
  readonly peers: ReadonlyMap<NodeId, string>;
}

export interface AdmissionPorts {
  readonly counters: TransportCounters;
  readonly onNotice: (notice: TransportNotice) => void;
}

export type Admitted<T> =
  | { readonly type: "admitted"; readonly from: NodeId; readonly body: T }
  | { readonly type: "refused"; readonly code: status; readonly why: string };

const noticeEveryMs = 1_000;

/** Decides which messages come in: those of this cluster's members that are meant for this node. The rest is counted. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #ports: AdmissionPorts;
  #lastNoticeAt = Number.NEGATIVE_INFINITY;

  constructor(options: AdmissionOptions, ports: AdmissionPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /**
   * @param origin names the other end, for the notice
   * @param expected the only node that can be at the other end, where that is known
   */
  admit<T>(reading: Reading<T>, origin: string, expected?: NodeId): Admitted<T> {
    const { counters } = this.#ports;
    if (reading.type === "malformed") {
      counters.malformedRefused++;
      return this.#refuse(status.INVALID_ARGUMENT, `A message is malformed: ${reading.why}`, origin);
    }
    const { envelope, body } = reading;
    const stranger = this.#strangeness(envelope, expected);
    if (stranger !== null) {
      counters.strangersRefused++;
      return this.#refuse(stranger.code, stranger.why, origin);
    }
    counters.messagesReceived++;
    return { type: "admitted", from: envelope.from, body };
  }

  #strangeness({ clusterId, from, to }: Envelope, expected: NodeId | undefined): { code: status; why: string } | null {
    const { id, peers, ...own } = this.#options;
    if (clusterId !== own.clusterId) {
      const why = `This is node ${id} of cluster ${JSON.stringify(own.clusterId)}; the message is of cluster ${JSON.stringify(clusterId)}`;
      return { code: status.FAILED_PRECONDITION, why };
    }
    if (to !== id) return { code: status.FAILED_PRECONDITION, why: `This is node ${id}; the message is for node ${to}` };
    if (!peers.has(from)) return { code: status.PERMISSION_DENIED, why: `Node ${from} is not a peer of node ${id}` };
    if (expected !== undefined && from !== expected) {
      return { code: status.FAILED_PRECONDITION, why: `A message came from node ${from} where only node ${expected} can be` };
    }
    return null;
  }

  #refuse(code: status, why: string, origin: string): { type: "refused"; code: status; why: string } {
    const now = performance.now();
    if (now - this.#lastNoticeAt >= noticeEveryMs) {
      this.#lastNoticeAt = now;
      this.#ports.onNotice({ type: "refused", origin, why });
    }
    return { type: "refused", code, why };
  }
}
