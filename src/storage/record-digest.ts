/**
 * How many records there are, and a sum over them that does not depend on their order: two nodes that have applied
 * the same entries have the same digest, and a record that is lost or changed makes it differ.
 */
export class RecordDigest {
  #count: number;
  #first: number;
  #second: number;

  constructor(count: number, [first, second]: readonly [number, number]) {
    this.#count = count;
    this.#first = first;
    this.#second = second;
  }

  get count(): number {
    return this.#count;
  }

  get halves(): readonly [number, number] {
    return [this.#first, this.#second];
  }

  /** @param checksum the record's checksum over key and value */
  add(checksum: number): void {
    this.#count += 1;
    this.#first = (this.#first + checksum) >>> 0;
    this.#second = (this.#second + mix(checksum)) >>> 0;
  }

  remove(checksum: number): void {
    this.#count -= 1;
    this.#first = (this.#first - checksum) >>> 0;
    this.#second = (this.#second - mix(checksum)) >>> 0;
  }

  toString(): string {
    return this.halves.map((half) => half.toString(16).padStart(8, "0")).join("");
  }
}

/** Spreads the bits, so that two changes that cancel out in the plain sum do not do so in this one. */
function mix(checksum: number): number {
  const once = Math.imul(checksum ^ (checksum >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}
