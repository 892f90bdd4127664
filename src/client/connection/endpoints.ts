/**
 * Where nodes may be found: those the client was made with, and those it has learned of. The former are never
 * forgotten: what members call themselves may mean nothing where this client is.
 */
export class Endpoints {
  readonly #given: readonly string[];
  #learned: readonly string[] = [];

  constructor(given: readonly string[]) {
    this.#given = given;
  }

  get all(): readonly string[] {
    return [...new Set([...this.#given, ...this.#learned])];
  }

  /** @param clientAddresses of all members, as one of them tells; those without are left out */
  learn(clientAddresses: readonly string[]): void {
    const known = clientAddresses.filter((address) => address !== "");
    // A node that knows nobody, as one that is just joining, teaches nothing.
    if (known.length > 0) this.#learned = known;
  }
}
