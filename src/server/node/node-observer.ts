import { readFileSync } from "node:fs";
import { hostname, uptime } from "node:os";
import type { PeerMessage } from "../../core/messages.ts";
import type { Entry, Index, Millis } from "../../core/types.ts";
import { type ActiveFault, faultKindOf } from "../../node/faults/faults.ts";
import type { Node } from "../../node/node.ts";
import type { NodeEvent, ShellEvent } from "../../node/ports/node-events.ts";
import type { Clock, LogStorage, Transport } from "../../node/ports/ports.ts";
import { NodeFeed } from "../../observe/feed/node-feed.ts";
import { nodeSampleOf, runsMax } from "../../observe/feed/node-sample.ts";
import { feedDefaults } from "../../observe/feed/options.ts";
import type { LostWhy } from "../../observe/feed/recorder.ts";
import type { Subscription } from "../../observe/feed/subscription.ts";
import type { NodeSample, PeerQueueSample } from "../../observe/live.ts";
import type { ObservePort } from "../../service/observe/observe-service.ts";
import type { BatchHead } from "../../service/observe/observe-stream.ts";
import { ObservingTransport, type TransportWatcher } from "../../transport/observed/observing-transport.ts";
import type { NodeFaultsPorts } from "./node-faults.ts";
import { ObservedLog } from "./observed-log.ts";

export interface NodeObserverOptions {
  readonly id: number;
  /** Names this process. */
  readonly life: number;
  readonly version: string;
}

export interface NodeObserverPorts {
  /** The node's own clock. */
  readonly clock: Pick<Clock, "now">;
  readonly node: () => Node;
  /** What waits for each peer. */
  readonly out: () => readonly PeerQueueSample[];
  /** The faults in force. */
  readonly faults: () => readonly ActiveFault[];
  /** What it has counted, by the names of docs/figures.md. */
  readonly counters: () => Readonly<Record<string, number>>;
}

/** Tells whoever watches this node what happens in it. While nobody does, each piece of news costs one look at that. */
export class NodeObserver implements ObservePort {
  readonly feed: NodeFeed;
  readonly #options: NodeObserverOptions;
  readonly #ports: NodeObserverPorts;
  readonly #bootId = bootId();
  /** Added to a time of the node's clock, it is one of the machine's: both run alike. */
  readonly #toMachineMs: Millis;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: NodeObserverOptions, ports: NodeObserverPorts) {
    const { id: node, life, version } = options;
    this.#options = options;
    this.#ports = ports;
    this.#toMachineMs = Number(process.hrtime.bigint()) / 1e6 - ports.clock.now();
    this.feed = new NodeFeed({ ...feedDefaults, node, life }, { now: () => this.#now() });
    this.feed.start({ version, processId: process.pid });
  }

  readonly subscribe = (messagesPerSecond: number, onDue: (isUrgent: boolean) => void): Subscription => {
    this.#timer ??= setInterval(() => this.feed.onTime(), feedDefaults.rangesMs).unref();
    return this.feed.subscribe({ messagesPerSecond }, { onDue });
  };

  readonly unsubscribe = (subscription: Subscription): void => {
    this.feed.unsubscribe(subscription);
    if (this.feed.isObserved) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  };

  readonly head = (): BatchHead => {
    const { id: node, life } = this.#options;
    const now = this.#now();
    return { node, life, bootId: this.#bootId, now, toEpochMs: Date.now() - now };
  };

  readonly sample = (): NodeSample => {
    const node = this.#ports.node();
    const nodeNow = this.#ports.clock.now();
    return nodeSampleOf(node.view, {
      ...{ life: this.#options.life, at: nodeNow + this.#toMachineMs, nodeNow, appliedIndex: node.appliedIndex },
      ...{ turnQueue: node.newsCount, requests: node.pendingCount, out: this.#ports.out(), runs: node.termRuns(runsMax) },
      faults: this.#ports.faults().map(({ id, fault, endsAt }) => {
        const expiresInMs = endsAt === null ? null : Math.max(0, endsAt - nodeNow);
        return { id, what: faultKindOf(fault).words(fault), expiresInMs };
      }),
      counts: this.#ports.counters(),
      stages: node.stages,
    });
  };

  readonly entries = (first: Index, last: Index, max: number): readonly Entry[] => {
    const node = this.#ports.node();
    const from = Math.max(first, node.view.firstIndex);
    return node.entries(from, Math.min(last, from + max - 1));
  };

  /** The same, but what passes is noted, and numbered. To be given what comes in by `incoming`. */
  transportFor(inner: Transport): ObservingTransport {
    const { id: self, life } = this.#options;
    return new ObservingTransport({ self, firstSequence: life }, inner, this.#watcher());
  }

  onEvent(event: NodeEvent): void {
    if (!this.feed.isObserved) return;
    this.feed.onEvent(event, Object.hasOwn(outsideOfTurns, event.type) ? 0 : this.#turn);
  }

  /** This message goes no further here. */
  onLost(message: PeerMessage, why: LostWhy): void {
    // What leaves does so in a turn, what comes is for the next one.
    const isSent = message.from === this.#options.id;
    if (this.feed.isObserved) this.feed.onLost(message, why, isSent ? this.#turn : this.#turn + 1);
  }

  /** For those who make faults: what they tell of them, and of what a fault has taken. */
  readonly faultHooks: Pick<NodeFaultsPorts, "onFault" | "onLost" | "onPartLost"> = {
    onFault: (type, { id, fault }) => {
      if (this.feed.isObserved) this.feed.note(type, { id, what: faultKindOf(fault).words(fault) }, 0);
    },
    onLost: (message) => this.onLost(message, "fault"),
    onPartLost: (part, peer, way) => {
      const { id } = this.#options;
      const [from, to] = way === "out" ? [id, peer] : [peer, id];
      if (this.feed.isObserved) this.feed.onPart("messageLost", { ...part, from, to }, 0, "fault");
    },
  };

  /** The same, but each store is noted, and how long it took. */
  logFor(log: LogStorage): LogStorage {
    return new ObservedLog(log, {
      clock: this.#ports.clock,
      isObserved: () => this.feed.isObserved,
      // The node hears of it in its next turn.
      onStored: ({ lastIndex, entries }, tookMs) =>
        this.feed.note("stored", { lastIndex, entries: entries.length, tookMs }, this.#turn + 1),
    });
  }

  #watcher(): TransportWatcher {
    const { feed } = this;
    return {
      get isWatching() {
        return feed.isObserved;
      },
      onSent: (message) => feed.onSent(message, this.#turn),
      onReceived: (message) => feed.onReceived(message, this.#turn + 1),
      // Commands and their outcomes come and go at any time.
      onPartSent: (part) => feed.onPart("messageSent", part, 0),
      onPartReceived: (part) => feed.onPart("messageReceived", part, 0),
      onPartUnsent: (part) => feed.onPart("messageLost", part, 0, "noLink"),
    };
  }

  /** That is being taken, or was taken last. */
  get #turn(): number {
    return this.#ports.node().turn;
  }

  #now(): Millis {
    return this.#ports.clock.now() + this.#toMachineMs;
  }
}

/** All else is said by the core, in its turn. */
const outsideOfTurns: Readonly<Record<ShellEvent["type"], true>> = {
  snapshotProgress: true,
  scrubbed: true,
  scrubCutShort: true,
  damageFound: true,
  stateDiffers: true,
};

/** Names the start of the machine, also for whoever runs in a container on it. */
function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    // Where the system does not say: to ten seconds, as the time of day is not exact.
    return `${hostname()} ${Math.round((Date.now() - uptime() * 1_000) / 10_000)}`;
  }
}
