import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Config } from "../../config/config.ts";
import type { View } from "../../core/api.ts";
import type { Millis, NodeId } from "../../core/types.ts";
import type { DoorNotice } from "../../door/door.ts";
import type { DoorOptions } from "../../door/options.ts";
import type { PlaceOptions } from "../../door/places.ts";
import { UnreadTotal } from "../../door/unread.ts";
import type { Machine } from "../../machine/machine.ts";
import { answerOf, type Introduction, type IntroductionAnswer } from "../../node/founding/introduction.ts";
import { Node } from "../../node/node.ts";
import type { NodeEvent } from "../../node/ports/node-events.ts";
import { StateDiffers } from "../../node/ports/state-differs.ts";
import { Incarnation } from "../../service/answers/incarnation.ts";
import { ClientServer } from "../../service/server.ts";
import { setDiffering } from "../../storage/directory/marks.ts";
import type { DataDirectory } from "../../storage/directory/open.ts";
import type { Identity } from "../../storage/files/identity.ts";
import { Scrubber } from "../../storage/scrub/scrubber.ts";
import { GrpcTransport } from "../../transport/grpc-transport.ts";
import type { TransportNotice } from "../../transport/link/notices.ts";
import type { ObservingTransport } from "../../transport/observed/observing-transport.ts";
import type { Log } from "../log/log.ts";
import { SystemClock } from "./clock.ts";
import type { DiskUsage } from "./disk-usage.ts";
import { connectionPlaces, handlesOfProcess, placesWarning } from "./handles.ts";
import { MissingLeader } from "./missing-leader.ts";
import { NodeFaults } from "./node-faults.ts";
import { countersIn, figureValues, type NodeFigures, processFiguresOf } from "./node-figures.ts";
import { NodeObserver } from "./node-observer.ts";
import { PeerServer } from "./peer-server.ts";

export interface NodeServerPorts {
  readonly log: Log;
  readonly data: DataDirectory;
  /** What is replicated. */
  readonly machine: Machine;
  /** Who may call on the client port; for nobody it stays closed. The map can be served only if it is the machine. */
  readonly serves: "map" | "operators" | "nobody";
  readonly onEvent: (event: NodeEvent, view: View) => void;
  readonly diskUsage: DiskUsage;
  readonly version: string;
  /** Ends this process as kill -9 does, for the fault that asks for it; left out, the node fails within its process. */
  readonly endProcess?: () => void;
  /** Called once: null after `stop`, when everything is closed; else what failed, as soon as it has. */
  readonly onStopped: (why: Error | null) => void;
}

/** Time that calls under way get to be answered when the node stops, in ms. */
const graceMs = 500;
/** A disk that hangs does not keep a node from telling why it has failed for longer than this, in ms. */
const markMsMax = 2_000;
/** Processes that are started in the same millisecond differ by chance. */
const runsPerMs = 1_024;
/** Seeds of nodes that start at the same time must differ, or their votes would split again and again. */
const seedMax = 2 ** 32;

/** Higher than that of any process that was started earlier on this disk or on a copy of it, as far as their clocks agree. */
function newRun(): number {
  return Date.now() * runsPerMs + randomInt(runsPerMs);
}

/** One whole node: the core and its shell, the storage, the links to its peers and the servers of both ports. */
export class NodeServer {
  readonly #config: Config;
  readonly #ports: Omit<NodeServerPorts, "data">;
  readonly #identity: Identity;
  readonly #transport: GrpcTransport;
  readonly node: Node;
  /** Null where no faults are allowed: then nothing stands between the node and its world. */
  readonly #faults: NodeFaults | null;
  readonly #observer: NodeObserver;
  /** What the node sends and gets passes here first and last. */
  readonly #observed: ObservingTransport;
  readonly #peerServer: PeerServer;
  readonly #clientServer: ClientServer | null;
  readonly #unreadTotal: UnreadTotal;
  readonly #scrubber: Scrubber;
  readonly #missingLeader: MissingLeader;
  /** Resolves, however the node has ended, once its ports are closed and its data directory may be opened again. */
  readonly closed: Promise<void>;
  #tellClosed: () => void = () => undefined;
  /** Resolves once the data directory says what has become of it. */
  #marked: Promise<void> = Promise.resolve();
  #phase: "running" | "stopping" | "failed" = "running";
  #isNodeGone = false;
  #areClientsGone: boolean;

