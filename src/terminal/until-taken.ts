import { setTimeout as sleep } from "node:timers/promises";
import { BalsaError } from "../client/values/balsa-error.ts";
import { oneLine } from "./printable.ts";
import { StillUnderWay } from "./still-under-way.ts";
import type { TimeLimit } from "./time-limit.ts";

const againAfterMs = 1_000;

export interface UntilTakenOptions {
  /** Client addresses of the members that are asked. */
  readonly members: readonly string[];
  /** Null: it is asked for ever. */
  readonly time: TimeLimit | null;
}
/** These do not pass by themselves: whoever started the node must do something about it. */
const final: readonly string[] = ["INVALID_ADDRESS", "UNIMPLEMENTED"];

/**
 * Asks until the cluster has taken the node in, and says what it waits for.
 * @param ask null if something had to be cleared away first
 * @throws whatever will not pass; StillUnderWay when the time is up
 */
export async function untilTaken<Answer>(
  ask: () => Promise<Answer | null>,
  say: (sentence: string) => void,
  { members, time }: UntilTakenOptions,
): Promise<Answer> {
  let said = "";
  let last = "";
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null) return answer;
    } catch (error) {
      if (!(error instanceof BalsaError) || final.includes(error.code)) throw error;
      last = `${oneLine(error.message)} (${error.code})`;
      const why = `The cluster has not taken this node in yet: ${last} Asking ${members.join(", ")} again.`;
      if (why !== said) say(why);
      said = why;
    }
    if (time !== null && time.leftMs() <= againAfterMs) throw notTaken(time, last);
    await sleep(againAfterMs);
  }
}

function notTaken({ ms }: TimeLimit, last: string): StillUnderWay {
  const begun = "What was begun is noted in the data directory: run the same command again, and it goes on.";
  return new StillUnderWay(`The cluster has not taken this node in within ${ms} ms${last === "" ? "." : `: ${last}`} ${begun}`);
}
