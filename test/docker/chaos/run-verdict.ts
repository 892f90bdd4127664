import type { Figures } from "./figures.ts";
import type { Request } from "./notes.ts";
import type { Strike } from "./strikes.ts";
import type { ChaosPlan } from "./types.ts";
import type { Violation } from "./violations.ts";

/** A run in which too little was done, or too little struck, has shown nothing, and passes for nothing. */
export function judgeCoverage(plan: ChaosPlan, requests: readonly Request[], strikes: readonly Strike[]): Violation[] {
  const found: Violation[] = [];
  const say = (sentence: string) => found.push({ kind: "too little", key: null, sentence });
  const served = requests.filter(({ result }) => result === "ok").length;
  if (served < plan.operationsMin) say(`${served} operations succeeded, of ${plan.operationsMin} that the plan demands.`);
  const struck = strikes.filter((strike) => strike.struck !== null).length;
  if (struck < plan.faultsMin) {
    const missed = strikes.filter((strike) => strike.struck === null).map(({ fault, failure }) => `${fault} (${failure})`);
    say(
      `${struck} faults struck, of ${plan.faultsMin} that the plan demands; these did not: ${missed.join(", ") || "none was left"}.`,
    );
  }
  return found;
}

/**
 * After each healing the cluster serves writes again, soon: at the latest so long after the last node that was struck
 * has started and answers. How long a process takes to start is the machine's affair, and in the report.
 */
export function judgeHealing(strikes: readonly Strike[], { backAfterMs }: Figures, backWithinMs: number): Violation[] {
  const struck = strikes.filter((strike) => strike.struck !== null);
  return struck.flatMap(({ fault, struck: harm, failure, healedAt, wholeAt }, place): Violation[] => {
    const after = backAfterMs[place] ?? null;
    const what = `"${fault}" (${harm?.what})`;
    if (failure !== null) return [{ kind: "not back", key: null, sentence: `${what} could not be undone: ${failure}` }];
    if (wholeAt === null) return [{ kind: "not back", key: null, sentence: `Not all nodes answered after ${what} was healed.` }];
    if (after === null) return [{ kind: "not back", key: null, sentence: `No write was served after ${what} was healed.` }];
    const sinceWhole = healedAt + after - wholeAt;
    if (sinceWhole <= backWithinMs) return [];
    const sentence = `After ${what} all nodes answered, and a write was served only ${Math.round(sinceWhole)} ms later, not within ${backWithinMs} ms.`;
    return [{ kind: "not back", key: null, sentence }];
  });
}
