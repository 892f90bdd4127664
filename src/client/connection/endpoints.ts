import { isAddress } from "../../grpc/address.ts";
import type { Sighting } from "./sighting.ts";

/**
 * Where nodes may be found: those the client was made with, and those it has learned of. The former are never
 * forgotten: what members call themselves may mean nothing where this client is.
 */
export class Endpoints {
  readonly #given: readonly string[];
  readonly #homes = new Map<number, string>();
  #learned: readonly string[] = [];

  constructor(given: readonly string[]) {
    this.#given = given;
  }

  get all(): readonly string[] {
    return [...new Set([...this.#given, ...this.#learned])];
  }

  /** Where nodes were met, by their ids: members may name another address, or none. */
  get homes(): ReadonlyMap<number, string> {
    return this.#homes;
  }

  meet({ nodeId, endpoint }: Sighting): void {
    this.#homes.set(nodeId, endpoint);
  }

  /** @param clientAddresses of all members, as one of them tells; those without one, or with nonsense, are left out */
  learn(clientAddresses: readonly string[]): void {
    const known = clientAddresses.filter(isAddress);
    // A node that knows nobody, as one that is just joining, teaches nothing.
    if (known.length > 0) this.#learned = known;
  }
}