  /** Keeps no reference to `data` itself: with what was found on disk it would hold the whole log a second time. */
  constructor(config: Config, { data, ...ports }: NodeServerPorts) {
    const { id, clusterId } = config;
    const { diskId, incarnationId } = data.identity;
    const clock = new SystemClock();
    const run = newRun();
    this.#config = config;
    this.#ports = ports;
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
    this.#identity = data.identity;
    this.#transport = new GrpcTransport(
      { clusterId, incarnationId, id, diskId, run, limits: config.transport, listed: listedBy(config) },
      {
        random: Math.random,
        onNotice: (notice) => this.#onNotice(notice),
        onMember: (member, origin) => this.#peerServer.door.onMember(origin, member),
        introduce: (question) => this.#introduce(question),
        onDropped: (message, why) => this.#observer.onLost(message, why),
      },
    );
    this.#observer = this.#newObserver(run, clock);
    const world = {
      ...{ clock, log: ports.log, random: Math.random, transport: this.#transport, store: data.log, state: data.state },
      end: ports.endProcess ?? (() => this.node.fail(new Error("A fault was set that ends this node."))),
      ...this.#observer.faultHooks,
    };
    this.#faults = config.allowsFaults ? new NodeFaults({ directory: config.dataDir }, world) : null;
    this.#observed = this.#observer.transportFor(this.#faults?.transport ?? this.#transport);
    this.node = new Node({ ...config.node, core: { ...config.core, id, seed: randomInt(seedMax) } }, data.restored, {
      log: this.#observer.logFor(this.#faults?.store ?? data.log),
      state: this.#faults?.state ?? data.state,
      machine: ports.machine,
      transport: this.#observed,
      clock,
      ...(this.#faults !== null && { nextTurn: this.#faults.gate.nextTurn }),
      onEvent: (event, view) => this.#onEvent(event, view),
      onStopped: (why) => this.#onStopped(why),
      onClosed: () => {
        this.#isNodeGone = true;
        this.#endOnceGone();
      },
    });
    this.node.onPeerDisk(id, diskId);
    this.#missingLeader = new MissingLeader({
      now: () => clock.now(),
      view: () => this.node.view,
      links: () => this.#transport.links(),
      warn: (sentence) => ports.log.area("main").warn(sentence),
    });
    const places = this.#places();
    this.#unreadTotal = new UnreadTotal(config.door.unreadBytesTotalMax);
    this.#peerServer = new PeerServer({ door: places.peer, transport: config.transport }, this.#transport, {
      unreadTotal: this.#unreadTotal,
      onNotice: (notice) => this.#onDoorNotice("transport", notice),
    });
    this.#scrubber = new Scrubber(config.scrub, {
      clock,
      parts: [data.smallFiles, data.state, data.log],
      onRound: (round) => this.#onEvent({ type: "scrubbed", ...round }, this.node.view),
      onCutShort: (why) => this.#onEvent({ type: "scrubCutShort", why }, this.node.view),
      onDamaged: (error) => this.onDamaged(error),
    });
    this.#areClientsGone = ports.serves === "nobody";
    this.#clientServer = ports.serves === "nobody" ? null : this.#newClientServer({ ...ports, data }, places.client);
  }

  #newObserver(life: number, clock: SystemClock): NodeObserver {
    return new NodeObserver(
      { id: this.#config.id, life, version: this.#ports.version },
      {
        clock,
        node: () => this.node,
        out: () =>
          [...this.#transport.queued()].map(([peer, queued]) => ({
            ...{ peer, ...queued, held: this.#faults?.transport.heldFor(peer) ?? 0 },
          })),
        faults: () => this.#faults?.book.list() ?? [],
        counters: () => countersIn(this.figures),
      },
    );
  }

  #newClientServer(ports: NodeServerPorts, door: DoorOptions & PlaceOptions): ClientServer {
    const { service, clusterId } = this.#config;
    const clock = new SystemClock();
    return new ClientServer(
      {
        service,
        door,
        admin: { clusterId, incarnationId: this.#identity.incarnationId, version: ports.version },
        servesMap: ports.serves === "map",
      },
      {
        unreadTotal: this.#unreadTotal,
        onNotice: (notice) => this.#onDoorNotice("client", notice),
        incarnation: new Incarnation(this.#identity.incarnationId),
        node: this.node,
        state: ports.data.state,
        onStateDamaged: (error) => this.onDamaged(error),
        soon: (callback) => clock.soon(callback),
        now: () => clock.now(),
        linkStates: () => new Map(this.#transport.links().map(({ peer, state }) => [peer, state])),
        transfers: () => this.node.snapshotProgress,
        strangersRefused: () => this.#transport.counters.strangersRefused,
        messagesRefused: () => this.node.figures.messagesRefused,
        verification: () => this.#verification(),
        diskBytes: () => ports.diskUsage.bytes,
        figures: () => figureValues(this.figures),
        faults: this.#faults?.book ?? null,
        observe: this.#observer,
        process,
      },
    );
  }

  /** What each port may take of this process. */
  #places() {
    const { door } = this.#config;
    const handles = handlesOfProcess();
    const { client, peer } = connectionPlaces(door, handles);
    const warning = placesWarning({ client, peer }, handles);
    if (warning !== null) this.#ports.log.area("main").warn(warning);
    // A node that comes back must not be taken for the twin of the process it was, whose connections nobody has ended.
    const { keepaliveMs, keepaliveTimeoutMs } = this.#config.transport;
    const probes = {
      connectionKeepaliveMs: Math.min(door.connectionKeepaliveMs, 2 * keepaliveMs),
      connectionKeepaliveTimeoutMs: Math.min(door.connectionKeepaliveTimeoutMs, 2 * keepaliveTimeoutMs),
    };
    return { client: { ...door, ...client }, peer: { ...door, ...peer, ...probes } };
  }

  /** Opens both ports, then takes part in the cluster. Rejects if a port cannot be opened. */
  async start(): Promise<void> {
    const { listen, clientListen } = this.#config;
    await this.#peerServer.listen(listen);
    const clientServer = this.#clientServer;
    if (clientServer !== null) await promisify((done: (error: Error | null) => void) => clientServer.listen(clientListen, done))();
    const handler = this.#observed.handlerFor(this.node);
    this.#transport.start(this.#faults?.transport.handlerFor(handler) ?? handler);
    this.node.start();
    this.#scrubber.start();
    this.#missingLeader.start();
  }

  /** Hands over, answers what waits, finishes the writes under way and closes everything; `onStopped` tells when. */
  stop(): void {
    if (this.#phase !== "running") return;
    this.#phase = "stopping";
    this.#missingLeader.stop();
    this.#scrubber.stop();
    this.node.handOver(() => {
      if (this.#phase === "failed") return;
      this.node.stop();
      this.#leaveClients(graceMs);
    });
  }

  /** Whether most of the other members take this node for the one that it says it is. */
  get isLetIn(): boolean {
    const links = this.#transport.links();
    return links.filter(({ state }) => state === "connected").length * 2 >= links.length;
  }

  get figures(): NodeFigures {
    const { door: peerDoor } = this.#peerServer;
    const clientDoor = this.#clientServer?.door ?? null;
    return {
      node: this.node.figures,
      transport: this.#transport.counters,
      peerPort: peerDoor.figures,
      peerPortClosed: peerDoor.counters.closed,
      clientPort: clientDoor?.figures ?? null,
      clientPortClosed: clientDoor?.counters.closed ?? null,
      ports: this.#unreadTotal.figures,
      scrub: this.#scrubber.counters,
      sessions: this.#clientServer?.sessionFigures ?? null,
      observers: this.#observer.feed.figures,
      process: processFiguresOf(this.#ports.diskUsage.bytes),
    };
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

  /** What a node is told whose cluster is yet to be born: that there is one, and whether it belongs to it. */
  #introduce(question: Introduction): IntroductionAnswer {
    const { clusterId, nodeId, diskId, incarnationId, bootstrap: members } = this.#identity;
    return answerOf({ clusterId, nodeId, diskId, birth: { incarnationId, members } }, this.node.view, question);
  }

  #verification() {
    const { rounds, bytes } = this.#scrubber.counters;
    const { compared, differed, comparedIndex } = this.node.figures;
    return { scrubRounds: rounds, scrubbedBytes: bytes, compared, differed, comparedIndex };
  }

  /** A node that has failed leaves everybody at once: nobody is to wait for it. */
  #onStopped(why: Error | null): void {
    this.#missingLeader.stop();
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
  #endOnceGone(): void {
    if (!this.#isNodeGone || !this.#areClientsGone) return;
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
      this.#areClientsGone = true;
      this.#endOnceGone();
    });
  }

  #onEvent(event: NodeEvent, view: View): void {
    this.#ports.log.event(event, view);
    this.#ports.onEvent(event, view);
    this.#observer.onEvent(event);
    this.#peerServer.setServing(view.leader !== null);
    this.#clientServer?.setServing(view.leader !== null);
  }

  #onDoorNotice(area: "transport" | "client", notice: DoorNotice): void {
    const { origin, why, others } = notice;
    const also = others === 0 ? "" : ` So were ${others} others since the last such line.`;
    this.#ports.log.area(area).warn({ notice }, `A connection from ${origin} was ${why}.${also}`);
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
      case "otherCluster":
        return logger.error({ notice }, `Another cluster calls from ${notice.origin}, and is not listened to: ${notice.why}.`);
      case "refusedAsOther":
        return logger.error(
          { notice },
          `Node ${notice.peer} at ${notice.address} does not listen to this node, as it is of another cluster. It says: ${notice.why}.`,
        );
      case "refused":
        return logger.warn({ notice }, `Refused a message from ${notice.origin}: ${notice.why}.`);
      default:
        return notice satisfies never;
    }
  }
}

function listedBy({ peers }: Config): ReadonlyMap<NodeId, string> {
  return new Map(peers.map(({ id, address }) => [id, address]));
}
