import { setTimeout as sleep } from "node:timers/promises";
import { BalsaError } from "../client/balsa-error.ts";

const againAfterMs = 1_000;
/** These do not pass by themselves: whoever started the node must do something about it. */
const final: readonly string[] = ["INVALID_ADDRESS", "UNIMPLEMENTED"];

/**
 * Asks until the cluster has taken the node in, and says what it waits for.
 * @param ask null if something had to be cleared away first
 * @throws whatever will not pass
 */
export async function untilTaken<Answer>(ask: () => Promise<Answer | null>, say: (sentence: string) => void): Promise<Answer> {
  let said = "";
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null) return answer;
    } catch (error) {
      if (!(error instanceof BalsaError) || final.includes(error.reason)) throw error;
      const why = `The cluster has not taken this node in yet: ${error.message} (${error.reason})`;
      if (why !== said) say(why);
      said = why;
    }
    await sleep(againAfterMs);
  }
}
