import type { PeerMessage } from "../../core/messages.ts";
import type { NodeId } from "../../core/types.ts";
import type { Answered, PeerCall } from "../../node/ports/peer-calls.ts";
import type { PeerPlace, Transport, TransportHandler } from "../../node/ports/ports.ts";
import type { LostPart } from "../faults/faulty-transport.ts";

/** A question of a call among nodes, or its answer, on its way. */
export interface CallPart extends LostPart {
  readonly from: NodeId;
  readonly to: NodeId;
}

/** Who is told what passes. */
export interface TransportWatcher {
  /** While it is false nobody is told, and nothing is numbered. */
  readonly isWatching: boolean;
  onSent(message: PeerMessage): void;
  onReceived(message: PeerMessage): void;
  onPartSent(part: CallPart): void;
  onPartReceived(part: CallPart): void;
  /** The question was not sent: there is no link. */
  onPartUnsent(part: CallPart): void;
}

export interface ObservingTransportOptions {
  readonly self: NodeId;
  /** Number of the first message; beyond all that an earlier process of this node has given. */
  readonly firstSequence: number;
}

/**
 * A transport that tells what passes, and numbers what is sent while somebody watches. It stands between the node and the faults, so a
 * message is seen when the node gives it away, and when the node gets it: what a fault adds lies between.
 */
export class ObservingTransport implements Transport {
  readonly #self: NodeId;
  readonly #inner: Transport;
  readonly #watcher: TransportWatcher;
  #sequence: number;

  constructor({ self, firstSequence }: ObservingTransportOptions, inner: Transport, watcher: TransportWatcher) {
    this.#self = self;
    this.#sequence = firstSequence;
    this.#inner = inner;
    this.#watcher = watcher;
  }

  send(messages: readonly PeerMessage[]): void {
    if (!this.#watcher.isWatching) return this.#inner.send(messages);
    const numbered = messages.map((message) => ({ ...message, sequence: this.#next() }));
    for (const message of numbered) this.#watcher.onSent(message);
    this.#inner.send(numbered);
  }

  ask<Question, Answer>(to: NodeId, call: PeerCall<Question, Answer>, question: Question, done: Answered<Answer>): void {
    const watcher = this.#watcher;
    if (!watcher.isWatching) return this.#inner.ask(to, call, question, done);
    const sequence = this.#next();
    const asked: CallPart = { call, isAnswer: false, content: question, from: this.#self, to, sequence };
    watcher.onPartSent(asked);
    const answered: Answered<Answer> = (answer, number) => {
      // Only the other node's word is an answer.
      if (number !== undefined)
        watcher.onPartReceived({ call, isAnswer: true, content: answer, from: to, to: this.#self, sequence: number });
      else if (answer === call.unsent && call.unsent !== call.broken) watcher.onPartUnsent(asked);
      done(answer, number);
    };
    this.#inner.ask(to, call, question, answered, sequence);
  }

  setPeers(peers: ReadonlyMap<NodeId, PeerPlace>, lastId: NodeId): void {
    this.#inner.setPeers(peers, lastId);
  }

  /** What is to be given in place of `handler` to the transport below. */
  handlerFor(handler: TransportHandler): TransportHandler {
    const watcher = this.#watcher;
    return {
      onMessage: (message) => {
        if (watcher.isWatching) watcher.onReceived(message);
        handler.onMessage(message);
      },
      onAsk: (from, call, question, done, sequence) => {
        if (!watcher.isWatching) return handler.onAsk(from, call, question, done, sequence);
        const self = this.#self;
        watcher.onPartReceived({ call, isAnswer: false, content: question, from, to: self, sequence: sequence ?? 0 });
        handler.onAsk(from, call, question, (answer) => {
          const number = this.#next();
          watcher.onPartSent({ call, isAnswer: true, content: answer, from: self, to: from, sequence: number });
          done(answer, number);
        });
      },
      onPeerDisk: (id, diskId) => handler.onPeerDisk(id, diskId),
      onRefused: (by, reason, why) => handler.onRefused(by, reason, why),
    };
  }

  #next(): number {
    this.#sequence += 1;
    return this.#sequence;
  }
}
