import type { AnswerTo, Question, View } from "../../core/api.ts";
import type { Index, Millis, NodeId } from "../../core/types.ts";
import type { NodeOptions } from "../ports/options.ts";
import type { PeerCall } from "../ports/peer-calls.ts";
import type { Outcome, Transport } from "../ports/ports.ts";
import {
  asked,
  catchingUp,
  giveUp,
  inLog,
  loseTo,
  mayHaveHappened,
  type Parked,
  type Read,
  type ReadOutcome,
  type Request,
  refuse,
  settled,
  type Write,
} from "./request.ts";
import type { Stages } from "./stages.ts";
import type { Tickets } from "./tickets.ts";
import type { Waiting } from "./waiting.ts";

/** A client's command, for the other node to run if it leads. It never runs twice, and is never forwarded again. */
export const forward: PeerCall<Uint8Array, Outcome> = {
  name: "forward",
  unsent: { type: "refused", reason: "notLeader", leader: null },
  broken: { type: "unknown", reason: "leaderChanged" },
};

export interface RequestPorts {
  readonly transport: Pick<Transport, "ask">;
  readonly waiting: Waiting;
  readonly now: () => Millis;
  readonly view: () => View;
  readonly appliedIndex: () => Index;
  readonly tickets: Tickets;
  readonly stages: Pick<Stages, "nextTurn" | "turnAt" | "onRead">;
}

/**
 * Brings what clients want to where it can be done: to this node's core, or to the leader. What finds no leader
 * waits for one, for a while. Only what had no effect is tried again. Every request is settled exactly once.
 */
export class Requests {
  readonly #options: NodeOptions;
  readonly #ports: RequestPorts;
  readonly #open = new Set<Request>();
  /** Those of them that look for a leader. */
  #parked: Request[] = [];
  #pendingBytes = 0;
  /** The leader that this node knew of last, and since when no other one. */
  #lastLeader: { readonly id: NodeId; readonly since: Millis } | null = null;
  /** Takes requests; only goes on with those it has; or knows nothing more of any. */
  #phase: "open" | "closed" | "stopped" = "open";

  constructor(options: NodeOptions, ports: RequestPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** The leader as this node knows it. */
  get #leader(): NodeId | null {
    return this.#ports.view().leader;
  }

  /** How many commands and reads wait for their outcome. */
  get openCount(): number {
    return this.#open.size;
  }

  submit(command: Uint8Array, timeoutMs: Millis, done: (outcome: Outcome) => void): void {
    this.#admitWrite(command, timeoutMs, false, done);
  }

  /** A command of another node's client: done here or refused. Its own node watches the clock. */
  submitForwarded(command: Uint8Array, done: (outcome: Outcome) => void): void {
    this.#admitWrite(command, Number.POSITIVE_INFINITY, true, done);
  }

