import type { ReadIndexRequest } from "../../core/messages.ts";
import type { NodeId, Term } from "../../core/types.ts";
import type { Answered } from "../../node/ports/peer-calls.ts";
import type { Outcome } from "../../node/ports/ports.ts";
import { takeBatch } from "../link/batch.ts";
import type { TransportCounters } from "../link/counters.ts";
import type { Queued } from "../link/outbox.ts";
import type { TransportLimits } from "../link/transport-options.ts";
import { type Sink, Valve } from "../link/valve.ts";
import { type ClusterMark, envelopeOf, numberOf } from "../wire/envelope.ts";
import { type ForwardedCommand, type ForwardResults, writeForwardBatch } from "../wire/forwards.ts";

export interface ForwardCallsOptions extends ClusterMark {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly limits: TransportLimits;
}

export interface ForwardCallsPorts {
  readonly sink: Sink;
  readonly counters: TransportCounters;
}

interface Call {
  readonly bytes: number;
  readonly done: Answered<Outcome>;
  /** Once handed to the stream, a command may run at the peer, whatever becomes of the link. */
  sent: boolean;
}

/**
 * The commands and read-index requests that go to one peer over one connection. Those of one turn share a message,
 * and each command's `done` is called exactly once: with the peer's outcome, or by `fail` when the connection ends.
 */
export class ForwardCalls {
  readonly #options: ForwardCallsOptions;
  readonly #counters: TransportCounters;
  readonly #valve: Valve;
  readonly #calls = new Map<number, Call>();
  #pendingBytes = 0;
  #nextId = 1;
  #commands: ForwardedCommand[] = [];
  #reads: ReadIndexRequest[] = [];
  #flush: NodeJS.Immediate | null = null;

  constructor(options: ForwardCallsOptions, ports: ForwardCallsPorts) {
    this.#options = options;
    this.#counters = ports.counters;
    const windowBytes = options.limits.streamWindowBytes;
    this.#valve = new Valve({ windowBytes }, { sink: ports.sink, onOpen: () => this.#write() });
  }

  /** `done` is called exactly once, never before this returns; without room the command is refused. */
  forward(command: Uint8Array, done: Answered<Outcome>, sequence?: number): void {
    if (!this.#hasRoom(command.length)) {
      setImmediate(done, { type: "refused", reason: "overloaded", leader: null });
      return;
    }
    const id = this.#nextId++;
    this.#calls.set(id, { bytes: command.length, done, sent: false });
    this.#pendingBytes += command.length;
    this.#commands.push({ id, command, ...numberOf(sequence) });
    this.#flush ??= setImmediate(() => this.#write());
  }

  /** Leaves at once if the stream takes it. Returns false if it was dropped. */
  read(request: ReadIndexRequest): boolean {
    if (this.#reads.length >= this.#options.limits.queueMessagesMax) {
      this.#counters.messagesDropped++;
      return false;
    }
    this.#reads.push(request);
    this.#write();
    return true;
  }

  /** What has not been handed to the stream. */
  get queued(): Queued {
    const bytes = this.#commands.reduce((sum, { command }) => sum + command.length, 0);
    return { messages: this.#commands.length + this.#reads.length, bytes };
  }

  onResults({ results }: ForwardResults): void {
    for (const { id, outcome, sequence = 0 } of results) {
      const call = this.#calls.get(id);
      if (call === undefined) continue;
      this.#calls.delete(id);
      this.#pendingBytes -= call.bytes;
      call.done(outcome, sequence);
    }
  }

  /** The connection is gone, or this node stops: what was sent may have run, the rest surely did not. */
  fail(why: "broken" | "stopping"): void {
    if (this.#flush !== null) clearImmediate(this.#flush);
    const sent: Outcome = { type: "unknown", reason: why === "broken" ? "leaderChanged" : "stopping" };
    const unsent: Outcome = { type: "refused", reason: why === "broken" ? "notLeader" : "stopping", leader: null };
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    this.#commands = [];
    this.#reads = [];
    for (const call of calls) call.done(call.sent ? sent : unsent);
  }

  #hasRoom(bytes: number): boolean {
    const { forwardPendingMax, forwardPendingBytesMax } = this.#options.limits;
    if (this.#calls.size >= forwardPendingMax) return false;
    return this.#calls.size === 0 || this.#pendingBytes + bytes <= forwardPendingBytesMax;
  }

  #write(): void {
    if (this.#flush !== null) clearImmediate(this.#flush);
    this.#flush = null;
    while (this.#commands.length + this.#reads.length > 0 && this.#valve.open) this.#writeOne();
  }

  #writeOne(): void {
    const { from, to, limits } = this.#options;
    const commands = takeBatch(this.#commands, ({ command }) => command.length, limits.forwardBatchBytesMax);
    const { term, reads } = this.#takeReads();
    for (const { id } of commands) {
      const call = this.#calls.get(id);
      if (call !== undefined) call.sent = true;
    }
    const bytes = writeForwardBatch(envelopeOf(this.#options, { from, to, term }), { commands, reads });
    this.#counters.messagesSent++;
    this.#counters.sentBytes += bytes.length;
    this.#valve.write(bytes);
  }

  /** The reads at the front that are of one term, as they must be to share an envelope. */
  #takeReads(): { term: Term; reads: ReadIndexRequest[] } {
    const term = this.#reads[0]?.term ?? 0;
    const other = this.#reads.findIndex((read) => read.term !== term);
    return { term, reads: this.#reads.splice(0, other < 0 ? this.#reads.length : other) };
  }
}
