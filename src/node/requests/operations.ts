import type { AnswerTo, Question, Refusal, View } from "../../core/api.ts";
import type { Index, MembersChange, Millis, NodeId, Ticket } from "../../core/types.ts";
import type { NodeOptions } from "../ports/options.ts";
import type { UnknownReason } from "../ports/ports.ts";
import type { Tickets } from "./tickets.ts";
import type { Waiting } from "./waiting.ts";

/** Outcome of a change of the members. */
export type ChangeOutcome =
  /** The change is committed at `index`; what it plans goes on by itself. `ids` are those of the nodes it adds, in its order. */
  { readonly type: "done"; readonly index: Index; readonly ids: readonly NodeId[] } | OperationRefused | OperationUnknown;

/** Outcome of a leadership transfer. */
export type TransferOutcome =
  /** This node has seen `to` lead. */
  { readonly type: "done"; readonly to: NodeId } | OperationRefused | OperationUnknown;

/** The request had no effect and never will. */
interface OperationRefused {
  readonly type: "refused";
  readonly reason: Refusal | "stopping";
  /** Where the leader is, if that is known. */
  readonly leader: NodeId | null;
}

/** It may have taken effect, or may yet. */
interface OperationUnknown {
  readonly type: "unknown";
  readonly reason: UnknownReason;
}

export type OperationsOptions = Pick<NodeOptions, "operationsMax" | "changeWaitMs">;

export interface OperationsPorts {
  readonly view: () => View;
  readonly now: () => Millis;
  readonly waiting: Pick<Waiting, "awaitApplied">;
  readonly tickets: Tickets;
}

/**
 * What operators want of the leader: changes of the members, and that it hands over. Only the leader does either; they
 * are not forwarded. Each is answered once.
 */
export class Operations {
  readonly #options: OperationsOptions;
  readonly #ports: OperationsPorts;
  readonly #open = new Set<Operation>();
  #isStopped = false;

  constructor(options: OperationsOptions, ports: OperationsPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** Those whose outcome is on its way, as that of a change by which this very node leaves. */
  get underWayCount(): number {
    return [...this.#open].filter(({ isParked }) => !isParked).length;
  }

  changeMembers(change: MembersChange, timeoutMs: Millis, done: (outcome: ChangeOutcome) => void): void {
    this.#admit(timeoutMs, this.#options.changeWaitMs, (ticket) => ({ type: "changeMembers", ticket, change }), done);
  }

  /** @param to null: to whoever is best */
  transfer(to: NodeId | null, timeoutMs: Millis, done: (outcome: TransferOutcome) => void): void {
    this.#admit(
      timeoutMs,
      0,
      (ticket) => ({ type: "transfer", ticket, to }),
      (outcome) => {
        if (outcome.type === "done") done({ type: "done", to: outcome.ids[0] ?? 0 });
        else done(outcome);
      },
    );
  }

  /** Tries again what had to wait, and gives up what has waited too long. Called every now and then while anything is open. */
  sweep(now: Millis): void {
    for (const operation of this.#open) {
      if (operation.deadlineAt <= now) giveUp(operation);
      else if (operation.isParked) this.#ask(operation);
    }
  }

  /** Nothing more will be known of any of these. */
  stop(): void {
    this.#isStopped = true;
    for (const operation of this.#open) {
      if (operation.isParked) operation.settle({ type: "refused", reason: "stopping", leader: null });
      else operation.settle({ type: "unknown", reason: "stopping" });
    }
  }

  #admit(timeoutMs: Millis, waitMs: Millis, question: Operation["question"], done: (outcome: ChangeOutcome) => void): void {
    const { role, leader } = this.#ports.view();
    if (this.#isStopped) return done({ type: "refused", reason: "stopping", leader: null });
    if (role !== "leader") return done({ type: "refused", reason: "notLeader", leader });
    if (this.#open.size >= this.#options.operationsMax) return done({ type: "refused", reason: "overloaded", leader });
    const now = this.#ports.now();
    const operation: Operation = {
      question,
      deadlineAt: now + timeoutMs,
      waitUntil: now + Math.min(timeoutMs, waitMs),
      isParked: false,
      settle: (outcome) => {
        if (this.#open.delete(operation)) done(outcome);
      },
    };
    this.#open.add(operation);
    this.#ask(operation);
  }

  #ask(operation: Operation): void {
    operation.isParked = false;
    this.#ports.tickets.ask(operation.question, (answer) => this.#onAnswer(operation, answer));
  }

  #onAnswer(operation: Operation, answer: AnswerTo<Asked>): void {
    switch (answer.type) {
      case "accepted":
        return this.#ports.waiting.awaitApplied(answer.index, answer.term, (outcome) => {
          if (outcome.type === "done") operation.settle({ type: "done", index: outcome.index, ids: answer.ids });
          else operation.settle(outcome);
        });
      case "transferred":
        return operation.settle({ type: "done", index: 0, ids: [answer.to] });
      case "refused":
        if (isPassing(answer.reason) && this.#ports.now() < operation.waitUntil) operation.isParked = true;
        else operation.settle({ type: "refused", reason: answer.reason, leader: answer.leader });
        return;
      default:
        answer satisfies never;
    }
  }
}

type Asked = Extract<Question, { readonly type: "changeMembers" | "transfer" }>;

interface Operation {
  readonly question: (ticket: Ticket) => Asked;
  /** When it is given up. */
  readonly deadlineAt: Millis;
  /** Until when it may wait for its turn. */
  readonly waitUntil: Millis;
  /** It waits for its turn: nothing of it is under way. */
  isParked: boolean;
  /** Calls back once, whatever comes after. */
  readonly settle: (outcome: ChangeOutcome) => void;
}

/** Refusals that are likely to pass by themselves. */
function isPassing(reason: Refusal): boolean {
  return reason === "changeInProgress" || reason === "notReady";
}

function giveUp(operation: Operation): void {
  if (operation.isParked) operation.settle({ type: "refused", reason: "changeInProgress", leader: null });
  else operation.settle({ type: "unknown", reason: "timeout" });
}
