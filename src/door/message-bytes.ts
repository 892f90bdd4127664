const headerBytes = 5;

/** Follows the messages of gRPC in the data of one call: a flag, four bytes of length, and the message itself. */
export class MessageBytes {
  readonly #header = Buffer.alloc(headerBytes);
  #headerCount = 0;
  /** Of the message itself, once its header is complete. */
  #missing = 0;
  #unfinished = 0;

  /** Bytes of a message that has begun and has not arrived as a whole. */
  get unfinished(): number {
    return this.#unfinished;
  }

  add(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      const begin = at;
      if (this.#headerCount < headerBytes) {
        at += chunk.copy(this.#header, this.#headerCount, at);
        this.#headerCount += at - begin;
        if (this.#headerCount === headerBytes) this.#missing = this.#header.readUInt32BE(1);
      } else {
        at += Math.min(this.#missing, chunk.length - at);
        this.#missing -= at - begin;
      }
      this.#unfinished += at - begin;
      if (this.#headerCount < headerBytes || this.#missing > 0) continue;
      this.#headerCount = 0;
      this.#unfinished = 0;
    }
  }
}
