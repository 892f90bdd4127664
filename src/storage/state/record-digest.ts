/**
 * How many records there are, how many bytes, and a sum over them that does not depend on their order: two nodes that have applied
 * the same entries have the same digest, and a record that is lost or changed makes it differ.
 */
export class RecordDigest {
  #count: number;
  #bytes: number;
  #first: number;
  #second: number;

  constructor(count: number, bytes: number, [first, second]: readonly [number, number]) {
    this.#count = count;
    this.#bytes = bytes;
    this.#first = first;
    this.#second = second;
  }

  get count(): number {
    return this.#count;
  }

  /** Of all keys and values. */
  get bytes(): number {
    return this.#bytes;
  }

  get halves(): readonly [number, number] {
    return [this.#first, this.#second];
  }

  /**
   * @param checksum the record's checksum over key and value
   * @param bytes of both
   */
  add(checksum: number, bytes: number): void {
    this.#count += 1;
    this.#bytes += bytes;
    this.#first = (this.#first + checksum) >>> 0;
    this.#second = (this.#second + mix(checksum)) >>> 0;
  }

  remove(checksum: number, bytes: number): void {
    this.#count -= 1;
    this.#bytes -= bytes;
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
