/**
 * What to do after an error:
 * - `never`: the same request would fail again.
 * - `backOff`: the same request may be sent again, here or elsewhere, after a pause.
 * - `elsewhere`: the same request may be sent to another node at once.
 * - `readFirst`: look whether the change is there before sending it again.
 */
export type Retry = "never" | "backOff" | "elsewhere" | "readFirst";

const retries: readonly string[] = ["never", "backOff", "elsewhere", "readFirst"] satisfies Retry[];

/** What another version may say is checked. */
export function isRetry(word: unknown): word is Retry {
  return typeof word === "string" && retries.includes(word);
}
