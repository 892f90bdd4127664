/**
 * Stops the node if something that can never be is. Always on: going on with a broken invariant could
 * lose data, stopping cannot. A sentence with numbers in it is given as a function: to put it together
 * at every step would cost more than the step itself.
 * @throws InvariantBroken
 */
export function assert(holds: boolean, sentence: string | (() => string)): asserts holds {
  if (!holds) throw new InvariantBroken(typeof sentence === "string" ? sentence : sentence());
}

export class InvariantBroken extends Error {
  constructor(sentence: string) {
    super(`invariant broken: ${sentence}`);
    this.name = "InvariantBroken";
  }
}
