/** One end of a gRPC stream, as far as writing goes. */
export interface Sink {
  write(bytes: Buffer, done: () => void): boolean;
  readonly writableNeedDrain: boolean;
}

/**
 * Lets messages into a stream only as fast as its socket takes them. What stays outside may still be dropped or
 * taken back; what is inside is bounded, because a peer that reads nothing would otherwise fill our memory.
 */
export class Valve {
  readonly #sink: Sink;
  readonly #windowBytes: number;
  readonly #onOpen: () => void;
  #insideBytes = 0;
  #opening: NodeJS.Immediate | null = null;

  /** `onOpen` is called when a valve that may have been shut is open. */
  constructor(options: { readonly windowBytes: number }, ports: { readonly sink: Sink; readonly onOpen: () => void }) {
    this.#windowBytes = options.windowBytes;
    this.#sink = ports.sink;
    this.#onOpen = ports.onOpen;
  }

  get open(): boolean {
    return this.#insideBytes < this.#windowBytes && !this.#sink.writableNeedDrain;
  }

  /** Only while open. The message that fills the window may exceed it. */
  write(bytes: Buffer): void {
    this.#insideBytes += bytes.length;
    this.#sink.write(bytes, () => {
      this.#insideBytes -= bytes.length;
      if (this.open) this.#opening ??= setImmediate(() => this.#tell());
    });
  }

  /**
   * Not from within the stream's own callback: some versions of Node call it for a stream that has just broken, before they
   * say so, and what waits would be given to a stream that is gone. In the next turn whoever waits has heard of that.
   */
  #tell(): void {
    this.#opening = null;
    if (this.open) this.#onOpen();
  }
}
