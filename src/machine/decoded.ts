/**
 * What commands were decoded to, from when they are first looked at until they run: a machine is asked for the records
 * of a whole batch of commands before the first of them runs. It only saves the work of decoding them again.
 */
export class Decoded<T> {
  readonly #decode: (command: Uint8Array) => T;
  /** Not all that were looked at run, and those that do not must not be held on to. */
  readonly #known = new WeakMap<Uint8Array, T>();

  /** @param decode must depend on nothing but the bytes */
  constructor(decode: (command: Uint8Array) => T) {
    this.#decode = decode;
  }

  look(command: Uint8Array): T {
    const known = this.#known.get(command);
    if (known !== undefined) return known;
    const decoded = this.#decode(command);
    this.#known.set(command, decoded);
    return decoded;
  }

  /** The last look at a command: it runs now. */
  take(command: Uint8Array): T {
    const known = this.#known.get(command);
    if (known === undefined) return this.#decode(command);
    this.#known.delete(command);
    return known;
  }
}
