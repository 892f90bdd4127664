/**
 * The interface of a replicated machine. A machine is pure logic over records: the shell fetches the
 * records that a command names, runs the command, and writes what it changed together with the applied
 * index in one atomic batch. A machine therefore keeps nothing in fields: its records are its state,
 * and those on disk are its snapshot.
 *
 * It must be deterministic: no clock, no chance, no locale, nothing but the command and the records.
 */
export interface Machine {
  /** Keys of all records that `apply` may read or change for this command. They are fetched before it runs. */
  reads(command: Uint8Array): readonly Uint8Array[];

  /**
   * Runs one committed command and returns what its client is told. May throw only if the machine is
   * broken; then the node stops. A command that makes no sense must be refused in its result.
   * @param index log index of the command, rising from call to call
   */
  apply(index: number, command: Uint8Array, records: Records): Uint8Array;
}

/** The records that one command sees: its own changes and those of all commands before it. */
export interface Records {
  /** The record's value, or undefined. Throws if `reads` did not name the key. */
  get(key: Uint8Array): Uint8Array | undefined;
  put(key: Uint8Array, value: Uint8Array): void;
  delete(key: Uint8Array): void;
}
