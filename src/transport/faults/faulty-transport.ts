import type { PeerMessage } from "../../core/messages.ts";
import type { Millis, NodeId } from "../../core/types.ts";
import { DelayLine } from "../../node/faults/delay-line.ts";
import type { Answered, PeerCall } from "../../node/ports/peer-calls.ts";
import type { Clock, PeerPlace, Timer, Transport, TransportHandler } from "../../node/ports/ports.ts";
import type { LinkFaults, Way } from "./link-faults.ts";

export interface FaultyTransportPorts {
  /** What carries the messages that get through. */
  readonly inner: Transport;
  readonly faults: LinkFaults;
  readonly clock: Clock;
  /** This message goes no further. */
  readonly onLost?: (message: PeerMessage) => void;
  /** This part of a call goes no further; `way` is that in which it went. */
  readonly onPartLost?: (part: LostPart, peer: NodeId, way: Way) => void;
}

/** A question of a call among nodes, or its answer. */
export interface LostPart {
  readonly call: Pick<PeerCall<unknown, unknown>, "name">;
  readonly isAnswer: boolean;
  readonly content: unknown;
  /** 0: its sender is not observed. */
  readonly sequence: number;
}

/** Most messages held back in one direction of one link; those beyond are lost. */
const heldMax = 16_384;
/** Time after which the caller of a lost call hears that the link broke, in ms: about when its probes would find out. */
export const lostCallMs: Millis = 2_000;

/** A call that goes out, or comes in. */
interface Asked<Question, Answer> {
  readonly peer: NodeId;
  readonly way: Way;
  readonly call: PeerCall<Question, Answer>;
  readonly question: Question;
  readonly sequence: number | undefined;
}

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
    for (const message of messages) this.#pass(message, message.to, "out", () => this.#ports.inner.send([message]));
  }

  ask<Question, Answer>(
    to: NodeId,
    call: PeerCall<Question, Answer>,
    question: Question,
    done: Answered<Answer>,
    sequence?: number,
  ): void {
    const go = (answered: Answered<Answer>) => this.#ports.inner.ask(to, call, question, answered, sequence);
    this.#call({ peer: to, way: "out", call, question, sequence }, done, go);
  }

  setPeers(peers: ReadonlyMap<NodeId, PeerPlace>, lastId: NodeId): void {
    this.#ports.inner.setPeers(peers, lastId);
  }

  /** What the real transport is to be given in place of `handler`. */
  handlerFor(handler: TransportHandler): TransportHandler {
    return {
      onMessage: (message) => this.#pass(message, message.from, "in", () => handler.onMessage(message)),
      onAsk: (from, call, question, done, sequence) =>
        this.#call({ peer: from, way: "in", call, question, sequence }, done, (answered) =>
          handler.onAsk(from, call, question, answered, sequence),
        ),
      onPeerDisk: (id, diskId) => handler.onPeerDisk(id, diskId),
      onRefused: (by, reason, why) => handler.onRefused(by, reason, why),
    };
  }

  /** The faults have changed: what a fault that is gone held back comes now. */
  recheck(): void {
    for (const { peer, way, line } of this.#lines.values()) line.blame(this.#ports.faults.on(peer, way));
  }

  /** Messages to this peer that are held back. */
  heldFor(peer: NodeId): number {
    return this.#lines.get(`out ${peer}`)?.line.heldCount ?? 0;
  }

  /** What is held back is lost, and calls get their outcome before this returns. To be called before the real one is closed. */
  close(): void {
    this.#isClosed = true;
    for (const { line } of this.#lines.values()) line.drop();
    for (const giveUp of [...this.#open]) giveUp();
  }

  #pass(message: PeerMessage, peer: NodeId, way: Way, go: () => void): void {
    if (this.#isClosed) return;
    let passes = false;
    for (const { delayMs, isOvertaken } of this.#ports.faults.copiesOf(peer, way))
      passes = this.#line(peer, way).add(delayMs, isOvertaken, go) || passes;
    if (!passes) this.#ports.onLost?.(message);
  }

  /** A question that goes `way`, and the answer that comes back the other way; each may be late or lost. */
  #call<Question, Answer>(
    { peer, way, call, question, sequence = 0 }: Asked<Question, Answer>,
    done: Answered<Answer>,
    go: (answered: Answered<Answer>) => void,
  ): void {
    const { clock, onPartLost } = this.#ports;
    if (this.#isClosed) return clock.soon(() => done(call.broken));
    let timer: Timer | null = null;
    const settle: Answered<Answer> = (answer, number) => {
      if (!this.#open.delete(giveUp)) return;
      timer?.cancel();
      done(answer, number);
    };
    const giveUp = (): void => settle(call.broken);
    const lose = (part: LostPart, to: Way): void => {
      onPartLost?.(part, peer, to);
      timer = clock.at(clock.now() + lostCallMs, giveUp);
    };
    this.#open.add(giveUp);
    const back = way === "out" ? "in" : "out";
    const answered: Answered<Answer> = (answer, number) => {
      const part = { call, isAnswer: true, content: answer, sequence: number ?? 0 };
      this.#carry(
        peer,
        back,
        () => lose(part, back),
        () => settle(answer, number),
      );
    };
    this.#carry(
      peer,
      way,
      () => lose({ call, isAnswer: false, content: question, sequence }, way),
      () => go(answered),
    );
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