  linearize(timeoutMs: Millis, done: (outcome: ReadOutcome) => void): void {
    const refusal = this.#refusal(0);
    if (refusal !== null) return done({ type: "refused", reason: refusal });
    const read: Read = {
      type: "read",
      ...this.#times(timeoutMs),
      where: parked,
      settle: (outcome) => {
        if (this.#close(read)) done(outcome);
      },
    };
    this.#open.add(read);
    this.#route(read, read.askedAt);
  }

  /** What waits for a leader goes there, if there is one now. Called after every turn. */
  routeParked(): void {
    if (this.#parked.length === 0 || this.#leader === null) return;
    const now = this.#ports.now();
    const parked = this.#parked;
    this.#parked = [];
    for (const request of parked) {
      if (request.where.type !== "parked") continue;
      if (this.#mustWait(request, request.where, now)) this.#parked.push(request);
      else this.#route(request, now);
    }
  }

  /** Whether it is too early to try again, as the same node would refuse it again. */
  #mustWait(request: Request, { refusal }: Parked, now: Millis): boolean {
    if (request.type === "read") return false;
    const leader = this.#leader;
    if (leader === this.#options.core.id) return this.#ports.view().transferTo !== null;
    return refusal !== null && refusal.by === leader && refusal.until > now;
  }

  /** Gives up what has waited too long. Called every now and then while anything is open. */
  sweep(now: Millis): void {
    const deposed = this.#deposed(now);
    for (const request of this.#open) {
      if (request.type === "write" && request.where.type === "held" && deposed(request.where.by)) loseTo(request);
      else if (request.where.type === "parked" && request.leaderBy <= now) refuse(request, "noLeader", null);
      else if (request.deadlineAt <= now) giveUp(request);
    }
    this.#parked = this.#parked.filter(({ where }) => where.type === "parked");
    this.#ports.waiting.dropSettled();
  }

  /**
   * Selects leaders that were replaced some time ago and will not answer: one that is cut off would be waited for until
   * its link is found to be broken. One that hands over in good order answers sooner.
   */
  #deposed(now: Millis): (leader: NodeId) => boolean {
    const leader = this.#leader;
    if (leader === null) return () => false;
    if (this.#lastLeader?.id !== leader) this.#lastLeader = { id: leader, since: now };
    const ledMs = now - this.#lastLeader.since;
    return (held) => held !== leader && ledMs >= this.#options.core.electionTimeoutMaxMs;
  }

  /** Takes no new requests; those that are open go on. */
  close(): void {
    if (this.#phase === "open") this.#phase = "closed";
  }

  /** Nothing more will be known of any of these. */
  stop(): void {
    this.#phase = "stopped";
    for (const request of this.#open) {
      if (request.type === "write" && mayHaveHappened(request)) request.settle({ type: "unknown", reason: "stopping" });
      else refuse(request, "stopping", null);
    }
    this.#parked = [];
  }

  #admitWrite(command: Uint8Array, timeoutMs: Millis, isForwarded: boolean, done: (outcome: Outcome) => void): void {
    const refusal = this.#refusal(command.length);
    if (refusal !== null) return done({ type: "refused", reason: refusal, leader: null });
    const write: Write = {
      type: "write",
      command,
      ...this.#times(timeoutMs),
      isForwarded,
      where: parked,
      settle: (outcome) => {
        if (this.#close(write)) done(outcome);
      },
    };
    this.#open.add(write);
    this.#pendingBytes += command.length;
    this.#route(write, write.askedAt);
  }

  #refusal(bytes: number): "stopping" | "overloaded" | null {
    if (this.#phase !== "open") return "stopping";
    const { pendingMax, pendingBytesMax } = this.#options;
    return this.#open.size >= pendingMax || this.#pendingBytes + bytes > pendingBytesMax ? "overloaded" : null;
  }

  #times(timeoutMs: Millis): Pick<Request, "deadlineAt" | "leaderBy" | "askedAt" | "turn"> {
    const { now, stages } = this.#ports;
    const askedAt = now();
    const leaderBy = askedAt + Math.min(timeoutMs, this.#options.leaderWaitMs);
    return { deadlineAt: askedAt + timeoutMs, leaderBy, askedAt, turn: stages.nextTurn };
  }

  #close(request: Request): boolean {
    if (request.where.type === "settled") return false;
    request.where = settled;
    this.#open.delete(request);
    if (request.type === "write") this.#pendingBytes -= request.command.length;
    return true;
  }

  #route(request: Request, now: Millis): void {
    const { tickets, transport, stages } = this.#ports;
    const leader = this.#leader;
    // Time that it was parked for want of a leader is no stage.
    request.askedAt = now;
    request.turn = stages.nextTurn;
    if (request.type === "read") {
      request.where = asked;
      tickets.ask(
        (ticket) => ({ type: "read", ticket }),
        (answer) => this.#onReadAnswer(request, answer),
      );
    } else if (request.isForwarded || leader === this.#options.core.id) {
      request.where = asked;
      tickets.ask(
        (ticket) => ({ type: "propose", ticket, data: request.command }),
        (answer) => this.#onWriteAnswer(request, answer),
      );
    } else if (leader === null) {
      this.#park(request);
    } else {
      request.where = { type: "held", by: leader };
      transport.ask(leader, forward, request.command, (outcome) => this.#onForwarded(request, leader, outcome));
    }
  }

  #onReadAnswer(read: Read, answer: AnswerTo<Asked<"read">>): void {
    const { waiting, appliedIndex, stages } = this.#ports;
    if (read.where.type === "settled") return;
    if (answer.type === "refused") {
      if (answer.reason === "overloaded") refuse(read, "overloaded", null);
      else this.#park(read);
    } else if (answer.index <= appliedIndex()) {
      stages.onRead(read, stages.turnAt);
      read.settle({ type: "readable", appliedIndex: appliedIndex() });
    } else {
      read.where = catchingUp;
      waiting.awaitReadable(read, answer.index);
    }
  }

  #onWriteAnswer(write: Write, answer: AnswerTo<Asked<"propose">>): void {
    if (write.where.type === "settled") return;
    if (answer.type === "accepted") {
      write.where = inLog;
      this.#ports.waiting.awaitApplied(answer.index, answer.term, write.settle, write);
    } else if (answer.reason === "overloaded") {
      refuse(write, "overloaded", null);
    } else if (write.isForwarded) {
      refuse(write, "notLeader", answer.leader);
    } else {
      this.#park(write);
    }
  }

  #onForwarded(write: Write, by: NodeId, outcome: Outcome): void {
    if (write.where.type === "settled") return;
    if (outcome.type !== "refused" || outcome.reason === "overloaded") return write.settle(outcome);
    // The node asked did not lead, or not any more, or is handing over: the news of the next leader is on its way.
    this.#park(write, { by, until: this.#ports.now() + this.#options.core.heartbeatMs / 2 });
  }

  #park(request: Request, refusal: Parked["refusal"] = null): void {
    if (this.#phase === "stopped") return refuse(request, "stopping", null);
    request.where = { type: "parked", refusal };
    this.#parked.push(request);
  }
}

/** Nobody has refused it yet. */
const parked: Parked = { type: "parked", refusal: null };

type Asked<Type> = Extract<Question, { readonly type: Type }>;
