import type { Input, Store, View } from "../core/api.ts";
import type { Event } from "../core/events.ts";
import type { Millis, NodeId, SnapshotMeta, Term } from "../core/types.ts";
import type { ChunkReply, MachineStorage, SnapshotChunk, StagedSnapshot } from "./ports.ts";
import { areEqual, contentBytes } from "./snapshot-stream.ts";
import type { TransferProgress } from "./transfer-progress.ts";

export interface ReceiverPorts {
  readonly state: Pick<MachineStorage, "stage">;
  readonly view: () => View;
  readonly now: () => Millis;
  /** Calls back when no store is in flight, in the turn that hears of its end: only then can the core answer with the next one. */
  readonly whenStored: (then: () => void) => void;
  /** News for the core's next turn. */
  readonly enqueue: (input: Input) => void;
  readonly onEvent: (event: Event) => void;
  /** What arrived could not be kept: the node must stop. */
  readonly onFailed: (error: Error) => void;
}

type Reply = (reply: ChunkReply) => void;

/** Progress is told at most so often, in ms, and at the end. */
const progressMs = 1_000;

/**
 * Takes in the leader's snapshot, chunk by chunk, beside this node's own state, which goes on serving. Only when all
 * of it is there, verified and synced, does the core decide whether it becomes the state; the store that says so is the
 * moment of the switch (thesis 5). One snapshot is received at a time; a chunk that does not fit where it stands is not
 * taken, and is answered with the place to go on from.
 */
export class SnapshotReceiver {
  readonly #ports: ReceiverPorts;
  #receiving: Receiving | null = null;
  /** The storage works for the chunk before; or the core or the disk for the snapshot. */
  #isBusy = false;
  /** The chunk that came meanwhile. A newer one takes its place. */
  #next: { readonly from: NodeId; readonly chunk: SnapshotChunk; readonly reply: Reply } | null = null;
  /** Whoever is to hear that the snapshot is installed. */
  #installing: Reply | null = null;
  #isStopped = false;

  constructor(ports: ReceiverPorts) {
    this.#ports = ports;
  }

