import { setTimeout as pause } from "node:timers/promises";

/** Asks again and again until there is an answer other than undefined; fails with `what` when `withinMs` have passed. */
export async function until<T>(
  what: string | (() => string),
  withinMs: number,
  ask: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${typeof what === "string" ? what : what()}`);
    await pause(20);
  }
}
