import { isIPv6 } from "node:net";

export interface PlaceOptions {
  /** Most connections at the port. */
  readonly connectionsMax: number;
  /** Most connections from one address. */
  readonly perAddressMax: number;
  /** What a connection beyond these gets: nothing, or the place of another one. */
  readonly whenFull: "refuse" | "replace";
}

/** Who takes a place. */
export interface Guest {
  readonly address: string;
  /** The member that has said on this connection who it is; null: nobody has. */
  readonly member: number | null;
}

export type Admission<G> =
  | { readonly type: "admitted" }
  /** The place of `guest` is free once it is closed. */
  | { readonly type: "replaces"; readonly guest: G }
  /** `why` is a clause, without a full stop. */
  | { readonly type: "refused"; readonly why: string };

/**
 * The places at a port. A connection costs a file handle and memory, and whoever takes all handles takes the disk's as
 * well.
 *
 * Where members call, nobody is refused: strangers that fill the port must not keep a member out, and at first nobody
 * can tell the two apart. The place of a new connection is then that of the oldest one on which no member has spoken,
 * from the address that has most of those; only where there are none, of whichever member has most.
 */
export class Places<G extends Guest> {
  readonly #options: PlaceOptions;
  /** In the order in which they came. */
  readonly #guests = new Set<G>();
  readonly #byAddress = new Map<string, number>();

  constructor(options: PlaceOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#guests.size;
  }

  [Symbol.iterator](): Iterator<G> {
    return this.#guests.values();
  }

  /** Whether there is a place for a connection from `address`. */
  admission(address: string): Admission<G> {
    const { connectionsMax, perAddressMax, whenFull } = this.#options;
    const isFull = this.#guests.size >= connectionsMax;
    if (whenFull === "replace") {
      const guest = isFull ? this.#leastNeeded() : undefined;
      return guest === undefined ? { type: "admitted" } : { type: "replaces", guest };
    }
    if (isFull) return { type: "refused", why: `the port has ${this.#guests.size} connections, as many as it may` };
    const ofAddress = this.#byAddress.get(networkOf(address)) ?? 0;
    if (ofAddress < perAddressMax) return { type: "admitted" };
    return { type: "refused", why: `its address has ${ofAddress} connections, as many as one may` };
  }

  add(guest: G): void {
    const network = networkOf(guest.address);
    this.#guests.add(guest);
    this.#byAddress.set(network, (this.#byAddress.get(network) ?? 0) + 1);
  }

  delete(guest: G): void {
    if (!this.#guests.delete(guest)) return;
    const network = networkOf(guest.address);
    const left = (this.#byAddress.get(network) ?? 1) - 1;
    if (left === 0) this.#byAddress.delete(network);
    else this.#byAddress.set(network, left);
  }

  #leastNeeded(): G | undefined {
    const strangers = [...this.#guests].filter(({ member }) => member === null);
    if (strangers.length > 0) return oldestOfLargest(strangers, ({ address }) => networkOf(address));
    return oldestOfLargest([...this.#guests], ({ member }) => String(member));
  }
}

/** The first of those that share their key with most others. */
function oldestOfLargest<G>(guests: readonly G[], keyOf: (guest: G) => string): G | undefined {
  const groups = new Map<string, G[]>();
  for (const guest of guests) {
    const key = keyOf(guest);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [guest]);
    else group.push(guest);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length)[0]?.[0];
}

/** Whoever has one IPv6 address has all of its /64; and an IPv4 address may be written as one. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [before = [], after = []] = address.split("::").map((part) => (part === "" ? [] : part.split(":")));
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  return [...before, ...zeros, ...after].slice(0, 4).join(":");
}