  /** What is being received, and how much of it is there. */
  get progress(): TransferProgress[] {
    if (this.#receiving === null) return [];
    const { from, meta, bytes } = this.#receiving;
    return [{ direction: "from", peer: from, index: meta.index, bytes, of: meta.bytes }];
  }

  onChunk(from: NodeId, chunk: SnapshotChunk, reply: Reply): void {
    if (this.#isStopped) return reply(stopping);
    if (!this.#isBusy) return this.#take(from, chunk, reply);
    this.#next?.reply({ type: "refused", why: "another chunk took its place" });
    this.#next = { from, chunk, reply };
  }

  /**
   * Called in each turn with what it stores, so that the answer to `snapshotReceived` is seen.
   * @returns what is to be done once that store is on disk and the state was switched, if it installs the snapshot
   */
  onTurn(store: Store | null): (() => void) | null {
    const receiving = this.#receiving;
    if (receiving === null) return null;
    if (receiving.offered === null) {
      if (!this.#isBusy) this.#dropIfStale(receiving);
      return null;
    }
    const { reply, staged } = receiving.offered;
    receiving.offered = null;
    if (store?.snapshot?.name === staged.name) {
      this.#installing = reply;
      return () => {
        if (this.#isStopped) return;
        this.#installing = null;
        this.#end({ type: "installed" }, reply);
      };
    }
    const { commitIndex, term } = this.#ports.view();
    const answer: ChunkReply =
      receiving.meta.index <= commitIndex
        ? { type: "stale", commitIndex }
        : { type: "refused", why: `it came from term ${receiving.term}, and this is term ${term}` };
    this.#discard(staged, () => this.#end(answer, reply));
    return null;
  }

  /** Answers nobody any more but with a refusal. What was staged stays, to be gone on with. */
  stop(): void {
    this.#isStopped = true;
    this.#next?.reply(stopping);
    this.#next = null;
    this.#receiving?.offered?.reply(stopping);
    this.#receiving = null;
    this.#installing?.(stopping);
    this.#installing = null;
  }

  #take(from: NodeId, chunk: SnapshotChunk, reply: Reply): void {
    const { term, meta } = chunk;
    const view = this.#ports.view();
    if (term < view.term) return reply({ type: "refused", why: `this node is in term ${view.term}` });
    if (meta.index <= view.commitIndex) return reply({ type: "stale", commitIndex: view.commitIndex });
    const receiving = this.#receiving;
    if (receiving === null || receiving.term !== term || !isSame(receiving.meta, meta)) return this.#begin(from, chunk, reply);
    const { staged } = receiving;
    const asksOnly = chunk.records.length === 0 && !chunk.isLast;
    if (asksOnly || !areEqual(chunk.after, staged.cursor)) return reply({ type: "next", cursor: staged.cursor });
    this.#add(receiving, chunk, reply);
  }

  /** Whatever was being received is of no use any more. Its records are not mixed with these: the storage sees to that. */
  #begin(from: NodeId, { term, meta }: SnapshotChunk, reply: Reply): void {
    this.#isBusy = true;
    this.#receiving = null;
    this.#ports.state.stage(meta, (error, staged) => {
      if (error !== null) return this.#fail(error, reply);
      if (this.#isStopped) return reply(stopping);
      if (staged === null) return this.#done(reply, { type: "refused", why: "it cannot be staged now" });
      this.#receiving = { from, term, meta, staged, bytes: 0, toldAt: Number.NEGATIVE_INFINITY, offered: null };
      // Even if this was a chunk of records: it may fit, but nobody knew that when it was sent.
      this.#done(reply, { type: "next", cursor: staged.cursor });
    });
  }

  #add(receiving: Receiving, { records, isLast }: SnapshotChunk, reply: Reply): void {
    this.#isBusy = true;
    const { staged } = receiving;
    const then = (error: Error | null): void => {
      if (error !== null) return this.#fail(error, reply);
      if (this.#isStopped) return reply(stopping);
      receiving.bytes += contentBytes(records);
      this.#tell(receiving, isLast);
      if (isLast) this.#finish(receiving, reply);
      else this.#done(reply, { type: "next", cursor: staged.cursor });
    };
    if (records.length === 0) then(null);
    else staged.add(records, then);
  }

  /** All is there; the core is asked as soon as it can answer at once. */
  #finish(receiving: Receiving, reply: Reply): void {
    const { from, term, meta, staged } = receiving;
    staged.finish((error, isWhole) => {
      if (error !== null) return this.#fail(error, reply);
      if (this.#isStopped) return reply(stopping);
      if (!isWhole) return this.#end({ type: "refused", why: "what came is not what was sent" }, reply);
      this.#ports.whenStored(() => {
        if (this.#isStopped) return reply(stopping);
        receiving.offered = { staged, reply };
        this.#ports.enqueue({ type: "snapshotReceived", from, term, snapshot: meta, name: staged.name });
      });
    });
  }

  #tell(receiving: Receiving, isLast: boolean): void {
    const now = this.#ports.now();
    if (now - receiving.toldAt < progressMs && !isLast) return;
    receiving.toldAt = now;
    const { from: peer, bytes, meta } = receiving;
    this.#ports.onEvent({ type: "snapshotProgress", direction: "from", peer, bytes, of: meta.bytes });
  }

  /** The log has brought this node as far in the meantime. */
  #dropIfStale({ meta, staged }: Receiving): void {
    if (meta.index > this.#ports.view().commitIndex) return;
    this.#receiving = null;
    this.#isBusy = true;
    this.#discard(staged, () => this.#goOn());
  }

  #discard(staged: StagedSnapshot, then: () => void): void {
    staged.discard((error) => {
      if (error !== null) this.#ports.onFailed(error);
      else if (!this.#isStopped) then();
    });
  }

  #end(answer: ChunkReply, reply: Reply): void {
    this.#receiving = null;
    this.#done(reply, answer);
  }

  #done(reply: Reply, answer: ChunkReply): void {
    reply(answer);
    this.#goOn();
  }

  #goOn(): void {
    this.#isBusy = false;
    const next = this.#next;
    this.#next = null;
    if (next !== null) this.#take(next.from, next.chunk, next.reply);
  }

  #fail(error: Error, reply: Reply): void {
    reply(stopping);
    this.#ports.onFailed(error);
  }
}

/** The snapshot that is being received. */
interface Receiving {
  readonly from: NodeId;
  readonly term: Term;
  readonly meta: SnapshotMeta;
  readonly staged: StagedSnapshot;
  /** Bytes of records that arrived since the storage began or went on with it. */
  bytes: number;
  toldAt: Millis;
  /** It is complete, and the core has been asked. */
  offered: { readonly staged: StagedSnapshot; readonly reply: Reply } | null;
}

const stopping: ChunkReply = { type: "refused", why: "this node is stopping" };

/** What the digest and the counts agree in is the same snapshot, whoever made it. */
function isSame(a: SnapshotMeta, b: SnapshotMeta): boolean {
  return a.index === b.index && a.term === b.term && a.digest === b.digest && a.count === b.count && a.bytes === b.bytes;
}
