import { BalsaError } from "../../src/client/values/balsa-error.ts";

/** What a client's call fails with. @throws whatever else it fails with, and an Error if it does not fail */
export async function errorOf(answer: Promise<unknown>): Promise<BalsaError> {
  const error = await answer.then(
    () => new Error("it did not fail"),
    (why) => why,
  );
  if (!(error instanceof BalsaError)) throw error;
  return error;
}
