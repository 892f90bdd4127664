import type { Election } from "./locks/election.ts";
import type { Lock } from "./locks/lock.ts";
import type { BalsaMap, Page } from "./map.ts";
import { textArgument } from "./values/arguments.ts";
import type { CallOptions } from "./values/call-options.ts";
import type { ChangeStream } from "./values/change-stream.ts";
import { commandsArgument } from "./values/command-arguments.ts";
import type { BatchResult, Change, Command, Current, Expected, KeyValue, Value, WriteOptions } from "./values/messages.ts";
import type { ReadOptions, ScanOptions } from "./values/read-options.ts";
import type { WatchOptions } from "./values/watch-options.ts";

/** The keys of a map that begin with a prefix, without it. */
export class PrefixedMap implements BalsaMap {
  readonly #map: BalsaMap;
  readonly #prefix: string;

  /** @throws TypeError if the prefix is no text */
  constructor(map: BalsaMap, prefix: string) {
    this.#map = map;
    this.#prefix = textArgument("prefix", prefix);
  }

  async get(key: string, options?: ReadOptions): Promise<KeyValue | null> {
    const found = await this.#map.get(this.#full("key", key), options);
    return found && this.#short(found);
  }

  async set(key: string, value: Value, options?: WriteOptions): Promise<{ revision: number; existed: boolean }> {
    return this.#map.set(this.#full("key", key), value, options);
  }

  async delete(key: string, options?: CallOptions): Promise<{ revision: number; existed: boolean }> {
    return this.#map.delete(this.#full("key", key), options);
  }

  async compareAndSet(
    key: string,
    expected: Expected,
    newValue: Value | null,
    options?: WriteOptions,
  ): Promise<{ succeeded: boolean; revision: number; current: Current | null }> {
    const answer = await this.#map.compareAndSet(this.#full("key", key), expected, newValue, options);
    return { ...answer, current: answer.current && this.#short(answer.current) };
  }

  async batch(commands: readonly Command[], options?: CallOptions): Promise<BatchResult> {
    const full = commandsArgument(commands).map((command) => ({ ...command, key: this.#prefix + command.key }));
    const answer = await this.#map.batch(full, options);
    const results = answer.results.map((result) => ({ ...result, current: result.current && this.#short(result.current) }));
    return { ...answer, results };
  }

  async scanPage(options: ScanOptions = {}): Promise<Page> {
    const { items, nextStart } = await this.#map.scanPage(this.#range(options));
    return { items: items.map((item) => this.#short(item)), nextStart: nextStart?.slice(this.#prefix.length) ?? null };
  }

  async *scan(options: ScanOptions = {}): AsyncGenerator<KeyValue, void, undefined> {
    for await (const item of this.#map.scan(this.#range(options))) yield this.#short(item);
  }

  watch(options: WatchOptions = {}): ChangeStream {
    const { key, prefix, ...others } = options;
    const keys =
      key !== undefined ? { key: this.#full("options.key", key) } : { prefix: this.#full("options.prefix", prefix ?? "") };
    return new PrefixedChanges(this.#map.watch({ ...others, ...keys }), this.#prefix.length);
  }

  lock(name: string): Lock {
    return this.#map.lock(this.#full("name", name));
  }

  election(name: string): Election {
    return this.#map.election(this.#full("name", name));
  }

  withPrefix(prefix: string): BalsaMap {
    return new PrefixedMap(this.#map, this.#full("prefix", prefix));
  }

  #full(name: string, key: string): string {
    return this.#prefix + textArgument(name, key);
  }

  #short<T extends { readonly key: string }>(found: T): T {
    return { ...found, key: found.key.slice(this.#prefix.length) };
  }

  #range({ prefix = "", start, end, ...others }: ScanOptions): ScanOptions {
    return {
      ...others,
      prefix: this.#full("options.prefix", prefix),
      ...(start !== undefined && start !== "" && { start: this.#full("options.start", start) }),
      ...(end !== undefined && end !== "" && { end: this.#full("options.end", end) }),
    };
  }
}

class PrefixedChanges implements ChangeStream {
  readonly #changes: ChangeStream;
  readonly #prefixLength: number;

  constructor(changes: ChangeStream, prefixLength: number) {
    this.#changes = changes;
    this.#prefixLength = prefixLength;
  }

  get revision(): number {
    return this.#changes.revision;
  }

  started(): Promise<void> {
    return this.#changes.started();
  }

  close(): void {
    this.#changes.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Change, void, undefined> {
    for await (const change of this.#changes) yield { ...change, key: change.key.slice(this.#prefixLength) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
