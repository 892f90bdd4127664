import type { Millis, NodeId } from "../../core/types.ts";
import { isOfAnotherIncarnation } from "../../node/founding/incarnation.ts";
import type { EventQueue } from "../base/event-queue.ts";
import type { Random } from "../base/random.ts";
import type { Attempted } from "../load/client-session.ts";
import type { Era } from "./era.ts";
import type { Place, Running } from "./place.ts";

export interface LinePorts {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly places: readonly Place[];
  readonly fail: (sentence: string) => void;
}

/** What a node said. `told`: the cluster is in another incarnation than the caller has named. */
export type Answer = Attempted | { readonly type: "told" } | { readonly type: "found"; readonly record: Uint8Array | undefined };

export const timeoutMs: Millis = 1_000;
/** Time by which a caller waits longer than its node, in ms. */
const patienceMs: Millis = 250;
/** A caller learns so late that its node is gone, at most, in ms. */
const noticeMsMax: Millis = 20;

/**
 * The way of all clients to the nodes, at which the judge listens: whoever names an incarnation, and is answered as if
 * nothing had happened, must have been answered by that very one.
 */
export class Line {
  readonly #ports: LinePorts;
  readonly counters = { answered: 0, told: 0 };
  /** Calls that have not ended. */
  open = 0;

  constructor(ports: LinePorts) {
    this.#ports = ports;
  }

  /** Somebody's node; null if the one that was tried is down, or in no cluster yet. */
  someNode(): Running | null {
    const { random, places } = this.#ports;
    return random.pick(places).running;
  }

  /** One call at some node. `known` is the incarnation that the caller knows, if it knows any. Calls back once. */
  call(
    known: Era | null,
    start: (there: Running, answer: (answer: Answer) => void) => void,
    done: (answer: Answer, era: Era | null) => void,
  ): void {
    const { queue, random } = this.#ports;
    const there = this.someNode();
    this.open += 1;
    let isSettled = false;
    const settle = (answer: Answer): void => {
      if (isSettled) return;
      isSettled = true;
      this.open -= 1;
      patience.cancel();
      forget();
      if (there !== null) this.#listen(known, there, answer);
      done(answer, there?.era ?? null);
    };
    const patience = queue.add(queue.now + timeoutMs + patienceMs, () => settle({ type: "unknown" }));
    const late = (answer: Answer) => queue.add(queue.now + random.within(0, noticeMsMax), () => settle(answer));
    const forget = there?.process.life.whenEnded(() => late({ type: "unknown" })) ?? (() => undefined);
    if (there === null) {
      late({ type: "refused" });
      return;
    }
    const { life } = there.process;
    life.run(() => {
      if (isOfAnotherIncarnation(known?.incarnationId ?? "", there.era.incarnationId)) return settle({ type: "told" });
      start(there, (answer) => {
        if (life.effect("answer")) settle(answer);
      });
    });
  }

  #listen(known: Era | null, { era, process }: Running, { type }: Answer): void {
    if (type === "told") this.counters.told += 1;
    if (type !== "written" && type !== "found") return;
    this.counters.answered += 1;
    if (known !== null && known !== era) this.#ports.fail(crossing(process.life.nodeId, known, era));
  }
}

/** Two may be of one name, where somebody has made a mistake. */
export function crossing(node: NodeId, known: Era, era: Era): string {
  return `In silence: node ${node} answers in incarnation ${era.incarnationId} what was asked in ${known.incarnationId}, and they are not one.`;
}
