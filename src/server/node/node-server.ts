import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { View } from "../core/api.ts";
import type { Event } from "../core/events.ts";
import type { Millis } from "../core/types.ts";
import type { Machine } from "../machine/machine.ts";
import { Node } from "../node/node.ts";
import { StateDiffers } from "../node/state-differs.ts";
import { ClientServer } from "../service/server.ts";
import type { Identity } from "../storage/identity.ts";
import { type DataDirectory, setDiffering } from "../storage/open.ts";
import { Scrubber } from "../storage/scrubber.ts";
import { GrpcTransport } from "../transport/grpc-transport.ts";
import type { TransportNotice } from "../transport/notices.ts";
import { SystemClock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { DiskUsage } from "./disk-usage.ts";
import type { Log } from "./log.ts";
import { NodeFaults } from "./node-faults.ts";
import { PeerServer } from "./peer-server.ts";

export interface NodeServerPorts {
  readonly log: Log;
  readonly data: DataDirectory;
  /** What is replicated. */
  readonly machine: Machine;
  /** Who may call on the client port; for nobody it stays closed. The map can be served only if it is the machine. */
  readonly serves: "map" | "operators" | "nobody";
  readonly onEvent: (event: Event, view: View) => void;
  readonly diskUsage: DiskUsage;
  readonly version: string;
  /** Called once: null after `stop`, when everything is closed; else what failed, as soon as it has. */
  readonly onStopped: (why: Error | null) => void;
}

/** Calls under way get so long to be answered when the node stops, in ms. */
const graceMs = 500;
/** A disk that hangs does not keep a node from telling why it has failed for longer than this, in ms. */
const markMsMax = 2_000;
/** Seeds of nodes that start at the same time must differ, or their votes would split again and again. */
const seedMax = 2 ** 32;

/** One whole node: the core and its shell, the storage, the links to its peers and the servers of both ports. */
export class NodeServer {
  readonly #config: Config;
  readonly #ports: Omit<NodeServerPorts, "data">;
  readonly #identity: Identity;
  readonly #transport: GrpcTransport;
  readonly node: Node;
  /** Null where no faults are allowed: then nothing stands between the node and its world. */
  readonly #faults: NodeFaults | null;
  readonly #peerServer: PeerServer;
  readonly #clientServer: ClientServer | null;
  readonly #scrubber: Scrubber;
  /** Resolves, however the node has ended, once its ports are closed and its data directory may be opened again. */
  readonly closed: Promise<void>;
  #tellClosed: () => void = () => undefined;
  /** Resolves once the data directory says what has become of it. */
  #marked: Promise<void> = Promise.resolve();
  #phase: "running" | "stopping" | "failed" = "running";
  #nodeGone = false;
  #clientsGone: boolean;

  /** Keeps no reference to `data` itself: with what was found on disk it would hold the whole log a second time. */
  constructor(config: Config, { data, ...ports }: NodeServerPorts) {
    const { id, clusterId } = config;
    const clock = new SystemClock();
    this.#config = config;
    this.#ports = ports;
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
    this.#identity = data.identity;
    this.#transport = new GrpcTransport(
      { clusterId, id, diskId: data.identity.diskId, limits: config.transport },
      { random: Math.random, onNotice: (notice) => this.#onNotice(notice) },
    );
    const world = { clock, log: ports.log, random: Math.random, transport: this.#transport, store: data.log, state: data.state };
    this.#faults = config.allowsFaults ? new NodeFaults({ directory: config.dataDir }, world) : null;
    this.node = new Node({ ...config.node, core: { ...config.core, id, seed: randomInt(seedMax) } }, data.restored, {
      log: this.#faults?.store ?? data.log,
      state: this.#faults?.state ?? data.state,
      machine: ports.machine,
      transport: this.#faults?.transport ?? this.#transport,
      clock,
      ...(this.#faults !== null && { nextTurn: this.#faults.gate.nextTurn }),
      onEvent: (event, view) => this.#onEvent(event, view),
      onStopped: (why) => this.#onStopped(why),
      onClosed: () => {
        this.#nodeGone = true;
        this.#settle();
      },
    });
    this.node.onPeerDisk(id, data.identity.diskId);
    this.#peerServer = new PeerServer(config.transport, this.#transport);
    this.#scrubber = new Scrubber(config.scrub, {
      clock,
      parts: [data.smallFiles, data.state, data.log],
      onRound: (round) => this.#onEvent({ type: "scrubbed", ...round }, this.node.view),
      onCutShort: (why) => this.#onEvent({ type: "scrubCutShort", why }, this.node.view),
      onDamaged: (error) => this.onDamaged(error),
    });
    this.#clientsGone = ports.serves === "nobody";
    if (ports.serves === "nobody") {
      this.#clientServer = null;
      return;
    }
    this.#clientServer = new ClientServer(
      { service: config.service, admin: { clusterId, version: ports.version }, servesMap: ports.serves === "map" },
      {
        node: this.node,
        state: data.state,
        onStateDamaged: (error) => this.onDamaged(error),
        soon: (callback) => clock.soon(callback),
        now: () => clock.now(),
        linkStates: () => new Map(this.#transport.links().map(({ peer, state }) => [peer, state])),
        transfers: () => this.node.snapshotProgress,
        strangersRefused: () => this.#transport.counters.strangersRefused,
        verification: () => this.#verification(),
        diskBytes: () => ports.diskUsage.bytes,
        faults: this.#faults?.book ?? null,
        process,
      },
    );
  }

  /** Opens both ports, then takes part in the cluster. Rejects if a port cannot be opened. */
  async start(): Promise<void> {
    const { listen, clientListen } = this.#config;
    await promisify((done: (error: Error | null) => void) => this.#peerServer.listen(listen, done))();
    const clientServer = this.#clientServer;
    if (clientServer !== null) await promisify((done: (error: Error | null) => void) => clientServer.listen(clientListen, done))();
    this.#transport.start(this.#faults?.transport.handlerFor(this.node) ?? this.node);
    this.node.start();
    this.#scrubber.start();
  }

  /** Hands over, answers what waits, finishes the writes under way and closes everything; `onStopped` tells when. */
  stop(): void {
    if (this.#phase !== "running") return;
    this.#phase = "stopping";
    this.#scrubber.stop();
    this.node.handOver(() => {
      if (this.#phase === "failed") return;
      this.node.stop();
      this.#leaveClients(graceMs);
    });
  }

  get hasFailed(): boolean {
    return this.#phase === "failed";
  }

  /** A record is not what was written: nothing that this node says can be trusted any more. Further ones change nothing. */
  onDamaged(error: Error): void {
    if (this.#phase === "failed") return;
    this.#onEvent({ type: "damageFound", what: error.message }, this.node.view);
    this.node.fail(error);
  }

  #verification() {
    const { rounds, bytes } = this.#scrubber.counters;
    const { compared, differed, comparedIndex } = this.node.counters;
    return { scrubRounds: rounds, scrubbedBytes: bytes, compared, differed, comparedIndex };
  }

  /** A node that has failed leaves everybody at once: nobody is to wait for it. */
  #onStopped(why: Error | null): void {
    this.#scrubber.stop();
    if (why === null) return;
    this.#phase = "failed";
    if (why instanceof StateDiffers) this.#marked = this.#mark();
    this.#leavePeers();
    this.#leaveClients(0);
    void this.#marked.then(() => this.#ports.onStopped(why));
  }

  /** Whoever starts failed nodes again would start this one too, and only a comparison would stop it, after it had voted and led. */
  async #mark(): Promise<void> {
    const tooLate = sleep(markMsMax).then(() => {
      throw new Error(`The disk has not answered for ${markMsMax} ms.`);
    });
    try {
      await Promise.race([setDiffering(this.#config.dataDir, this.#identity), tooLate]);
    } catch (error) {
      this.#ports.log.area("storage").error({ err: error }, "It could not be noted in the data directory that its state is wrong.");
    }
  }

  /** In order, the peers are left last, so that what the node said to them while it stopped could leave. */
  #settle(): void {
    if (!this.#nodeGone || !this.#clientsGone) return;
    if (this.#phase !== "failed") {
      this.#leavePeers();
      this.#ports.onStopped(null);
    }
    void this.#marked.then(this.#tellClosed);
  }

  #leavePeers(): void {
    this.#faults?.close();
    this.#transport.close();
    this.#peerServer.stop();
  }

  #leaveClients(withinMs: Millis): void {
    this.#clientServer?.stop(withinMs, () => {
      this.#clientsGone = true;
      this.#settle();
    });
  }

  #onEvent(event: Event, view: View): void {
    this.#ports.log.event(event, view);
    this.#ports.onEvent(event, view);
    this.#peerServer.setServing(view.leader !== null);
    this.#clientServer?.setServing(view.leader !== null);
  }

  #onNotice(notice: TransportNotice): void {
    const logger = this.#ports.log.area("transport");
    switch (notice.type) {
      case "linkConnected":
        return logger.info({ notice }, `Connected to node ${notice.peer} at ${notice.address}.`);
      case "linkBroken":
        return logger.warn({ notice }, `No link to node ${notice.peer} at ${notice.address}: ${notice.why}.`);
      case "newcomer":
        return logger.info(
          { notice },
          `Node ${notice.from} calls from ${notice.origin}: a member that this node was not told of yet.`,
        );
      case "refused":
        return logger.warn({ notice }, `Refused a message from ${notice.origin}: ${notice.why}.`);
      default:
        return notice satisfies never;
    }
  }
}
