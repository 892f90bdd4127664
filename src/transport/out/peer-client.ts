import type { PeerMessage, ReadIndexRequest, VoteRequest } from "../core/messages.ts";
import type { Index, Millis, NodeId } from "../core/types.ts";
import type { ChunkReply, Outcome, PeerPlace, PeerRefusal, SnapshotChunk, StateDigest } from "../node/ports.ts";
import { type Admission, diskReplaced } from "./admission.ts";
import { BackOff } from "./back-off.ts";
import { Connection } from "./connection.ts";
import type { TransportCounters } from "./counters.ts";
import { ForwardCalls } from "./forward-calls.ts";
import type { TransportNotice } from "./notices.ts";
import { Outbox } from "./outbox.ts";
import { SnapshotCalls } from "./snapshot-calls.ts";
import type { TransportLimits } from "./transport-options.ts";
import { type AppendMessage, readAppendReply, writeAppendGreeting, writeAppendMessage } from "./wire/appends.ts";
import { readDigestReply, writeDigestRequest } from "./wire/digests.ts";
import type { EncodedSlices } from "./wire/encoded-slices.ts";
import type { Greeting, Reading } from "./wire/envelope.ts";
import { readForwardResults, writeForwardBatch } from "./wire/forwards.ts";
import { readSnapshotReply, writeSnapshotGreeting } from "./wire/snapshots.ts";
import { readVoteReply, writeVoteRequest } from "./wire/votes.ts";

export interface PeerClientOptions {
  readonly clusterId: string;
  readonly id: NodeId;
  readonly diskId: string;
  readonly peer: NodeId;
  readonly place: PeerPlace;
  readonly limits: TransportLimits;
}

export interface PeerClientPorts {
  readonly admission: Admission;
  readonly counters: TransportCounters;
  readonly slices: EncodedSlices;
  readonly random: () => number;
  readonly onMessage: (message: PeerMessage) => void;
  readonly onNotice: (notice: TransportNotice) => void;
  /** The peer is there, with this disk. */
  readonly onPeerDisk: (diskId: string) => void;
  readonly onRefused: (reason: PeerRefusal, why: string) => void;
}

/**
 * - `connecting`: the first try is still under way.
 * - `connected`: the peer has accepted this node's streams.
 * - `broken`: the last try failed or the link was lost; it is tried again, at least every `backOffMaxMs`.
 */
export type LinkState = "connecting" | "connected" | "broken";

type State =
  | { readonly type: "connecting"; readonly connection: Connection }
  | {
      readonly type: "connected";
      readonly connection: Connection;
      readonly appends: Outbox;
      readonly forwards: ForwardCalls;
      readonly snapshots: SnapshotCalls;
      readonly peerDiskId: string;
      readonly since: Millis;
    }
  | { readonly type: "waiting"; readonly timer: NodeJS.Timeout }
  | { readonly type: "stopped" };

/**
 * The outgoing link to one peer: what this node says of its own accord, and what the peer answers to it. While the
 * link is not connected, messages are dropped: each would be stale by the time it could leave, and the core sends
 * what is still true again.
 */
export class PeerClient {
  readonly #options: PeerClientOptions;
  readonly #ports: PeerClientPorts;
  readonly #backOff: BackOff;
  #state: State = { type: "stopped" };
  #linkState: LinkState = "connecting";
  /** The disk that the peer must have; "": any. */
  #diskWanted: string;

  constructor(options: PeerClientOptions, ports: PeerClientPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#diskWanted = options.place.diskId;
    const { backOffMinMs: minMs, backOffMaxMs: maxMs } = options.limits;
    this.#backOff = new BackOff({ minMs, maxMs }, { random: ports.random });
  }

  get linkState(): LinkState {
    return this.#linkState;
  }

  get address(): string {
    return this.#options.place.address;
  }

  start(): void {
    this.#connect();
  }

