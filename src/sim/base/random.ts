/**
 * A seeded source of chance (sfc32). Each part of the world draws from a stream of its own, so that a change
 * in one part does not shift what all the others meet. Only whole-number arithmetic and multiplication are used,
 * so equal seeds give equal worlds on every machine.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(seed: number, stream: string) {
    let hash = 0x811c9dc5;
    for (let i = 0; i < stream.length; i += 1) hash = Math.imul(hash ^ stream.charCodeAt(i), 0x01000193);
    this.#a = seed >>> 0;
    this.#b = Math.floor(seed / 0x1_0000_0000) >>> 0;
    this.#c = hash >>> 0;
    this.#counter = 1;
    for (let i = 0; i < warmUpRounds; i += 1) this.bits();
  }

  /** 32 random bits, as a number from 0 on. */
  bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A number from 0 up to, not including, 1. */
  next(): number {
    return this.bits() / 0x1_0000_0000;
  }

  /** A whole number from 0 up to, not including, `count`. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** Any number from `low` to `high`. */
  within(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** Mostly near `low`, seldom near `high`: as delays are. */
  skewed(low: number, high: number): number {
    const square = this.next() * this.next();
    return low + square * square * (high - low);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new RangeError("There is nothing to pick from.");
    return choice;
  }

  /** The choices in random order. */
  shuffled<T>(choices: readonly T[]): T[] {
    const order = [...choices];
    for (let place = order.length - 1; place > 0; place -= 1) {
      const other = this.below(place + 1);
      const moved = order[place];
      const there = order[other];
      if (moved === undefined || there === undefined) continue;
      order[place] = there;
      order[other] = moved;
    }
    return order;
  }
}

/** Number of rounds after which near seeds have nothing in common. */
const warmUpRounds = 15;
