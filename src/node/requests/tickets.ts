import type { Answer, AnswerTo, Input, Question } from "../../core/api.ts";
import type { Ticket } from "../../core/types.ts";

/** Puts questions to the core. Each gets a ticket of its own, by which the answer finds whoever asked. */
export class Tickets {
  readonly #enqueue: (input: Input) => void;
  readonly #asked = new Map<Ticket, (answer: Answer) => void>();
  #last: Ticket = 0;

  /** @param enqueue takes news for the core's next turn */
  constructor(enqueue: (input: Input) => void) {
    this.#enqueue = enqueue;
  }

  /** @param onAnswer called once, in a later turn; never, if the node stops first */
  ask<Asked extends Question>(question: (ticket: Ticket) => Asked, onAnswer: (answer: AnswerTo<Asked>) => void): void {
    this.#last += 1;
    // The core answers each question with what `AnswerTo` says.
    this.#asked.set(this.#last, onAnswer as (answer: Answer) => void);
    this.#enqueue(question(this.#last));
  }

  /** The core has answered. */
  onAnswer(answer: Answer): void {
    const onAnswer = this.#asked.get(answer.ticket);
    this.#asked.delete(answer.ticket);
    onAnswer?.(answer);
  }
}
