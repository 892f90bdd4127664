import type { Index, Millis } from "../../core/types.ts";
import { durations } from "../../declared/figures.ts";
import { histogramsOf } from "../../declared/histogram.ts";
import type { Clock } from "../ports/ports.ts";
import { Marks } from "./marks.ts";

/**
 * Where the time of a request goes. The stages of one request follow on each other without a gap, by the clock of the node that
 * tells them, so their sums add up to its whole time here.
 */
export const stageFigures = {
  writeTurnMs: durations("Time of a write at its leader until the turn that put it into the log."),
  writeDiskMs: durations("Time from there until the leader's own disk had it, the store before it included."),
  writeQuorumMs: durations("Time from there until the turn that found it on a majority of disks."),
  writeApplyMs: durations("Time from there until it was applied, and the state with it written."),
  writeAnswerMs: durations("Time from there until all that were applied with it were answered."),
  readTurnMs: durations("Time of a linearizable read at the node it was asked of until the turn that took it in."),
  readQuorumMs: durations("Time from there until a majority confirmed the leader; at a follower also the way there and back."),
  readApplyMs: durations("Time from there until the node had applied what the read must see."),
  readAnswerMs: durations("Time from there until all reads that could be answered with it were."),
};

/** What one stage came to so far, as observers are told it: "writeTurn" and the like. Counts are cumulative, as in a histogram. */
export interface StageSample {
  readonly name: string;
  readonly boundsMs: readonly number[];
  readonly counts: readonly number[];
  readonly sumMs: number;
}

/** The turn that takes in what is asked before it begins. */
export interface TurnTaken {
  /** When it began; meaningless until then. */
  at: Millis;
}

/** When this node's core was asked, and the turn that takes the question in. */
export interface Asking {
  readonly askedAt: Millis;
  readonly turn: TurnTaken;
}

/** Writes in a row that passed every stage at the same moments. */
interface Run {
  readonly turn: TurnTaken;
  /** The last index for which that is so. */
  readonly upTo: Index;
  readonly storedAt: Millis;
  readonly committedAt: Millis;
  writes: number;
}

/**
 * Measures the stages of the requests that have come to their end here. The clock is read once for a turn, a store or an applied
 * batch, not for each request, and what a whole run of writes has in common is counted at once. So a moment within a turn is
 * that of its beginning: what the core and its output take counts to the stage that follows. Only what was done is counted: not
 * what was refused, or was lost with the leadership.
 */
export class Stages {
  readonly #clock: Pick<Clock, "now">;
  readonly figures = histogramsOf(stageFigures);
  /** What is asked now is for this turn. */
  nextTurn: TurnTaken = { at: 0 };
  /** When the store ended, and when the turn began, that brought the log, and the commit index, up to an index. */
  readonly #stored = new Marks();
  readonly #committed = new Marks();
  #turnAt: Millis = 0;
  /** Since when those are answered that can be. */
  #answersAt: Millis = 0;
  #run: Run | null = null;
  #writes = 0;
  #reads = 0;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** In the order in which they come. */
  get samples(): readonly StageSample[] {
    return Object.entries(this.figures).map(([name, { bounds, counts, sum }]) => {
      return { name: name.replace(/Ms$/, ""), boundsMs: bounds, counts, sumMs: sum };
    });
  }

  /** When the last turn began. */
  get turnAt(): Millis {
    return this.#turnAt;
  }

  /** A turn has taken in all that was asked before it. */
  onTurn(at: Millis): void {
    this.nextTurn.at = at;
    this.nextTurn = { at };
    this.#turnAt = at;
    this.#answersAt = at;
  }

  /** This node's disk has the log up to here. */
  onStored(upTo: Index): void {
    this.#stored.add(upTo, this.#clock.now());
  }

  /** The last turn has handed out what is to be applied up to here. */
  onCommitted(upTo: Index): void {
    this.#committed.add(upTo, this.#turnAt);
  }

  /** No write waits, or none that is to be counted: what comes into the log later may have any index. */
  forget(): void {
    this.#stored.clear();
    this.#committed.clear();
  }

  /** A batch is applied: those who waited for it are about to be answered. */
  onApplied(): void {
    this.#answersAt = this.#clock.now();
  }

  /** The write at this index is answered. Told in the order of the log. */
  onWrite(index: Index, { askedAt, turn }: Asking): void {
    this.figures.writeTurnMs.add(turn.at - askedAt);
    this.#writes += 1;
    const run = this.#run;
    if (run !== null && run.turn === turn && index <= run.upTo) run.writes += 1;
    else this.#begin(index, turn);
  }

  /** @param readableAt when it was known up to where this node must have applied for it */
  onRead({ askedAt, turn }: Asking, readableAt: Millis): void {
    const { readTurnMs, readQuorumMs, readApplyMs } = this.figures;
    readTurnMs.add(turn.at - askedAt);
    readQuorumMs.add(readableAt - turn.at);
    readApplyMs.add(this.#answersAt - readableAt);
    this.#reads += 1;
  }

  /** All are answered that could be in this turn, or after this batch. */
  onAnswered(): void {
    if (this.#writes + this.#reads === 0) return;
    this.#end();
    const tookMs = this.#clock.now() - this.#answersAt;
    this.figures.writeAnswerMs.add(tookMs, this.#writes);
    this.figures.readAnswerMs.add(tookMs, this.#reads);
    this.#writes = 0;
    this.#reads = 0;
  }

  #begin(index: Index, turn: TurnTaken): void {
    this.#end();
    const stored = this.#stored.reaching(index);
    const committed = this.#committed.reaching(index);
    // Both are told before a write is applied. If one was not, its stage shows as none, which is better than to fail.
    const storedAt = stored?.at ?? turn.at;
    const upTo = Math.min(stored?.upTo ?? index, committed?.upTo ?? index);
    this.#run = { turn, upTo, storedAt, committedAt: committed?.at ?? storedAt, writes: 1 };
  }

  #end(): void {
    if (this.#run === null) return;
    const { turn, storedAt, committedAt, writes } = this.#run;
    const { writeDiskMs, writeQuorumMs, writeApplyMs } = this.figures;
    writeDiskMs.add(storedAt - turn.at, writes);
    writeQuorumMs.add(committedAt - storedAt, writes);
    writeApplyMs.add(this.#answersAt - committedAt, writes);
    this.#run = null;
  }
}
