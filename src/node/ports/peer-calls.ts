import type { NodeId } from "../../core/types.ts";

declare const asks: unique symbol;

/**
 * A question that one node asks another, beside the messages of the core, and its answer. Whoever asks it declares it. How it
 * is written on the wire is said by its row in src/transport/wire/calls.ts; all else carries it without knowing which it is.
 */
export interface PeerCall<Question, Answer> {
  readonly name: string;
  /** What the asker hears of a question that surely did not reach the other node. */
  readonly unsent: Answer;
  /** What it hears where nobody knows: the question may have arrived, and its answer does not come. */
  readonly broken: Answer;
  /** Never there: it ties the type of the question to the call. */
  readonly [asks]?: Question;
}

/**
 * Hears an answer. `sequence` is the number that it has if its sender is observed, else 0; left out: it is none of the other node,
 * but what the call says of one that does not come.
 */
export type Answered<Answer> = (answer: Answer, sequence?: number) => void;

/** Takes a question, and calls `done` once; `peer` is at the other end. `sequence` is the question's number, if it has one. */
type Taker<Question, Answer> = (question: Question, done: Answered<Answer>, peer: NodeId, sequence?: number) => void;

/** Who takes which call. */
export class CallTakers {
  readonly #takers = new Map<unknown, unknown>();

  on<Question, Answer>(call: PeerCall<Question, Answer>, taker: Taker<Question, Answer>): this {
    this.#takers.set(call, taker);
    return this;
  }

  /** Returns false if nobody takes this call. */
  give<Question, Answer>(
    peer: NodeId,
    call: PeerCall<Question, Answer>,
    question: Question,
    done: Answered<Answer>,
    sequence?: number,
  ): boolean {
    // Only `on` puts one here, and it fits the call.
    const taker = this.#takers.get(call) as Taker<Question, Answer> | undefined;
    taker?.(question, done, peer, sequence);
    return taker !== undefined;
  }
}
