import type { PeerMessage } from "../core/messages.ts";
import type { Index, Millis, NodeId } from "../core/types.ts";
import type { ChunkReply, Outcome, SnapshotChunk, StateDigest, TransportHandler } from "../node/ports.ts";
import type { EventQueue } from "./event-queue.ts";
import type { Caller, Door, Greeting } from "./greeting.ts";
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
/** After so long without an answer a forwarded command is given up, in ms. */
const forwardMsMin = 100;
const forwardMsMax = 3_000;
/** After so long without a reply the link that carries a piece of a snapshot counts as broken, in ms. */
const chunkMsMin = 200;
const chunkMsMax = 4_000;

interface Link {
  isCut: boolean;
  /** Messages take so much longer here than elsewhere, in ms. */
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

  /** Carries a command from `life` to node `to` and its outcome back: it never arrives twice, and is answered once. */
  forward(life: Life, to: NodeId, command: Uint8Array, done: (outcome: Outcome) => void): void {
    this.counters.forwarded += 1;
    let isSettled = false;
    const settle = (outcome: Outcome): void => {
      if (isSettled) return;
      isSettled = true;
      life.run(() => done(outcome));
    };
    // A link known to be down takes nothing; one that breaks just then leaves open what has left.
    if (this.#link(life.nodeId, to).isCut && this.#random.chance(0.5)) {
      this.#after(() => settle({ type: "refused", reason: "noLeader", leader: null }));
      return;
    }
    const brokenAt = this.#queue.now + this.#random.within(forwardMsMin, forwardMsMax);
    this.#queue.add(brokenAt, () => settle({ type: "unknown", reason: "leaderChanged" }));
    this.#after(() => {
      if (this.#isDown(life.nodeId, to)) return;
      const station = this.#stationOf(to);
      if (station === null) return this.#after(() => settle({ type: "refused", reason: "noLeader", leader: null }));
      station.life.run(() =>
        station.handler.onForward(
          command,
          (outcome) => {
            if (!station.life.effect("answer")) return;
            this.#after(() => {
              if (!this.#isDown(to, life.nodeId)) settle(outcome);
            });
          },
          life.nodeId,
        ),
      );
    });
  }

  /**
   * Carries a piece of a snapshot and the reply to it. It may arrive when its sender has long given it up, or twice, as
   * when a new stream overtakes what an old one still had under way.
   */
  sendChunk(sender: Caller, to: NodeId, chunk: SnapshotChunk, done: (reply: ChunkReply) => void): void {
    this.counters.chunks += 1;
    const { life } = sender;
    const greeting = sender.greeting(to);
    let isSettled = false;
    const settle = (reply: ChunkReply): void => {
      if (isSettled) return;
      isSettled = true;
      life.run(() => done(reply));
    };
    this.#queue.add(this.#queue.now + this.#random.within(chunkMsMin, chunkMsMax), () => settle({ type: "broken" }));
    const arrive = (): void => {
      const station = this.#stationOf(to);
      if (station === null || this.#isDown(life.nodeId, to)) return this.#after(() => settle({ type: "broken" }));
      station.life.run(() => {
        if (!this.#admit(station, greeting, sender)) return settle({ type: "broken" });
        station.handler.onChunk(life.nodeId, chunk, (reply) => {
          if (!station.life.effect("answer")) return;
          this.#after(() => settle(this.#isDown(to, life.nodeId) ? { type: "broken" } : reply));
        });
      });
    };
    this.#after(arrive);
    if (this.#random.chance(this.#weather.duplication)) this.#after(arrive);
  }

  /** Carries a question and its answer, unless the link is cut. It is no news of the world: it takes no chance from it. */
  askDigest(life: Life, to: NodeId, index: Index, done: (found: StateDigest) => void): void {
    const { delayMsMin } = this.#options;
    this.#queue.add(this.#queue.now + delayMsMin, () => {
      const station = this.#stationOf(to);
      if (station === null || this.#link(life.nodeId, to).isCut) return;
      const found = station.handler.digestAt(index, life.nodeId);
      if (found === null) return;
      this.#queue.add(this.#queue.now + delayMsMin, () => life.run(() => done(found)));
    });
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

  /** Whether the node lets the caller in. Both ends of a link learn of each other's disks; who is refused is told why. */
  #admit(station: Station, greeting: Greeting, caller: Caller): boolean {
    const { transport, handler, life } = station;
    const { from, diskId } = greeting;
    const refusal = transport.refusal(greeting);
    const isMisled = transport.isTakenForAnother(greeting);
    if (refusal !== null || isMisled) {
      this.counters.strangers += 1;
      if (refusal !== null) this.#tell(caller.life, (told) => told.onRefused(life.nodeId, refusal, `refused: ${refusal}`));
      else handler.onRefused(from, "diskReplaced", "taken for another");
      return false;
    }
    transport.hasLetIn(greeting);
    this.#onLetIn(life.nodeId, greeting);
    if (transport.meets(from, diskId)) handler.onPeerDisk(from, diskId);
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
