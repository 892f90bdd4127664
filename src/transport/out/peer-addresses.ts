/** The first tries go to where the peer is most likely; of this many, one goes elsewhere. */
const elsewhereEvery = 3;

/**
 * Where a peer is looked for: at its own address by what the members say, or where it was reached last; and now and then at
 * the others, so that an old one that leads nowhere costs a peer that comes back little time.
 */
export class PeerAddresses {
  readonly #own: string;
  #all: readonly string[] = [];
  #likely: string;
  #current: string;
  #failures = 0;

  /** @param own "" if it is not known @param elsewhere other addresses at which the peer may be */
  constructor(own: string, elsewhere: readonly string[]) {
    this.#own = own;
    this.setElsewhere(elsewhere);
    this.#likely = this.#all[0] ?? "";
    this.#current = this.#likely;
  }

  get own(): string {
    return this.#own;
  }

  get all(): readonly string[] {
    return this.#all;
  }

  /** The one that is in use, or that is tried next. */
  get current(): string {
    return this.#current;
  }

  get isLikely(): boolean {
    return this.#current === this.#likely;
  }

  setElsewhere(elsewhere: readonly string[]): void {
    this.#all = [...new Set([this.#own, ...elsewhere])].filter((address) => address !== "");
  }

  /** The peer was reached there. */
  onReached(): void {
    this.#likely = this.#current;
    this.#failures = 0;
  }

  onFailed(): void {
    this.#failures += 1;
    const others = this.#all.filter((address) => address !== this.#likely);
    const isTurn = this.#failures % elsewhereEvery === elsewhereEvery - 1;
    const next = isTurn ? others[Math.floor(this.#failures / elsewhereEvery) % others.length] : this.#likely;
    this.#current = next ?? this.#likely;
  }

  /** The peer is up: the next try goes where it is most likely. */
  chooseLikely(): void {
    this.#current = this.#likely;
  }
}
