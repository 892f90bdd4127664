/**
 * Stops the node if something that can never be is. Always on: going on with a broken invariant could
 * lose data, stopping cannot.
 * @throws InvariantBroken
 */
export function assert(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new InvariantBroken(sentence);
}

export class InvariantBroken extends Error {
  constructor(sentence: string) {
    super(`invariant broken: ${sentence}`);
    this.name = "InvariantBroken";
  }
}
