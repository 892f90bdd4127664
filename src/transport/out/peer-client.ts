import type { PeerMessage, PeerQuestion, VoteRequest } from "../../core/messages.ts";
import type { Millis, NodeId } from "../../core/types.ts";
import { whyDiskRefused } from "../../node/ports/not-a-member.ts";
import { type Answered, CallTakers, type PeerCall } from "../../node/ports/peer-calls.ts";
import type { PeerPlace, PeerRefusal } from "../../node/ports/ports.ts";
import { forward } from "../../node/requests/requests.ts";
import { installSnapshot } from "../../node/snapshots/snapshot-stream.ts";
import { type Admission, otherClusterNoticeEveryMs } from "../link/admission.ts";
import { BackOff } from "../link/back-off.ts";
import type { TransportCounters } from "../link/counters.ts";
import type { TransportNotice } from "../link/notices.ts";
import { type Dropped, Outbox, type Queued } from "../link/outbox.ts";
import type { TransportLimits } from "../link/transport-options.ts";
import { readAppendReply, writeAppendGreeting, writeAppendMessage } from "../wire/appends.ts";
import { wireCallOf } from "../wire/calls.ts";
import type { EncodedSlices } from "../wire/encoded-slices.ts";
import { type ClusterMark, type Greeting, numberOf, type Reading } from "../wire/envelope.ts";
import { readForwardResults, writeForwardBatch } from "../wire/forwards.ts";
import type { RaftMethod } from "../wire/raft-service.ts";
import { readSnapshotReply, writeSnapshotGreeting } from "../wire/snapshots.ts";
import { readVoteReply, writeVoteRequest } from "../wire/votes.ts";
import { Connection } from "./connection.ts";
import { ForwardCalls } from "./forward-calls.ts";
import { PeerAddresses } from "./peer-addresses.ts";
import { SnapshotCalls } from "./snapshot-calls.ts";

export interface PeerClientOptions extends ClusterMark {
  readonly id: NodeId;
  readonly diskId: string;
  readonly run?: number;
  readonly peer: NodeId;
  readonly place: PeerPlace;
  /** Other addresses at which the peer may be. */
  readonly elsewhere: readonly string[];
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

/** What the peer has said, and was let in. */
interface Said<Body> {
  readonly envelope: Greeting;
  readonly body: Body;
}

type State =
  | { readonly type: "connecting"; readonly connection: Connection }
  | {
      readonly type: "connected";
      readonly connection: Connection;
      readonly appends: Outbox;
      readonly forwards: ForwardCalls;
      readonly snapshots: SnapshotCalls;
      /** Takes the calls that go by those two. */
      readonly streams: CallTakers;
      readonly peerDiskId: string;
      readonly since: Millis;
    }
  | { readonly type: "waiting"; readonly timer: NodeJS.Timeout }
  | { readonly type: "stopped" };

/**
 * The outgoing link to one peer: what this node says of its own accord, and what the peer answers to it. While the
 * link is not connected, messages are dropped: each would be stale by the time it could leave, and the core sends
 * what is still true again.
 *
 * Where the peer is not reached at its own address, others are tried in turn. Whoever is there is told for whom the link
 * is, and on which disk, and so only the peer itself accepts it.
 */
export class PeerClient {
  readonly #options: PeerClientOptions;
  readonly #ports: PeerClientPorts;
  readonly #backOff: BackOff;
  #state: State = { type: "stopped" };
  #linkState: LinkState = "connecting";
  /** The disk that the peer must have; "": any. */
  #diskWanted: string;
  #lastOtherAt = Number.NEGATIVE_INFINITY;
  readonly #addresses: PeerAddresses;

  constructor(options: PeerClientOptions, ports: PeerClientPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#diskWanted = options.place.diskId;
    this.#addresses = new PeerAddresses(options.place.address, options.elsewhere);
    const { backOffMinMs: minMs, backOffMaxMs: maxMs } = options.limits;
    this.#backOff = new BackOff({ minMs, maxMs }, { random: ports.random });
  }

