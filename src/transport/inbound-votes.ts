import { type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import type { PeerMessage, VoteReply } from "../core/messages.ts";
import type { NodeId } from "../core/types.ts";
import type { InboundOptions } from "./inbound-appends.ts";
import { admitCall, type InboundCallPorts } from "./inbound-call.ts";
import { readVoteRequest, writeVoteReply } from "./wire/votes.ts";

export interface InboundVotesPorts extends InboundCallPorts {
  readonly onMessage: (message: PeerMessage) => void;
}

/** A call that waits for this node's vote. */
interface Asking {
  readonly from: NodeId;
  readonly preVote: boolean;
  readonly answer: sendUnaryData<Buffer>;
}

/**
 * The RequestVote calls under way to this node. The core answers when its disk has the vote, or not at all; the
 * answer takes the caller's newest call of its kind, and what it says does not depend on which call that is.
 */
export class InboundVotes {
  readonly #options: InboundOptions;
  readonly #ports: InboundVotesPorts;
  readonly #asking = new Set<Asking>();

  constructor(options: InboundOptions, ports: InboundVotesPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  take(call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void {
    const admitted = admitCall({ call, answer, read: readVoteRequest }, this.#ports);
    if (admitted === null) return;
    const asking: Asking = { from: admitted.envelope.from, preVote: admitted.body.preVote, answer };
    this.#makeRoom(asking.from);
    this.#asking.add(asking);
    // The caller no longer waits, or its connection is gone.
    call.on("cancelled", () => this.#asking.delete(asking));
    this.#ports.onMessage(admitted.body);
  }

  reply(message: VoteReply): void {
    const { counters } = this.#ports;
    const asking = [...this.#asking].findLast(({ from, preVote }) => from === message.to && preVote === message.preVote);
    if (asking === undefined) {
      counters.messagesDropped++;
      return;
    }
    this.#asking.delete(asking);
    const bytes = writeVoteReply(this.#options.clusterId, message);
    counters.messagesSent++;
    counters.bytesSent += bytes.length;
    asking.answer(null, bytes);
  }

  close(): void {
    for (const { answer } of this.#asking) answer({ code: status.UNAVAILABLE, details: "This node is stopping" });
    this.#asking.clear();
  }

  #makeRoom(from: NodeId): void {
    const ofCaller = [...this.#asking].filter((asking) => asking.from === from);
    const oldest = ofCaller[0];
    if (oldest === undefined || ofCaller.length < this.#options.limits.callsPendingMax) return;
    this.#asking.delete(oldest);
    oldest.answer({ code: status.ABORTED, details: "Too many vote requests of this node are waiting" });
  }
}
