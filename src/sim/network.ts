import type { PeerMessage } from "../core/messages.ts";
import type { Millis, NodeId } from "../core/types.ts";
import type { Outcome } from "../node/ports.ts";
import type { EventQueue } from "./event-queue.ts";
import type { Life } from "./life.ts";
import type { Random } from "./random.ts";
import type { Trace } from "./trace.ts";

export interface NetworkOptions {
  /** A message takes mostly about the one, seldom the other, in ms. */
  readonly delayMsMin: Millis;
  readonly delayMsMax: Millis;
  /** Whether messages of one link keep their order, as in one stream; else each travels alone. */
  readonly isOrdered: boolean;
  /** Whether a cut link keeps what is sent until it is whole again, as a queue with a patient sender does; else it is lost. */
  readonly holdsWhenCut: boolean;
  /** What the weather is like when nothing special goes on. */
  readonly climate: Weather;
}

/** How badly the whole network treats messages. */
export interface Weather {
  readonly loss: number;
  readonly duplication: number;
  /** Delays are so many times as long. */
  readonly slowness: number;
}

export const fairWeather: Weather = { loss: 0, duplication: 0, slowness: 1 };

/** Who can be reached at a node: nobody while its process is down. */
export interface Station {
  readonly life: Life;
  deliver(message: PeerMessage): void;
  forward(command: Uint8Array, done: (outcome: Outcome) => void): void;
}

/** Most messages that a cut link keeps. */
const heldMax = 200;
/** After so long without an answer a forwarded command is given up, in ms. */
const forwardMsMin = 100;
const forwardMsMax = 3_000;

interface Link {
  isCut: boolean;
  /** Messages take so much longer here than elsewhere, in ms. */
  detourMs: Millis;
  /** When the last message will arrive: where order is kept, none arrives before it. */
  lastAt: Millis;
  held: PeerMessage[];
}

/** All links between the nodes, each direction by itself. Messages may be lost, doubled, late or overtaken. */
export class Network {
  readonly #options: NetworkOptions;
  readonly #queue: EventQueue;
  readonly #random: Random;
  readonly #trace: Trace;
  readonly #stationOf: (node: NodeId) => Station | null;
  readonly #links = new Map<NodeId, Map<NodeId, Link>>();
  readonly counters = { sent: 0, delivered: 0, lost: 0, doubled: 0, held: 0, forwarded: 0 };
  #weather: Weather;

  constructor(
    options: NetworkOptions,
    ports: { queue: EventQueue; random: Random; trace: Trace; stationOf: (node: NodeId) => Station | null },
  ) {
    this.#options = options;
    this.#queue = ports.queue;
    this.#random = ports.random;
    this.#trace = ports.trace;
    this.#stationOf = ports.stationOf;
    this.#weather = options.climate;
  }

  send(message: PeerMessage): void {
    this.counters.sent += 1;
    const link = this.#link(message.from, message.to);
    if (link.isCut) return this.#meetCut(link, message);
    if (this.#weather.loss > 0 && this.#random.chance(this.#weather.loss)) return this.#lose(message);
    this.#carry(link, message);
    if (this.#weather.duplication > 0 && this.#random.chance(this.#weather.duplication)) {
      this.counters.doubled += 1;
      this.#carry(link, message);
    }
  }

  /** Carries a command from `life` to node `to` and its outcome back: it never arrives twice, and is answered once. */
  forward(life: Life, to: NodeId, command: Uint8Array, done: (outcome: Outcome) => void): void {
    this.counters.forwarded += 1;
    let isSettled = false;
    const settle = (outcome: Outcome): void => {
      if (isSettled) return;
      isSettled = true;
      life.run(() => done(outcome));
    };
    const isDown = (from: NodeId, there: NodeId): boolean =>
      this.#link(from, there).isCut || this.#random.chance(this.#weather.loss);
    // A link known to be down takes nothing; one that breaks just then leaves open what has left.
    if (this.#link(life.nodeId, to).isCut && this.#random.chance(0.5)) {
      this.#after(() => settle({ type: "refused", reason: "noLeader", leader: null }));
      return;
    }
    const brokenAt = this.#queue.now + this.#random.within(forwardMsMin, forwardMsMax);
    this.#queue.add(brokenAt, () => settle({ type: "unknown", reason: "leaderChanged" }));
    this.#after(() => {
      if (isDown(life.nodeId, to)) return;
      const station = this.#stationOf(to);
      if (station === null) return this.#after(() => settle({ type: "refused", reason: "noLeader", leader: null }));
      station.life.run(() =>
        station.forward(command, (outcome) => {
          if (!station.life.effect("answer")) return;
          this.#after(() => {
            if (!isDown(to, life.nodeId)) settle(outcome);
          });
        }),
      );
    });
  }

  /** Null: what the climate gives. */
  changeWeather(weather: Weather | null): void {
    this.#weather = weather ?? this.#options.climate;
  }

  cut(from: NodeId, to: NodeId): void {
    this.#link(from, to).isCut = true;
  }

  delay(from: NodeId, to: NodeId, ms: Millis): void {
    this.#link(from, to).detourMs = ms;
  }

  /** Makes every link whole and short. What was held back leaves now, late as it is. */
  heal(): void {
    for (const links of this.#links.values()) {
      for (const link of links.values()) {
        link.isCut = false;
        link.detourMs = 0;
        const held = link.held;
        link.held = [];
        for (const message of held) this.#carry(link, message);
      }
    }
  }

  #meetCut(link: Link, message: PeerMessage): void {
    if (!this.#options.holdsWhenCut || link.held.length >= heldMax) return this.#lose(message);
    this.counters.held += 1;
    link.held.push(message);
  }

  #lose(message: PeerMessage): void {
    this.counters.lost += 1;
    this.#trace.note("lost", message.from, message);
  }

  #carry(link: Link, message: PeerMessage): void {
    let at = this.#queue.now + this.#delayMs() + link.detourMs;
    if (this.#options.isOrdered) {
      at = Math.max(at, link.lastAt);
      link.lastAt = at;
    }
    this.#queue.add(at, () => {
      if (link.isCut) return this.#meetCut(link, message);
      const station = this.#stationOf(message.to);
      if (station === null) return this.#lose(message);
      station.life.run(() => {
        this.counters.delivered += 1;
        this.#trace.note("message", message.to, message);
        station.deliver(message);
      });
    });
  }

  #after(run: () => void): void {
    this.#queue.add(this.#queue.now + this.#delayMs(), run);
  }

  #delayMs(): Millis {
    const { delayMsMin, delayMsMax } = this.#options;
    return this.#random.skewed(delayMsMin, delayMsMax) * this.#weather.slowness;
  }

  #link(from: NodeId, to: NodeId): Link {
    const links = this.#links.get(from) ?? new Map<NodeId, Link>();
    const link = links.get(to) ?? { isCut: false, detourMs: 0, lastAt: 0, held: [] };
    links.set(to, link);
    this.#links.set(from, links);
    return link;
  }
}
