import type { Answer, Input, View } from "../core/api.ts";
import type { Index, Millis, NodeId } from "../core/types.ts";
import type { NodeOptions } from "./options.ts";
import type { Outcome, Transport } from "./ports.ts";
import type { Read, ReadOutcome, Waiting, Write } from "./waiting.ts";

export interface RequestPorts {
  readonly transport: Transport;
  readonly waiting: Waiting;
  readonly now: () => Millis;
  readonly view: () => View;
  readonly appliedIndex: () => Index;
  /** News for the core's next turn. */
  readonly enqueue: (input: Input) => void;
}

/**
 * Brings what clients want to where it can be done: to this node's core, or to the leader. What finds no leader
 * waits for one, for a while. Only what surely did nothing is tried again. Every request is settled exactly once.
 */
export class Requests {
  readonly #options: NodeOptions;
  readonly #ports: RequestPorts;
  readonly #open = new Set<Write | Read>();
  /** Those of them that look for a leader. */
  #parked: (Write | Read)[] = [];
  #pendingBytes = 0;
  /** The leader that this node knew of last, and since when no other one. */
  #lastLeader: { readonly id: NodeId; readonly since: Millis } | null = null;
  /** It takes no new requests. */
  #closed = false;
  #stopped = false;

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
      isParked: false,
      isSettled: false,
      settle: (outcome) => {
        if (this.#close(read)) done(outcome);
      },
    };
    this.#open.add(read);
    this.#route(read);
  }

  /** The core's word on a proposal or a read. */
  onAnswer(answer: Answer): void {
    const { waiting, appliedIndex } = this.#ports;
    const request = waiting.take(answer.ticket);
    if (request === undefined) return;
    if (answer.type === "refused") {
      if (request.type === "write") request.mayHaveHappened = false;
      if (answer.reason === "overloaded") refuse(request, "overloaded", null);
      else if (request.type === "write" && request.isForwarded) refuse(request, "notLeader", answer.leader);
      else this.#park(request);
    } else if (request.type === "write" && answer.type === "accepted") {
      waiting.awaitApplied(answer.index, answer.term, request.settle);
    } else if (request.type === "read" && answer.type === "readable") {
      if (answer.index <= appliedIndex()) request.settle({ type: "readable", appliedIndex: appliedIndex() });
      else waiting.awaitReadable(request, answer.index);
    }
  }

  /** What waits for a leader goes there, if there is one now. Called after every turn. */
  routeParked(): void {
    if (this.#parked.length === 0 || this.#leader === null) return;
    const now = this.#ports.now();
    const parked = this.#parked;
    this.#parked = [];
    for (const request of parked) {
      if (request.isSettled) continue;
      if (this.#mustWait(request, now)) this.#parked.push(request);
      else this.#route(request);
    }
  }

  /** Whether it is too early to try again, as the same node would refuse it again. */
  #mustWait(request: Write | Read, now: Millis): boolean {
    if (request.type === "read") return false;
    const leader = this.#leader;
    if (leader === this.#options.core.id) return this.#ports.view().transferTo !== null;
    return request.retryAt > now && request.refusedBy === leader;
  }

  /** Gives up what has waited too long. Called every now and then while anything is open. */
  sweep(now: Millis): void {
    const deposed = this.#deposed(now);
    for (const request of this.#open) {
      if (request.type === "write" && request.heldBy !== null && deposed(request.heldBy)) loseTo(request);
      if (request.isParked && request.leaderBy <= now) refuse(request, "noLeader", null);
      else if (request.deadlineAt <= now) giveUp(request);
    }
    this.#parked = this.#parked.filter((request) => !request.isSettled);
    this.#ports.waiting.dropSettled();
  }

  /**
   * Tells leaders of whom no word is to be hoped for, as another one has led for a while: one that is cut off would be
   * waited for until its link is found to be broken. One that hands over in good order answers sooner.
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
    this.#closed = true;
  }

  /** Nothing more will be known of any of these. */
  stop(): void {
    this.#closed = true;
    this.#stopped = true;
    for (const request of this.#open) {
      if (request.type === "write" && request.mayHaveHappened) request.settle({ type: "unknown", reason: "stopping" });
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
      isParked: false,
      isSettled: false,
      mayHaveHappened: false,
      retryAt: 0,
      refusedBy: null,
      heldBy: null,
      settle: (outcome) => {
        if (this.#close(write)) done(outcome);
      },
    };
    this.#open.add(write);
    this.#pendingBytes += command.length;
    this.#route(write);
  }

  #refusal(bytes: number): "stopping" | "overloaded" | null {
    if (this.#closed) return "stopping";
    const { pendingMax, pendingBytesMax } = this.#options;
    return this.#open.size >= pendingMax || this.#pendingBytes + bytes > pendingBytesMax ? "overloaded" : null;
  }

  #times(timeoutMs: Millis): { deadlineAt: Millis; leaderBy: Millis } {
    const now = this.#ports.now();
    return { deadlineAt: now + timeoutMs, leaderBy: now + Math.min(timeoutMs, this.#options.leaderWaitMs) };
  }

  #close(request: Write | Read): boolean {
    if (request.isSettled) return false;
    request.isSettled = true;
    this.#open.delete(request);
    if (request.type === "write") this.#pendingBytes -= request.command.length;
    return true;
  }

  #route(request: Write | Read): void {
    const { waiting, enqueue, transport } = this.#ports;
    const leader = this.#leader;
    request.isParked = false;
    if (request.type === "read") {
      enqueue({ type: "read", ticket: waiting.ask(request) });
    } else if (request.isForwarded || leader === this.#options.core.id) {
      // Until the core has taken it in it surely did nothing, but a failure in the middle of that turn leaves it open.
      request.mayHaveHappened = true;
      enqueue({ type: "propose", ticket: waiting.ask(request), data: request.command });
    } else if (leader === null) {
      this.#park(request);
    } else {
      request.mayHaveHappened = true;
      request.heldBy = leader;
      transport.forward(leader, request.command, (outcome) => this.#onForwarded(request, leader, outcome));
    }
  }

  #onForwarded(write: Write, by: NodeId, outcome: Outcome): void {
    write.heldBy = null;
    if (outcome.type !== "refused" || outcome.reason === "overloaded") return write.settle(outcome);
    write.mayHaveHappened = false;
    // The node asked did not lead, or not any more, or is handing over: the news of the next leader is on its way.
    write.refusedBy = by;
    write.retryAt = this.#ports.now() + this.#options.core.heartbeatMs / 2;
    this.#park(write);
  }

  #park(request: Write | Read): void {
    if (request.isSettled) return;
    if (this.#stopped) return refuse(request, "stopping", null);
    request.isParked = true;
    this.#parked.push(request);
  }
}

function refuse(request: Write | Read, reason: "notLeader" | "noLeader" | "overloaded" | "stopping", leader: NodeId | null): void {
  if (request.type === "write") request.settle({ type: "refused", reason, leader });
  else request.settle({ type: "refused", reason });
}

/** Whoever had it does not lead any more; what became of it in that log is for the next leader's log to tell. */
function loseTo(write: Write): void {
  write.settle({ type: "unknown", reason: "leaderChanged" });
}

function giveUp(request: Write | Read): void {
  if (request.type === "read") request.settle({ type: "refused", reason: "timeout" });
  else if (request.mayHaveHappened) request.settle({ type: "unknown", reason: "timeout" });
  else request.settle({ type: "refused", reason: "noLeader", leader: null });
}
