/** Reads what LevelDB packs into its manifests and tables: numbers of 7 bits per byte, and strings. */
export class Unpacker {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** @throws RangeError if the bytes end first or the number is not a safe integer */
  number(): number {
    let value = 0;
    for (let factor = 1; this.#at < this.#end; factor *= 128) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 127) * factor;
      if (!Number.isSafeInteger(value)) break;
      if (byte < 128) return value;
    }
    throw new RangeError("a number is cut short or too large");
  }

  /** @throws RangeError if there are fewer bytes */
  bytes(length: number): Buffer {
    if (length > this.#end - this.#at) throw new RangeError("a string is cut short");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