  get linkState(): LinkState {
    return this.#linkState;
  }

  /** Where the peer is connected, or is tried. */
  get address(): string {
    return this.#addresses.current;
  }

  /** Where the peer may be. */
  get addresses(): readonly string[] {
    return this.#addresses.all;
  }

  /** Where the members say that the peer is. */
  get ownAddress(): string {
    return this.#addresses.own;
  }

  /** From now on the peer may be at these others too. A link that there is stays. */
  setElsewhere(elsewhere: readonly string[]): void {
    this.#addresses.setElsewhere(elsewhere);
  }

  start(): void {
    this.#connect();
  }

  /** The peer has just called us, so it is up: there is no point in waiting any longer. */
  retryNow(): void {
    const state = this.#state;
    if (state.type === "waiting") clearTimeout(state.timer);
    else if (state.type === "connecting" && !this.#addresses.isLikely) state.connection.close();
    else return;
    this.#addresses.chooseLikely();
    this.#connect();
  }

  /** From now on the peer must have this disk; a link to another one is given up (rule 30). */
  expectDisk(diskId: string): void {
    this.#diskWanted = diskId;
    const state = this.#state;
    if (state.type === "connected" && !this.#isWanted(state.peerDiskId)) this.#refuseDisk(state.connection);
  }

  /** Returns why the message was dropped; null if it was not. */
  send(message: PeerQuestion): Dropped | null {
    const state = this.#state;
    if (state.type !== "connected") {
      this.#ports.counters.messagesDropped++;
      return "noLink";
    }
    switch (message.type) {
      case "voteRequest":
        this.#requestVote(state.connection, message);
        return null;
      case "readIndexRequest":
        return state.forwards.read(message) ? null : "queueFull";
      default:
        return state.appends.send(writeAppendMessage(this.#options, message, this.#ports.slices)) ? null : "queueFull";
    }
  }

  /** What waits to be sent. */
  get queued(): Queued {
    if (this.#state.type !== "connected") return { messages: 0, bytes: 0 };
    const [appends, forwards] = [this.#state.appends.queued, this.#state.forwards.queued];
    return { messages: appends.messages + forwards.messages, bytes: appends.bytes + forwards.bytes };
  }

  /** `done` is called exactly once, never before this returns. */
  ask<Question, Answer>(call: PeerCall<Question, Answer>, question: Question, done: Answered<Answer>, sequence?: number): void {
    const state = this.#state;
    if (state.type !== "connected") setImmediate(done, call.unsent);
    else if (!state.streams.give(this.#options.peer, call, question, done, sequence))
      this.#call(state.connection, call, question, done, sequence);
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

  #requestVote(connection: Connection, request: VoteRequest): void {
    this.#askOn(connection, "RequestVote", writeVoteRequest(this.#greeting(), request), readVoteReply, (vote) => {
      if (vote !== null) this.#ports.onMessage(vote.body);
    });
  }

  #call<Question, Answer>(
    connection: Connection,
    call: PeerCall<Question, Answer>,
    question: Question,
    done: Answered<Answer>,
    sequence: number | undefined,
  ): void {
    const { method, writeQuestion, readAnswer } = wireCallOf(call);
    const bytes = writeQuestion({ ...this.#greeting(), ...numberOf(sequence) }, question);
    this.#askOn(connection, method, bytes, readAnswer, (answer) => {
      if (answer === null) done(call.broken);
      else done(answer.body, answer.envelope.sequence ?? 0);
    });
  }

  /** @param done called exactly once: with an answer that was admitted, or null */
  #askOn<Answer>(
    connection: Connection,
    method: RaftMethod,
    bytes: Buffer,
    read: (bytes: Buffer) => Reading<Answer>,
    done: (answer: Said<Answer> | null) => void,
  ): void {
    const { counters } = this.#ports;
    counters.messagesSent++;
    counters.sentBytes += bytes.length;
    connection.ask(method, bytes, (reply) => done(reply === null ? null : this.#admit(read(reply), reply)));
  }

  #greeting(): Greeting {
    const { clusterId, incarnationId, id: from, peer: to, diskId, run = 0 } = this.#options;
    return { clusterId, incarnationId, from, to, term: 0, diskId, toDiskId: this.#diskWanted, run };
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
    const { clusterId, incarnationId, id: from, peer: to, limits } = this.#options;
    const { counters, onNotice, onPeerDisk } = this.#ports;
    this.#linkState = "connected";
    this.#addresses.onReached();
    const appends = new Outbox(limits, { sink: connection.appends, counters });
    const forwards = new ForwardCalls({ clusterId, incarnationId, from, to, limits }, { sink: connection.forwards, counters });
    const snapshots = new SnapshotCalls(
      { clusterId, incarnationId, from, to, limits },
      {
        open: (ports) => connection.openSnapshots(ports),
        admit: (bytes) => this.#admit(readSnapshotReply(bytes), bytes),
        counters,
      },
    );
    const streams = new CallTakers()
      .on(forward, (command, done, _peer, sequence) => forwards.forward(command, done, sequence))
      .on(installSnapshot, (chunk, done, _peer, sequence) => snapshots.send(chunk, done, sequence));
    this.#state = { type: "connected", connection, appends, forwards, snapshots, streams, peerDiskId, since: performance.now() };
    onNotice({ type: "linkConnected", peer: to, address: this.address });
    if (peerDiskId !== "") onPeerDisk(peerDiskId);
  }

  #isWanted(diskId: string): boolean {
    return this.#diskWanted === "" || this.#diskWanted === diskId;
  }

  #refuseDisk(connection: Connection): void {
    connection.close();
    this.#onBroken(whyDiskRefused(this.#options.peer, this.#diskWanted), null);
  }

  #onAppendReply(bytes: Buffer): void {
    const reply = this.#admit(readAppendReply(bytes), bytes);
    if (reply !== null) this.#ports.onMessage(reply.body);
  }

  #onForwardReply(bytes: Buffer): void {
    const state = this.#state;
    const results = this.#admit(readForwardResults(bytes), bytes);
    if (results === null || state.type !== "connected") return;
    state.forwards.onResults(results.body);
    for (const read of results.body.reads) this.#ports.onMessage(read);
  }

  /** A peer that says what it must not is no peer: the link is given up, and the next try starts afresh. */
  #admit<T>(reading: Reading<T>, bytes: Buffer): Said<T> | null {
    const { peer } = this.#options;
    this.#ports.counters.receivedBytes += bytes.length;
    const admitted = this.#ports.admission.admit(reading, this.address, peer);
    if (admitted.type === "admitted") return admitted;
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
    if (this.#linkState !== "broken" && refusal !== "otherCluster")
      onNotice({ type: "linkBroken", peer, address: this.address, why });
    if (refusal === "otherCluster") this.#tellOther(why);
    if (lost.type !== "connected") this.#addresses.onFailed();
    const timer = setTimeout(() => this.#connect(), this.#backOff.nextMs(heldMs));
    this.#state = { type: "waiting", timer };
    this.#linkState = "broken";
    if (lost.type === "connected") {
      counters.linksLost++;
      lost.appends.close();
      lost.forwards.fail("broken");
      lost.snapshots.fail();
    }
    if (refusal !== null) onRefused(refusal, `${why}.`);
  }

  /** Every try meets the same refusal, and an operator who looks later must find it too. */
  #tellOther(why: string): void {
    const now = performance.now();
    if (now - this.#lastOtherAt < otherClusterNoticeEveryMs) return;
    this.#lastOtherAt = now;
    this.#ports.onNotice({ type: "refusedAsOther", peer: this.#options.peer, address: this.address, why });
  }
}
