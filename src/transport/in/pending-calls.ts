import { type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import type { NodeId } from "../../core/types.ts";
import type { TransportCounters } from "../link/counters.ts";
import type { TransportLimits } from "../link/transport-options.ts";

/** A call that waits for this node's answer, and what it is about. */
interface Pending<About> {
  readonly from: NodeId;
  readonly about: About;
  readonly answer: sendUnaryData<Buffer>;
}

/** The calls to this node that wait for their answer: of each caller the newest ones, and no more than may be. */
export class PendingCalls<About> {
  readonly #limits: Pick<TransportLimits, "callsPendingMax">;
  readonly #counters: TransportCounters;
  readonly #all = new Set<Pending<About>>();

  constructor(limits: Pick<TransportLimits, "callsPendingMax">, counters: TransportCounters) {
    this.#limits = limits;
    this.#counters = counters;
  }

  add(from: NodeId, about: About, call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void {
    const pending = { from, about, answer };
    this.#makeRoom(from);
    this.#all.add(pending);
    // The caller no longer waits, or its connection is gone.
    call.on("cancelled", () => this.#all.delete(pending));
  }

  /** Answers the caller's newest call about this, if there is one. Returns whether there was. */
  answer(to: NodeId, about: About, bytes: Buffer): boolean {
    const pending = [...this.#all].findLast((each) => each.from === to && each.about === about);
    if (pending === undefined) {
      this.#counters.messagesDropped++;
      return false;
    }
    this.#all.delete(pending);
    this.#counters.messagesSent++;
    this.#counters.sentBytes += bytes.length;
    pending.answer(null, bytes);
    return true;
  }

  close(): void {
    for (const { answer } of this.#all) answer({ code: status.UNAVAILABLE, details: "This node is stopping" });
    this.#all.clear();
  }

  #makeRoom(from: NodeId): void {
    const ofCaller = [...this.#all].filter((pending) => pending.from === from);
    const oldest = ofCaller[0];
    if (oldest === undefined || ofCaller.length < this.#limits.callsPendingMax) return;
    this.#all.delete(oldest);
    oldest.answer({ code: status.ABORTED, details: "Too many calls of this node are waiting" });
  }
}
