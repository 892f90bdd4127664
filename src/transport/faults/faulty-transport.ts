import type { PeerMessage } from "../../core/messages.ts";
import type { Millis, NodeId } from "../../core/types.ts";
import { DelayLine } from "../../node/faults/delay-line.ts";
import type { PeerCall } from "../../node/ports/peer-calls.ts";
import type { Clock, PeerPlace, Timer, Transport, TransportHandler } from "../../node/ports/ports.ts";
import type { LinkFaults, Way } from "./link-faults.ts";

export interface FaultyTransportPorts {
  /** What carries the messages that get through. */
  readonly inner: Transport;
  readonly faults: LinkFaults;
  readonly clock: Clock;
}

/** Most messages held back in one direction of one link; those beyond are lost. */
const heldMax = 16_384;
/** Time after which the caller of a lost call hears that the link broke, in ms: about when its probes would find out. */
export const lostCallMs: Millis = 2_000;

/**
 * A transport whose links can be cut, delayed and made lossy, in each direction by itself. It stands between the node
 * and the real one, and only where faults are allowed. It is messages that it stops: the connections below stay open,
 * so a link that is cut here is still shown as connected, and learns nothing of its state.
 */
export class FaultyTransport implements Transport {
  readonly #ports: FaultyTransportPorts;
  readonly #lines = new Map<string, { readonly peer: NodeId; readonly way: Way; readonly line: DelayLine }>();
  /** What each open call does when this ends. */
  readonly #open = new Set<() => void>();
  #isClosed = false;

  constructor(ports: FaultyTransportPorts) {
    this.#ports = ports;
  }

  send(messages: readonly PeerMessage[]): void {
    for (const message of messages) this.#pass(message.to, "out", () => this.#ports.inner.send([message]));
  }

  ask<Question, Answer>(to: NodeId, call: PeerCall<Question, Answer>, question: Question, done: (answer: Answer) => void): void {
    this.#call(to, "out", call.broken, done, (answered) => this.#ports.inner.ask(to, call, question, answered));
  }

  setPeers(peers: ReadonlyMap<NodeId, PeerPlace>, lastId: NodeId): void {
    this.#ports.inner.setPeers(peers, lastId);
  }

  /** What the real transport is to be given in place of `handler`. */
  handlerFor(handler: TransportHandler): TransportHandler {
    return {
      onMessage: (message) => this.#pass(message.from, "in", () => handler.onMessage(message)),
      onAsk: (from, call, question, done) =>
        this.#call(from, "in", call.broken, done, (answered) => handler.onAsk(from, call, question, answered)),
      onPeerDisk: (id, diskId) => handler.onPeerDisk(id, diskId),
      onRefused: (by, reason, why) => handler.onRefused(by, reason, why),
    };
  }

  /** The faults have changed: what a fault that is gone held back comes now. */
  recheck(): void {
    for (const { peer, way, line } of this.#lines.values()) line.blame(this.#ports.faults.on(peer, way));
  }

  /** What is held back is lost, and calls get their outcome before this returns. To be called before the real one is closed. */
  close(): void {
    this.#isClosed = true;
    for (const { line } of this.#lines.values()) line.drop();
    for (const giveUp of [...this.#open]) giveUp();
  }

  #pass(peer: NodeId, way: Way, go: () => void): void {
    if (this.#isClosed) return;
    for (const { delayMs, isOvertaken } of this.#ports.faults.copiesOf(peer, way))
      this.#line(peer, way).add(delayMs, isOvertaken, go);
  }

  /** A question that goes `way`, and the answer that comes back the other way; each may be late or lost. */
  #call<Answer>(
    peer: NodeId,
    way: Way,
    broken: Answer,
    done: (answer: Answer) => void,
    go: (answered: (answer: Answer) => void) => void,
  ): void {
    if (this.#isClosed) return this.#ports.clock.soon(() => done(broken));
    let timer: Timer | null = null;
    const settle = (answer: Answer): void => {
      if (!this.#open.delete(giveUp)) return;
      timer?.cancel();
      done(answer);
    };
    const giveUp = (): void => settle(broken);
    const lose = (): void => {
      const { clock } = this.#ports;
      timer = clock.at(clock.now() + lostCallMs, giveUp);
    };
    this.#open.add(giveUp);
    const back = way === "out" ? "in" : "out";
    this.#carry(peer, way, lose, () => go((answer) => this.#carry(peer, back, lose, () => settle(answer))));
  }

  #carry(peer: NodeId, way: Way, lose: () => void, go: () => void): void {
    const delayMs = this.#ports.faults.callDelay(peer, way);
    if (delayMs === null || !this.#line(peer, way).add(delayMs, false, go)) lose();
  }

  #line(peer: NodeId, way: Way): DelayLine {
    const key = `${way} ${peer}`;
    const known = this.#lines.get(key);
    if (known !== undefined) return known.line;
    const line = new DelayLine({ heldMax }, this.#ports.clock);
    line.blame(this.#ports.faults.on(peer, way));
    this.#lines.set(key, { peer, way, line });
    return line;
  }
}
