import { errorText } from "../../../src/terminal/error-text.ts";

/**
 * Does it to all at the same time, and waits for all of them also where one fails: whoever undoes it then must not be
 * overtaken by what is still under way.
 * @throws the only failure, or an AggregateError of all
 */
export async function each<T, R>(items: Iterable<T>, act: (item: T) => Promise<R>): Promise<R[]> {
  const ends = await Promise.allSettled(Array.from(items, act));
  const failures = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  if (failures.length > 1) throw new AggregateError(failures, failures.map(errorText).join(" "));
  if (failures.length === 1) throw failures[0];
  return ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
}
