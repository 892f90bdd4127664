import type { Input, Output, Raft, View } from "../../core/api.ts";
import type { Entry, Index, Millis, NodeId, Term, TermRun } from "../../core/types.ts";
import { counter, zerosOf } from "../../declared/figures.ts";
import type { Clock } from "../ports/ports.ts";
import { WakeTimer } from "./wake-timer.ts";

export const turnFigures = {
  turns: counter("turns", "Steps of the core."),
  inputs: counter("inputs", "Messages and other news that the core was given in its steps."),
};

export interface TurnsPorts {
  readonly clock: Clock;
  /** Takes the turn it is given, soon. */
  readonly nextTurn: (turn: () => void) => void;
  /** Does what the core asks for, in the order of the output. `before` is what the core was before this turn, which began at `at`. */
  readonly carryOut: (output: Output, before: View, at: Millis) => void;
  /** An invariant is broken: the node must stop. */
  readonly onBroken: (error: Error) => void;
}

/**
 * The turn loop: news gathers and is given to the core one step at a time. All that arrives between two turns is taken in by one
 * step, so a busy node works in batches by itself.
 */
export class Turns {
  readonly #raft: Raft;
  readonly #ports: TurnsPorts;
  readonly #timer: WakeTimer;
  #view: View;
  readonly #take = () => this.#turn();
  #news: Input[] = [];
  #isDue = false;
  #isStopped = false;
  readonly counters = zerosOf(turnFigures);

  constructor(raft: Raft, ports: TurnsPorts) {
    this.#raft = raft;
    this.#ports = ports;
    this.#view = raft.view;
    // Not at once: news that came while the timer was late must be read first.
    this.#timer = new WakeTimer(ports.clock, () => this.#schedule());
  }

  /** The core's state after the last turn. */
  get view(): View {
    return this.#view;
  }

  /** As Raft has it. */
  whyNotLed(from: NodeId, term: Term): string | null {
    return this.#raft.whyNotLed(from, term);
  }

  /** News that waits for the next turn. */
  get newsCount(): number {
    return this.#news.length;
  }

  /** As Raft has them. */
  termRuns(max: number): readonly TermRun[] {
    return this.#raft.termRuns(max);
  }

  entries(first: Index, last: Index): readonly Entry[] {
    return this.#raft.entries(first, last);
  }

  /** Takes the first turn, from which all others follow. */
  start(): void {
    this.#schedule();
  }

  enqueue(input: Input): void {
    if (this.#isStopped) return;
    this.#news.push(input);
    this.#schedule();
  }

  /** There is no further turn. */
  stop(): void {
    this.#isStopped = true;
    this.#news = [];
    this.#timer.cancel();
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#ports.nextTurn(this.#take);
  }

  #turn(): void {
    this.#isDue = false;
    if (this.#isStopped) return;
    const news = this.#news;
    this.#news = [];
    this.counters.turns += 1;
    this.counters.inputs += news.length;
    const before = this.#view;
    try {
      const at = this.#ports.clock.now();
      const output = this.#raft.step(at, news);
      this.#view = this.#raft.view;
      this.#ports.carryOut(output, before, at);
      if (!this.#isStopped) this.#timer.wakeBy(output.wakeAt);
    } catch (error) {
      this.#ports.onBroken(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
