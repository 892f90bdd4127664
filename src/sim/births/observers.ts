import type { Index, Millis } from "../../core/types.ts";
import { recordRange } from "../../machine/kv-records.ts";
import { isOfAnotherIncarnation } from "../../node/founding/incarnation.ts";
import type { ChangeSink, Subscription, WatchEnd } from "../../node/watch/change-feed.ts";
import type { EventQueue } from "../base/event-queue.ts";
import type { Random } from "../base/random.ts";
import { compareChanges } from "../load/watchers.ts";
import type { Era } from "./era.ts";
import { crossing, type Line } from "./line.ts";
import type { Running } from "./place.ts";

export interface ObserversPorts {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly line: Line;
  readonly fail: (sentence: string) => void;
}

/** Longest until an observer goes to another node, in ms. */
const reconnectMsMax: Millis = 200;
/** Chance that it leaves its node for no reason. */
const leaveChance = 0.05;
const range = recordRange("");

/** Those who watch a cluster that may be lost and begun again under them: they are told, or miss nothing. */
export class Observers {
  readonly #ports: ObserversPorts;
  readonly counters = { watched: 0, watchesTold: 0 };

  constructor(ports: ObserversPorts) {
    this.#ports = ports;
  }

  start(count: number): void {
    for (let number = 1; number <= count; number += 1) this.#connect({ number, known: null, next: 0 });
  }

  #connect(observer: Observer): void {
    const { random, line } = this.#ports;
    const there = line.someNode();
    if (there === null) return this.#later(observer);
    const { process, era } = there;
    if (isOfAnotherIncarnation(observer.known?.incarnationId ?? "", era.incarnationId)) {
      this.counters.watchesTold += 1;
      return this.#later({ ...observer, known: null, next: 0 });
    }
    if (observer.known !== null && observer.known !== era) this.#ports.fail(crossing(process.life.nodeId, observer.known, era));
    const forget = process.life.whenEnded(() => this.#later(observer));
    process.life.run(() => {
      const leave = (): void => {
        forget();
        subscription?.cancel();
        this.#later(observer);
      };
      const sink: ChangeSink = {
        isFull: false,
        onChanges: (entries, upTo) => {
          if (!process.life.alive) return;
          const name = `Watch ${observer.number} at node ${process.life.nodeId}`;
          this.counters.watched += compareChanges(era.checks, { name, range, next: observer.next, upTo }, entries);
          observer.next = upTo + 1;
          if (random.chance(leaveChance)) leave();
        },
        onEnd: (why) => {
          if (!process.life.alive) return;
          forget();
          this.#onEnd(observer, there, why);
        },
      };
      observer.known = era;
      // A history that begins with the node's start holds nothing of before.
      if (observer.next === 0) observer.next = process.node.changes.oldest;
      const subscription: Subscription | null = process.node.changes.subscribe(observer.next, range, sink);
    });
  }

  #onEnd(observer: Observer, { process }: Running, why: WatchEnd): void {
    if (why.type === "gone") {
      if (observer.next > process.historyFrom) {
        this.#ports.fail(
          `Watch ${observer.number}: node ${process.life.nodeId} says that entry ${observer.next} is gone; it knows all since ${process.historyFrom}.`,
        );
      }
      observer.next = why.oldest;
    }
    this.#later(observer);
  }

  #later(observer: Observer): void {
    const { queue, random } = this.#ports;
    queue.add(queue.now + random.within(1, reconnectMsMax), () => this.#connect(observer));
  }
}

interface Observer {
  readonly number: number;
  /** The incarnation it watches. */
  known: Era | null;
  /** It has seen all changes before this index; 0: from the first that its node knows. */
  next: Index;
}
