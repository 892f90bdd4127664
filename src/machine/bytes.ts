/**
 * Writes numbers, text and bytes one after the other; all numbers are big-endian.
 * Writers share one scratch buffer, so only one may be in use at a time: write, `finish`, then start the next.
 */
export class ByteWriter {
  #position = 0;

  u8(value: number): void {
    this.#reserve(1);
    scratch[this.#position++] = value;
  }

  u16(value: number): void {
    this.#reserve(2);
    this.#position = scratch.writeUInt16BE(value, this.#position);
  }

  u32(value: number): void {
    this.#reserve(4);
    this.#position = scratch.writeUInt32BE(value, this.#position);
  }

  /** @param value a safe integer from 0 on */
  u64(value: number): void {
    this.u32(Math.floor(value / 0x1_0000_0000));
    this.u32(value >>> 0);
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    scratch.set(bytes, this.#position);
    this.#position += bytes.length;
  }

  text(text: string): void {
    this.#reserve(text.length * 3);
    this.#position += scratch.write(text, this.#position);
  }

  /** Writes a place for a number that is known later. Returns where it is. */
  placeholder(size: number): number {
    const place = this.#position;
    this.#reserve(size);
    this.#position += size;
    return place;
  }

  /** Fills a placeholder of two bytes with the number of bytes written since. @throws RangeError beyond 65,535 */
  patchLength16(place: number): void {
    scratch.writeUInt16BE(this.#position - place - 2, place);
  }

  /** Fills a placeholder of four bytes with the number of bytes written since. */
  patchLength32(place: number): void {
    scratch.writeUInt32BE(this.#position - place - 4, place);
  }

  /** A copy of what was written, of just that size. */
  finish(): Buffer {
    const bytes = Buffer.allocUnsafe(this.#position);
    scratch.copy(bytes, 0, 0, this.#position);
    if (scratch.length > scratchKeptBytes) scratch = Buffer.allocUnsafeSlow(scratchKeptBytes);
    return bytes;
  }

  #reserve(size: number): void {
    const wanted = this.#position + size;
    if (wanted <= scratch.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(wanted, scratch.length * 2));
    scratch.copy(grown, 0, 0, this.#position);
    scratch = grown;
  }
}

const scratchKeptBytes = 64 * 1024;
let scratch = Buffer.allocUnsafeSlow(scratchKeptBytes);

/** Reads what a ByteWriter wrote. Every method throws Malformed rather than read past the end. */
export class ByteReader {
  readonly #buffer: Buffer;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#buffer.readUInt8(this.#take(1));
  }

  u16(): number {
    return this.#buffer.readUInt16BE(this.#take(2));
  }

  u32(): number {
    return this.#buffer.readUInt32BE(this.#take(4));
  }

  u64(): number {
    const value = this.u32() * 0x1_0000_0000 + this.u32();
    if (!Number.isSafeInteger(value)) throw new Malformed("has a number beyond 2^53 - 1");
    return value;
  }

  /** A view, not a copy. */
  bytes(length: number): Buffer {
    const start = this.#take(length);
    return this.#buffer.subarray(start, start + length);
  }

  /** A copy of the bytes, behind one other byte. */
  bytesAfter(first: number, length: number): Buffer {
    const start = this.#take(length);
    const copy = Buffer.allocUnsafe(1 + length);
    copy[0] = first;
    this.#buffer.copy(copy, 1, start, start + length);
    return copy;
  }

  text(length: number): string {
    const start = this.#take(length);
    return this.#buffer.toString("utf8", start, start + length);
  }

  get remaining(): number {
    return this.#buffer.length - this.#position;
  }

  /** Says that nothing may follow. */
  end(): void {
    if (this.remaining > 0) throw new Malformed(`has bytes after its end`);
  }

  #take(length: number): number {
    if (length > this.remaining) throw new Malformed("is cut short");
    const start = this.#position;
    this.#position += length;
    return start;
  }
}

/** Writes a safe integer as 8 big-endian bytes. */
export function writeUint64(bytes: Buffer, value: number, offset: number): void {
  bytes.writeUInt32BE(Math.floor(value / 0x1_0000_0000), offset);
  bytes.writeUInt32BE(value >>> 0, offset + 4);
}

/** Bytes that are not what they should be. The message is the second half of a sentence: "is cut short". */
export class Malformed extends Error {
  constructor(what: string) {
    super(what);
    this.name = "Malformed";
  }
}
