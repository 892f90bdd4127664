import type { PeerMessage } from "../../core/messages.ts";
import type { Millis, NodeId } from "../../core/types.ts";
import type { PeerCall } from "../../node/ports/peer-calls.ts";
import type { TransportHandler } from "../../node/ports/ports.ts";
import type { EventQueue } from "../base/event-queue.ts";
import type { Life } from "../base/life.ts";
import type { Random } from "../base/random.ts";
import type { Trace } from "../base/trace.ts";
import { mannerOf } from "./call-manners.ts";
import type { Caller, Door, Greeting } from "./greeting.ts";

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
  /** Factor on all delays. */
  readonly slowness: number;
}

export const fairWeather: Weather = { loss: 0, duplication: 0, slowness: 1 };

/** Who can be reached at a node: nobody while its process is down. */
export interface Station {
  readonly life: Life;
  readonly transport: Door;
  readonly handler: TransportHandler;
}

/** A message on its way. */
interface Parcel {
  readonly message: PeerMessage;
  readonly greeting: Greeting;
  readonly sender: Caller;
}

/** Most messages that a cut link keeps. */
const heldMax = 200;
/** Longest wait for the answer to a call, in ms; then its link counts as broken. */
const onceMsMin = 100;
const onceMsMax = 3_000;
const againMsMin = 200;
const againMsMax = 4_000;

/** A call that is made. */
export interface Asked<Question, Answer> {
  readonly call: PeerCall<Question, Answer>;
  readonly question: Question;
  readonly done: (answer: Answer) => void;
}

/** One that is under way. */
interface Trip<Question, Answer> extends Asked<Question, Answer> {
  readonly sender: Caller;
  readonly to: NodeId;
  readonly greeting: Greeting;
}

interface Link {
  isCut: boolean;
  /** Extra delay of messages here, in ms. */
  detourMs: Millis;
  /** When the last message will arrive: where order is kept, none arrives before it. */
  lastAt: Millis;
  held: Parcel[];
}

export interface NetworkPorts {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly trace: Trace;
  /** Null: nobody is there. */
  readonly stationOf: (node: NodeId) => Station | null;
  /** `node` listens to this caller. */
  readonly onLetIn: (node: NodeId, caller: Greeting) => void;
}

/** All links between the nodes, each direction by itself. Messages may be lost, doubled, late or overtaken. */
export class Network {
  readonly #options: NetworkOptions;
  readonly #queue: EventQueue;
  readonly #random: Random;
  readonly #trace: Trace;
  readonly #stationOf: (node: NodeId) => Station | null;
  readonly #onLetIn: (node: NodeId, caller: Greeting) => void;
  readonly #links = new Map<NodeId, Map<NodeId, Link>>();
  readonly counters = { sent: 0, delivered: 0, lost: 0, doubled: 0, held: 0, forwarded: 0, chunks: 0, strangers: 0 };
  #weather: Weather;

  constructor(options: NetworkOptions, ports: NetworkPorts) {
    this.#options = options;
    this.#queue = ports.queue;
    this.#random = ports.random;
    this.#trace = ports.trace;
    this.#stationOf = ports.stationOf;
    this.#onLetIn = ports.onLetIn;
    this.#weather = options.climate;
  }

