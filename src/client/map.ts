import type { Election } from "./locks/election.ts";
import type { Lock } from "./locks/lock.ts";
import type { CallOptions } from "./values/call-options.ts";
import type { ChangeStream } from "./values/change-stream.ts";
import type { BatchResult, Command, Current, Expected, KeyValue, Value, WriteOptions } from "./values/messages.ts";
import type { ReadOptions, ScanOptions } from "./values/read-options.ts";
import type { WatchOptions } from "./values/watch-options.ts";

export interface Page {
  readonly items: readonly KeyValue[];
  /** The start of the next page; null if this was the last. */
  readonly nextStart: string | null;
}

/** The replicated map, or the part of it whose keys begin with a prefix. */
export interface BalsaMap {
  /** The newest value of a key, or null if it does not exist. Linearizable unless `local`. */
  get(key: string, options?: ReadOptions): Promise<KeyValue | null>;
  set(key: string, value: Value, options?: WriteOptions): Promise<{ revision: number; existed: boolean }>;
  /** Done as well if the key does not exist; `existed` says whether it did. */
  delete(key: string, options?: CallOptions): Promise<{ revision: number; existed: boolean }>;
  /**
   * Sets the key, or deletes it if the new value is null, if its present state is the expected one.
   * If it is not, `succeeded` is false and `current` is what is there, or null if nothing.
   */
  compareAndSet(
    key: string,
    expected: Expected,
    newValue: Value | null,
    options?: WriteOptions,
  ): Promise<{ succeeded: boolean; revision: number; current: Current | null }>;
  /** Runs commands that take effect all or not at all. A later one sees the changes of the earlier ones. */
  batch(commands: readonly Command[], options?: CallOptions): Promise<BatchResult>;
  /** Keys of a prefix or range in the order of their UTF-8, one page. */
  scanPage(options?: ScanOptions): Promise<Page>;
  /** The same, page after page. Each page is of its own moment, and has `timeoutMs` of its own. */
  scan(options?: ScanOptions): AsyncGenerator<KeyValue, void, undefined>;
  /** Changes of a key, a prefix or all keys, in order, none twice and none missing, whatever becomes of the nodes. */
  watch(options?: WatchOptions): ChangeStream;
  /** A lock that one client at a time holds. The key `name` stands for it. */
  lock(name: string): Lock;
  /** An election that one client at a time wins. The key `name` has the winner's value. */
  election(name: string): Election;
  /** The part of this map whose keys begin with `prefix`. Its keys are given and returned without it. */
  withPrefix(prefix: string): BalsaMap;
}
