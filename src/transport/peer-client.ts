import type { PeerMessage, ReadIndexRequest, VoteRequest } from "../core/messages.ts";
import type { Millis, NodeId } from "../core/types.ts";
import type { Outcome } from "../node/ports.ts";
import type { Admission } from "./admission.ts";
import { BackOff } from "./back-off.ts";
import { Connection } from "./connection.ts";
import type { TransportCounters } from "./counters.ts";
import { ForwardCalls } from "./forward-calls.ts";
import type { TransportNotice } from "./notices.ts";
import { Outbox } from "./outbox.ts";
import type { TransportLimits } from "./transport-options.ts";
import { type AppendMessage, readAppendReply, writeAppendGreeting, writeAppendMessage } from "./wire/appends.ts";
import type { EncodedSlices } from "./wire/encoded-slices.ts";
import type { Envelope, Reading } from "./wire/envelope.ts";
import { readForwardResults, writeForwardBatch } from "./wire/forwards.ts";
import { readVoteReply, writeVoteRequest } from "./wire/votes.ts";

export interface PeerClientOptions {
  readonly clusterId: string;
  readonly id: NodeId;
  readonly peer: NodeId;
  readonly address: string;
  readonly limits: TransportLimits;
}

export interface PeerClientPorts {
  readonly admission: Admission;
  readonly counters: TransportCounters;
  readonly slices: EncodedSlices;
  readonly random: () => number;
  readonly onMessage: (message: PeerMessage) => void;
  readonly onNotice: (notice: TransportNotice) => void;
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

  constructor(options: PeerClientOptions, ports: PeerClientPorts) {
    this.#options = options;
    this.#ports = ports;
    const { backOffMinMs: minMs, backOffMaxMs: maxMs } = options.limits;
    this.#backOff = new BackOff({ minMs, maxMs }, { random: ports.random });
  }

  get linkState(): LinkState {
    return this.#linkState;
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

  requestVote(request: VoteRequest): void {
    const { counters } = this.#ports;
    if (this.#state.type !== "connected") {
      counters.messagesDropped++;
      return;
    }
    const bytes = writeVoteRequest(this.#options.clusterId, request);
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

  close(): void {
    const state = this.#state;
    this.#state = { type: "stopped" };
    if (state.type === "waiting") clearTimeout(state.timer);
    if (state.type === "connecting" || state.type === "connected") state.connection.close();
    if (state.type !== "connected") return;
    state.appends.close();
    state.forwards.fail("stopping");
  }

  #connect(): void {
    const { clusterId, id, peer, address, limits } = this.#options;
    const greeting: Envelope = { clusterId, from: id, to: peer, term: 0 };
    const connection = new Connection(
      {
        address,
        limits,
        appendGreeting: writeAppendGreeting(greeting),
        forwardGreeting: writeForwardBatch(greeting, { commands: [], reads: [] }),
      },
      {
        onAccepted: () => this.#onAccepted(connection),
        onAppendReply: (bytes) => this.#onAppendReply(bytes),
        onForwardReply: (bytes) => this.#onForwardReply(bytes),
        onBroken: (why) => this.#onBroken(why),
      },
    );
    this.#state = { type: "connecting", connection };
  }

  #onAccepted(connection: Connection): void {
    const { clusterId, id: from, peer: to, address, limits } = this.#options;
    const { counters, onNotice } = this.#ports;
    this.#linkState = "connected";
    const appends = new Outbox(limits, { sink: connection.appends, counters });
    const forwards = new ForwardCalls({ clusterId, from, to, limits }, { sink: connection.forwards, counters });
    this.#state = { type: "connected", connection, appends, forwards, since: performance.now() };
    onNotice({ type: "linkConnected", peer: to, address });
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
    const { peer, address } = this.#options;
    this.#ports.counters.bytesReceived += bytes.length;
    const admitted = this.#ports.admission.admit(reading, address, peer);
    if (admitted.type === "admitted") return admitted.body;
    if (this.#state.type === "connecting" || this.#state.type === "connected") {
      this.#state.connection.close();
      this.#onBroken(admitted.why);
    }
    return null;
  }

  #onBroken(why: string): void {
    const { counters, onNotice } = this.#ports;
    const { peer, address } = this.#options;
    const lost = this.#state;
    const heldMs = lost.type === "connected" ? performance.now() - lost.since : 0;
    const timer = setTimeout(() => this.#connect(), this.#backOff.nextMs(heldMs));
    this.#state = { type: "waiting", timer };
    if (this.#linkState !== "broken") onNotice({ type: "linkBroken", peer, address, why });
    this.#linkState = "broken";
    if (lost.type !== "connected") return;
    counters.linksLost++;
    lost.appends.close();
    lost.forwards.fail("broken");
  }
}