  /** The peer has just called us, so it is up: there is no point in waiting any longer. */
  retryNow(): void {
    if (this.#state.type !== "waiting") return;
    clearTimeout(this.#state.timer);
    this.#connect();
  }

  /** From now on the peer must have this disk; a link to another one is given up (rule 30). */
  expectDisk(diskId: string): void {
    this.#diskWanted = diskId;
    const state = this.#state;
    if (state.type === "connected" && !this.#isWanted(state.peerDiskId)) this.#refuseDisk(state.connection);
  }

  requestVote(request: VoteRequest): void {
    const { counters } = this.#ports;
    if (this.#state.type !== "connected") {
      counters.messagesDropped++;
      return;
    }
    const bytes = writeVoteRequest(this.#greeting(), request);
    counters.messagesSent++;
    counters.bytesSent += bytes.length;
    this.#state.connection.requestVote(bytes, (reply) => {
      const vote = this.#admit(readVoteReply(reply), reply);
      if (vote !== null) this.#ports.onMessage(vote);
    });
  }

  append(message: AppendMessage): void {
    if (this.#state.type === "connected") {
      this.#state.appends.send(writeAppendMessage(this.#options.clusterId, message, this.#ports.slices));
    } else {
      this.#ports.counters.messagesDropped++;
    }
  }

  requestReadIndex(request: ReadIndexRequest): void {
    if (this.#state.type === "connected") this.#state.forwards.read(request);
    else this.#ports.counters.messagesDropped++;
  }

  /** `done` is called exactly once, never before this returns. */
  forward(command: Uint8Array, done: (outcome: Outcome) => void): void {
    const linked = this.#state.type === "connected";
    if (this.#state.type === "connected" && this.#state.forwards.forward(command, done)) return;
    setImmediate(done, { type: "refused", reason: linked ? "overloaded" : "notLeader", leader: null });
  }

  /** As Transport.sendChunk has it, and never before this returns. */
  sendChunk(chunk: SnapshotChunk, done: (reply: ChunkReply) => void): void {
    if (this.#state.type === "connected") this.#state.snapshots.send(chunk, done);
    else setImmediate(done, { type: "broken" });
  }

  /** As Transport.askDigest has it; without a link nobody is called back. */
  askDigest(index: Index, done: (found: StateDigest) => void): void {
    if (this.#state.type !== "connected") return;
    const bytes = writeDigestRequest(this.#greeting(), index);
    this.#ports.counters.messagesSent++;
    this.#ports.counters.bytesSent += bytes.length;
    this.#state.connection.askDigest(bytes, (reply) => {
      const found = this.#admit(readDigestReply(reply), reply);
      if (found !== null) done(found);
    });
  }

  /** Calls under way get their outcome before this returns. */
  close(why: "broken" | "stopping"): void {
    const state = this.#state;
    this.#state = { type: "stopped" };
    if (state.type === "waiting") clearTimeout(state.timer);
    if (state.type === "connecting" || state.type === "connected") state.connection.close();
    if (state.type !== "connected") return;
    state.appends.close();
    state.forwards.fail(why);
    state.snapshots.fail();
  }

  #greeting(): Greeting {
    const { clusterId, id: from, peer: to, diskId } = this.#options;
    return { clusterId, from, to, term: 0, diskId, toDiskId: this.#diskWanted };
  }

  #connect(): void {
    const { limits } = this.#options;
    const greeting = this.#greeting();
    const connection = new Connection(
      {
        address: this.address,
        limits,
        appendGreeting: writeAppendGreeting(greeting),
        forwardGreeting: writeForwardBatch(greeting, { commands: [], reads: [] }),
        snapshotGreeting: writeSnapshotGreeting(greeting),
      },
      {
        onAccepted: (diskId) => this.#onAccepted(connection, diskId),
        onAppendReply: (bytes) => this.#onAppendReply(bytes),
        onForwardReply: (bytes) => this.#onForwardReply(bytes),
        onBroken: (why, refusal) => this.#onBroken(why, refusal),
      },
    );
    this.#state = { type: "connecting", connection };
  }

  #onAccepted(connection: Connection, peerDiskId: string): void {
    if (!this.#isWanted(peerDiskId)) return this.#refuseDisk(connection);
    const { clusterId, id: from, peer: to, limits } = this.#options;
    const { counters, onNotice, onPeerDisk } = this.#ports;
    this.#linkState = "connected";
    const appends = new Outbox(limits, { sink: connection.appends, counters });
    const forwards = new ForwardCalls({ clusterId, from, to, limits }, { sink: connection.forwards, counters });
    const snapshots = new SnapshotCalls(
      { clusterId, from, to, limits },
      {
        open: (ports) => connection.openSnapshots(ports),
        admit: (bytes) => this.#admit(readSnapshotReply(bytes), bytes),
        counters,
      },
    );
    this.#state = { type: "connected", connection, appends, forwards, snapshots, peerDiskId, since: performance.now() };
    onNotice({ type: "linkConnected", peer: to, address: this.address });
    if (peerDiskId !== "") onPeerDisk(peerDiskId);
  }

  #isWanted(diskId: string): boolean {
    return this.#diskWanted === "" || this.#diskWanted === diskId;
  }

  #refuseDisk(connection: Connection): void {
    connection.close();
    this.#onBroken(diskReplaced(this.#options.peer), null);
  }

  #onAppendReply(bytes: Buffer): void {
    const reply = this.#admit(readAppendReply(bytes), bytes);
    if (reply !== null) this.#ports.onMessage(reply);
  }

  #onForwardReply(bytes: Buffer): void {
    const state = this.#state;
    const results = this.#admit(readForwardResults(bytes), bytes);
    if (results === null || state.type !== "connected") return;
    state.forwards.onResults(results);
    for (const read of results.reads) this.#ports.onMessage(read);
  }

  /** A peer that says what it must not is no peer: the link is given up, and the next try starts afresh. */
  #admit<T>(reading: Reading<T>, bytes: Buffer): T | null {
    const { peer } = this.#options;
    this.#ports.counters.bytesReceived += bytes.length;
    const admitted = this.#ports.admission.admit(reading, this.address, peer);
    if (admitted.type === "admitted") return admitted.body;
    if (this.#state.type === "connecting" || this.#state.type === "connected") {
      this.#state.connection.close();
      this.#onBroken(admitted.why, null);
    }
    return null;
  }

  #onBroken(why: string, refusal: PeerRefusal | null): void {
    const { counters, onNotice, onRefused } = this.#ports;
    const { peer } = this.#options;
    const lost = this.#state;
    const heldMs = lost.type === "connected" ? performance.now() - lost.since : 0;
    const timer = setTimeout(() => this.#connect(), this.#backOff.nextMs(heldMs));
    this.#state = { type: "waiting", timer };
    if (this.#linkState !== "broken") onNotice({ type: "linkBroken", peer, address: this.address, why });
    this.#linkState = "broken";
    if (lost.type === "connected") {
      counters.linksLost++;
      lost.appends.close();
      lost.forwards.fail("broken");
      lost.snapshots.fail();
    }
    if (refusal !== null) onRefused(refusal, `${why}.`);
  }
}
