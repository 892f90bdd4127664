type Kind = "read" | "write";

/**
 * Reads beside reads, writes beside writes, and never one beside the other; in the order in which they come. What need not
 * wait begins at once.
 */
export class ReadWriteTurns {
  #kind: Kind = "read";
  #active = 0;
  #waiting: { readonly kind: Kind; readonly begin: () => void }[] = [];

  /** Runs `work` in its turn. */
  async run<Result>(kind: Kind, work: () => Promise<Result>): Promise<Result> {
    if (this.#mayBegin(kind)) this.#begin(kind);
    else await this.#turn(kind);
    try {
      return await work();
    } finally {
      this.end();
    }
  }

  /** Whoever comes back from here ends its turn by `end`. */
  async begin(kind: Kind): Promise<void> {
    if (this.#mayBegin(kind)) this.#begin(kind);
    else await this.#turn(kind);
  }

  end(): void {
    this.#active -= 1;
    if (this.#active > 0) return;
    const next = this.#waiting[0]?.kind;
    while (next !== undefined && this.#waiting[0]?.kind === next) {
      this.#begin(next);
      this.#waiting.shift()?.begin();
    }
  }

  #mayBegin(kind: Kind): boolean {
    return this.#waiting.length === 0 && (this.#active === 0 || this.#kind === kind);
  }

  #begin(kind: Kind): void {
    this.#kind = kind;
    this.#active += 1;
  }

  #turn(kind: Kind): Promise<void> {
    return new Promise((begin) => this.#waiting.push({ kind, begin }));
  }
}