  send(message: PeerMessage, greeting: Greeting, sender: Caller): void {
    this.counters.sent += 1;
    const parcel = { message, greeting, sender };
    const link = this.#link(message.from, message.to);
    if (link.isCut) return this.#meetCut(link, parcel);
    if (this.#weather.loss > 0 && this.#random.chance(this.#weather.loss)) return this.#lose(message);
    this.#carry(link, parcel);
    if (this.#weather.duplication > 0 && this.#random.chance(this.#weather.duplication)) {
      this.counters.doubled += 1;
      this.#carry(link, parcel);
    }
  }

  /** Carries a question to node `to` and its answer back, in the manner of the call. `done` is called exactly once. */
  ask<Question, Answer>(sender: Caller, to: NodeId, asked: Asked<Question, Answer>): void {
    const { life } = sender;
    let isSettled = false;
    const settle = (answer: Answer): void => {
      if (isSettled) return;
      isSettled = true;
      life.run(() => asked.done(answer));
    };
    const trip: Trip<Question, Answer> = { ...asked, done: settle, sender, to, greeting: sender.greeting(to) };
    switch (mannerOf(asked.call)) {
      case "once":
        this.counters.forwarded += 1;
        return this.#askOnce(trip);
      case "again":
        this.counters.chunks += 1;
        return this.#askAgain(trip);
      case "aside":
        return this.#askAside(trip);
    }
  }

  #askOnce<Question, Answer>({ sender, to, greeting, call, question, done }: Trip<Question, Answer>): void {
    const from = sender.life.nodeId;
    // A link known to be down takes nothing; one that breaks just then leaves open what has left.
    if (this.#link(from, to).isCut && this.#random.chance(0.5)) return this.#after(() => done(call.unsent));
    this.#queue.add(this.#queue.now + this.#random.within(onceMsMin, onceMsMax), () => done(call.broken));
    this.#after(() => {
      if (this.#isDown(from, to)) return;
      const station = this.#stationOf(to);
      if (station === null || isStrange(station, greeting)) return this.#after(() => done(call.unsent));
      station.life.run(() =>
        station.handler.onAsk(from, call, question, (answer) => {
          if (!station.life.effect("answer")) return;
          this.#after(() => {
            if (!this.#isDown(to, from)) done(answer);
          });
        }),
      );
    });
  }

  #askAgain<Question, Answer>({ sender, to, greeting, call, question, done }: Trip<Question, Answer>): void {
    const from = sender.life.nodeId;
    this.#queue.add(this.#queue.now + this.#random.within(againMsMin, againMsMax), () => done(call.broken));
    const arrive = (): void => {
      const station = this.#stationOf(to);
      if (station === null || this.#isDown(from, to)) return this.#after(() => done(call.broken));
      station.life.run(() => {
        if (!this.#admit(station, greeting, sender)) return done(call.broken);
        station.handler.onAsk(from, call, question, (answer) => {
          if (!station.life.effect("answer")) return;
          this.#after(() => done(this.#isDown(to, from) ? call.broken : answer));
        });
      });
    };
    this.#after(arrive);
    if (this.#random.chance(this.#weather.duplication)) this.#after(arrive);
  }

  #askAside<Question, Answer>({ sender, to, greeting, call, question, done }: Trip<Question, Answer>): void {
    const from = sender.life.nodeId;
    this.#aside(() => {
      const station = this.#stationOf(to);
      if (station === null || this.#link(from, to).isCut || isStrange(station, greeting))
        return this.#aside(() => done(call.broken));
      station.handler.onAsk(from, call, question, (answer) => this.#aside(() => done(answer)));
    });
  }

  /** Carries a question to wherever somebody may be, and the answer back; null if either is lost, or nobody is there. */
  askAnybody<T>(from: NodeId, to: NodeId, question: () => T | null, done: (answer: T | null) => void): void {
    this.#after(() => {
      const answer = this.#isDown(from, to) ? null : question();
      this.#after(() => done(answer === null || this.#isDown(to, from) ? null : answer));
    });
  }

  /** A question to a node that the sender does not know does not leave. */
  refuse<Question, Answer>({ life }: Caller, { call, done }: Asked<Question, Answer>): void {
    if (mannerOf(call) === "aside") this.#aside(() => life.run(() => done(call.unsent)));
    else this.soon(life, () => done(call.unsent));
  }

  /** Calls back in this life, a moment later. */
  soon(life: Life, run: () => void): void {
    this.#after(() => life.run(run));
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
        for (const parcel of held) this.#carry(link, parcel);
      }
    }
  }

  #meetCut(link: Link, parcel: Parcel): void {
    if (!this.#options.holdsWhenCut || link.held.length >= heldMax) return this.#lose(parcel.message);
    this.counters.held += 1;
    link.held.push(parcel);
  }

  #lose(message: PeerMessage): void {
    this.counters.lost += 1;
    this.#trace.note("lost", message.from, message);
  }

  #carry(link: Link, parcel: Parcel): void {
    const { message, greeting, sender } = parcel;
    let at = this.#queue.now + this.#delayMs() + link.detourMs;
    if (this.#options.isOrdered) {
      at = Math.max(at, link.lastAt);
      link.lastAt = at;
    }
    this.#queue.add(at, () => {
      if (link.isCut) return this.#meetCut(link, parcel);
      const station = this.#stationOf(message.to);
      if (station === null) return this.#lose(message);
      station.life.run(() => {
        if (!this.#admit(station, greeting, sender)) return this.#lose(message);
        this.counters.delivered += 1;
        this.#trace.note("message", message.to, message);
        station.handler.onMessage(message);
      });
    });
  }

  /** Whether the node lets the caller in. The caller learns of the other's disk, or why it is refused; what it says itself proves nothing. */
  #admit(station: Station, greeting: Greeting, caller: Caller): boolean {
    const { transport, life } = station;
    const refusal = transport.refusal(greeting);
    if (refusal !== null || transport.isTakenForAnother(greeting)) {
      this.counters.strangers += 1;
      if (refusal !== null) this.#tell(caller.life, (told) => told.onRefused(life.nodeId, refusal, `refused: ${refusal}`));
      return false;
    }
    transport.hasLetIn(greeting);
    this.#onLetIn(life.nodeId, greeting);
    if (caller.meets(life.nodeId, transport.diskId)) {
      this.#tell(caller.life, (told) => told.onPeerDisk(life.nodeId, transport.diskId));
    }
    return true;
  }

  #tell(life: Life, what: (handler: TransportHandler) => void): void {
    this.soon(life, () => {
      const station = this.#stationOf(life.nodeId);
      if (station?.life === life) what(station.handler);
    });
  }

  #isDown(from: NodeId, to: NodeId): boolean {
    return this.#link(from, to).isCut || this.#random.chance(this.#weather.loss);
  }

  #aside(run: () => void): void {
    this.#queue.add(this.#queue.now + this.#options.delayMsMin, run);
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

/** A call of another incarnation is refused at the door. Whoever else is refused has learnt it by messages. */
function isStrange({ transport }: Station, greeting: Greeting): boolean {
  return transport.refusal(greeting) === "otherCluster";
}
