import type { Index, Millis } from "../core/types.ts";

/**
 * The interface of a replicated machine. A machine is pure logic over records: the shell fetches the
 * records that a command names, runs the command, and writes what it changed together with the applied
 * index in one atomic batch. A machine therefore keeps nothing in fields: its records are its state,
 * and those on disk are its snapshot.
 *
 * It must be deterministic: no clock, no chance, no locale, nothing but the command, where in the log it stands, and the records.
 */
export interface Machine {
  /** Keys of all records that `apply` may read or change for this command, as far as the command alone tells. They are fetched first. */
  reads(at: At, command: Uint8Array): readonly Uint8Array[];

  /**
   * Keys that only other records tell, such as the members of a list. They are fetched in turn, and it is asked again
   * until it names nothing new. It sees the records as `apply` will. Left out by a machine whose commands name all they touch.
   */
  dependentReads?(at: At, command: Uint8Array, records: ReadonlyRecords): readonly Uint8Array[];

  /**
   * Runs one committed command and returns what its client is told. May throw only if the machine is
   * broken; then the node stops. A command that makes no sense must be refused in its result.
   */
  apply(at: At, command: Uint8Array, records: Records): Uint8Array;

  /** What a machine does when a session ends, if it keeps anything for sessions; see sessions.ts. */
  readonly sessionEnd?: SessionEnd;

  /** Commands that the machine wants to be given by whoever leads, every now and then. */
  readonly housekeeping?: Housekeeping | undefined;

  /** Whether users may see changes of the record with this key, as watches show them. Left out: they may see all. */
  isVisible?(key: Uint8Array): boolean;
}

/** The log index of the entry that opened the session; 0 is none. */
export type SessionId = number;

/** Where in the log a command stands. */
export interface At {
  /** Rising from command to command. */
  readonly index: Index;
  /** The log's own clock, in ms: never falls, the same on every node. */
  readonly time: Millis;
  /** The session in which the request was made; 0 or left out if in none. */
  readonly session?: SessionId;
}

/** A session has ended: its client closed it, or it expired. What it kept goes with it. */
export interface SessionEnd {
  reads(session: SessionId): readonly Uint8Array[];
  dependentReads(session: SessionId, records: ReadonlyRecords): readonly Uint8Array[];
  apply(at: At, session: SessionId, records: Records): void;
}

/**
 * Work that becomes due with time. The leader's shell reads the records of the range about once a second, in pages of
 * any size, and proposes the command that each page calls for. The command must look again at all it rests on, for
 * the records may have changed until it is applied, and may come more than once.
 */
export interface Housekeeping {
  /** Record keys from `start` on, before `end`. */
  readonly range: { readonly start: Uint8Array; readonly end: Uint8Array };
  /**
   * The command to propose, or null if nothing is due. A command has a limit to what it does: as long as it is not
   * null, ask again once the command was applied.
   * @param time the log's clock now
   */
  command(records: readonly (readonly [key: Uint8Array, value: Uint8Array])[], time: Millis): Uint8Array | null;
}

export interface ReadonlyRecords {
  /** The record's value, or undefined. Throws if the key was not named before. */
  get(key: Uint8Array): Uint8Array | undefined;
}

/** The records that one command sees: its own changes and those of all commands before it. */
export interface Records extends ReadonlyRecords {
  put(key: Uint8Array, value: Uint8Array): void;
  delete(key: Uint8Array): void;
}
