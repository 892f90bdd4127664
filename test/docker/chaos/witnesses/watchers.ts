import { BalsaClient } from "../../../../src/client/client.ts";
import { BalsaError } from "../../../../src/client/values/balsa-error.ts";
import type { ChangeStream } from "../../../../src/client/values/change-stream.ts";
import type { Change } from "../../../../src/client/values/messages.ts";
import { until } from "../../../support/until.ts";

/** What one watcher was told, in the order in which it was told it. */
export interface WatchNote {
  readonly name: string;
  readonly prefix: string;
  /** It was told all changes from this revision on... */
  readonly from: number;
  /** ...up to this one. */
  readonly upTo: number;
  /** But for these, which no node kept any more: so the cluster said. */
  readonly gaps: readonly Gap[];
  readonly changes: readonly ToldChange[];
  /** Why it ended before it should; null if it did not. */
  readonly failure: string | null;
}

/** Both ends are included. */
export interface Gap {
  /** When the watcher was told of it, in ms since the run began. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

export interface ToldChange {
  readonly revision: number;
  readonly key: string;
  /** Null: it was deleted. */
  readonly value: string | null;
}

export interface WatchersOptions {
  /** What is watched, each by a program of its own. */
  readonly prefixes: readonly string[];
  /** The first revision that all of them want to be told. */
  readonly from: number;
}

export interface WatchersPorts {
  readonly endpoints: readonly string[];
  /** In ms since the run began. */
  readonly now: () => number;
}

const gone = "REVISION_GONE";
/** A watcher that has not come to the end of a quiet cluster's changes by then never will. */
const drainWithinMs = 10_000;

/** Programs that watch prefixes by the client library, all through a run. */
export class ChaosWatchers {
  readonly #followers: readonly Follower[];

  constructor(options: WatchersOptions, ports: WatchersPorts) {
    this.#followers = options.prefixes.map((prefix, place) => new Follower(`watch ${place + 1}`, prefix, options.from, ports));
  }

  /** Waits until all have been told everything up to this revision, as far as they ever will be; then ends them. */
  async drain(revision: number): Promise<WatchNote[]> {
    return Promise.all(this.#followers.map((follower) => follower.drain(revision)));
  }

  async close(): Promise<void> {
    await Promise.all(this.#followers.map((follower) => follower.close()));
  }
}

class Follower {
  readonly #name: string;
  readonly #prefix: string;
  readonly #client: BalsaClient;
  readonly #from: number;
  readonly #changes: ToldChange[] = [];
  readonly #gaps: Gap[] = [];
  readonly #now: () => number;
  readonly #end: Promise<void>;
  #watch: ChangeStream | null = null;
  #failure: string | null = null;
  #isClosed = false;

  constructor(name: string, prefix: string, from: number, { endpoints, now }: WatchersPorts) {
    this.#name = name;
    this.#prefix = prefix;
    this.#from = from;
    this.#now = now;
    this.#client = new BalsaClient({ endpoints, discover: false, session: false });
    this.#end = this.#follow(from);
    // Whoever closes it is told of its failure, and nobody before.
    this.#end.catch(() => undefined);
  }

  async drain(revision: number): Promise<WatchNote> {
    const isThere = () => (this.#revision >= revision || this.#failure !== null ? true : undefined);
    try {
      await until(() => `${this.#name} is told revision ${revision}; it is at ${this.#revision}`, drainWithinMs, isThere);
    } catch (error) {
      this.#failure = (error as Error).message;
    }
    await this.close();
    const upTo = this.#revision;
    return {
      name: this.#name,
      prefix: this.#prefix,
      from: this.#from,
      upTo,
      gaps: this.#gaps,
      changes: this.#changes,
      failure: this.#failure,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch?.close();
    try {
      await this.#end;
    } finally {
      await this.#client.close();
    }
  }

  get #revision(): number {
    return this.#watch?.revision ?? 0;
  }

  async #follow(from: number): Promise<void> {
    let next = from;
    while (!this.#isClosed) {
      const watch = this.#client.watch({ prefix: this.#prefix, from: next });
      this.#watch = watch;
      try {
        for await (const change of watch) this.#changes.push(toldOf(change));
        return;
      } catch (error) {
        if (!(error instanceof BalsaError)) throw error;
        const oldest = Number(error.facts.oldestRevision);
        next = Math.max(next, watch.revision + 1);
        if (error.code !== gone || !(oldest > next)) {
          this.#failure = `${error.code}: ${error.message}`;
          return;
        }
        this.#gaps.push({ at: this.#now(), from: next, to: oldest - 1 });
        next = oldest;
      }
    }
  }
}

function toldOf(change: Change): ToldChange {
  return { revision: change.revision, key: change.key, value: change.type === "set" ? String(change.value) : null };
}
