import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type { PeerMessage, VoteReply } from "../../core/messages.ts";
import type { Dropped } from "../link/outbox.ts";
import { readVoteRequest, writeVoteReply } from "../wire/votes.ts";
import type { InboundOptions } from "./inbound-appends.ts";
import { admitCall, type InboundCallPorts } from "./inbound-call.ts";
import { PendingCalls } from "./pending-calls.ts";

export interface InboundVotesPorts extends InboundCallPorts {
  readonly onMessage: (message: PeerMessage) => void;
}

/**
 * The RequestVote calls under way to this node. The core answers when its disk has the vote, or not at all; the
 * answer takes the caller's newest call of its kind, and what it says does not depend on which call that is.
 */
export class InboundVotes {
  readonly #options: InboundOptions;
  readonly #ports: InboundVotesPorts;
  /** About a pre-vote or a vote. */
  readonly #pending: PendingCalls<"preVote" | "vote">;

  constructor(options: InboundOptions, ports: InboundVotesPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#pending = new PendingCalls(options.limits, ports.counters);
  }

  take(call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void {
    const admitted = admitCall({ call, answer, read: readVoteRequest }, this.#ports);
    if (admitted === null) return;
    this.#pending.add(admitted.envelope.from, kindOf(admitted.body), call, answer);
    this.#ports.onMessage(admitted.body);
  }

  /** Returns why the message was dropped; null if it was not. */
  reply(message: VoteReply): Dropped | null {
    return this.#pending.answer(message.to, kindOf(message), writeVoteReply(this.#options, message)) ? null : "noLink";
  }

  close(): void {
    this.#pending.close();
  }
}

function kindOf({ preVote }: { readonly preVote: boolean }): "preVote" | "vote" {
  return preVote ? "preVote" : "vote";
}
