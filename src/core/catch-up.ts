import type { Index, Millis } from "./types.ts";

/**
 * Whether a learner keeps up well enough to vote (thesis 4.2.1). Time is cut into rounds: a round ends when the
 * learner has all that the log held when the round began. A learner that was behind by much needs a long first
 * round, a shorter second, and so on; one whose last round was short would hold up commitment for no longer than that.
 */
export class CatchUp {
  /** The round ends here. */
  #target: Index;
  #beganAt: Millis;
  #isCaughtUp = false;

  constructor(lastIndex: Index, now: Millis) {
    this.#target = lastIndex;
    this.#beganAt = now;
  }

  get isCaughtUp(): boolean {
    return this.#isCaughtUp;
  }

  /**
   * Looks at how far the learner has come.
   * @param roundMsMax a round that takes longer is too long
   * @returns whether it has caught up just now
   */
  observe(matchIndex: Index, lastIndex: Index, now: Millis, roundMsMax: Millis): boolean {
    const before = this.#isCaughtUp;
    const isInTime = now - this.#beganAt <= roundMsMax;
    if (matchIndex >= this.#target) {
      this.#isCaughtUp = isInTime;
      this.#target = lastIndex;
      this.#beganAt = now;
    } else if (!isInTime) {
      this.#isCaughtUp = false;
    }
    return this.#isCaughtUp && !before;
  }
}
