import type { AnswerTo, Question, Raft, View } from "../../core/api.ts";
import type { Millis, NodeId, SnapshotMeta, Term } from "../../core/types.ts";
import type { NodeEvent } from "../ports/node-events.ts";
import type { ChunkReply, MachineStorage, SnapshotChunk, StagedSnapshot } from "../ports/ports.ts";
import type { SnapshotProgress } from "../ports/snapshot-progress.ts";
import type { Tickets } from "../requests/tickets.ts";
import { areEqual, contentBytes } from "./snapshot-stream.ts";

export interface ReceiverPorts {
  readonly state: Pick<MachineStorage, "stage">;
  readonly view: () => View;
  /** As Raft has it. */
  readonly whyNotLed: Raft["whyNotLed"];
  readonly now: () => Millis;
  readonly tickets: Tickets;
  readonly onEvent: (event: NodeEvent) => void;
  /** What arrived could not be kept: the node must stop. */
  readonly onFailed: (error: Error) => void;
}

type Reply = (reply: ChunkReply) => void;

/** Shortest interval between two reports of progress, in ms; there is one more at the end. */
const progressMs = 1_000;

/**
 * Takes in the leader's snapshot, chunk by chunk, beside this node's own state, which goes on serving. Only when all
 * of it is there, verified and synced, does the core decide whether it becomes the state; the store that says so is the
 * moment of the switch (thesis 5). One snapshot is received at a time; a chunk that does not fit where it stands is not
 * taken, and is answered with the place to go on from.
 */
export class SnapshotReceiver {
  readonly #ports: ReceiverPorts;
  #phase: Phase = { type: "idle" };
  /** The chunk that came while no other could be taken. A newer one takes its place. */
  #next: { readonly from: NodeId; readonly chunk: SnapshotChunk; readonly reply: Reply } | null = null;

  constructor(ports: ReceiverPorts) {
    this.#ports = ports;
  }

  /** What is being received, and how much of it is there. */
  get progress(): SnapshotProgress[] {
    if (!("receiving" in this.#phase)) return [];
    const { from, meta, bytes } = this.#phase.receiving;
    return [{ direction: "from", peer: from, index: meta.index, bytes, of: meta.bytes }];
  }

  onChunk(from: NodeId, chunk: SnapshotChunk, reply: Reply): void {
    const { type } = this.#phase;
    if (type === "stopped") return reply(stopping);
    if (type === "idle" || type === "staging") return this.#take(from, chunk, reply);
    this.#next?.reply({ type: "refused", why: "another chunk took its place" });
    this.#next = { from, chunk, reply };
  }

  /** Called after every turn: what the log has overtaken in the meantime is dropped. */
  onTurn(): void {
    if (this.#phase.type !== "staging") return;
    const { receiving } = this.#phase;
    if (receiving.meta.index > this.#ports.view().commitIndex) return;
    this.#discard(receiving, () => this.#goOn({ type: "idle" }));
  }

  /** The staged state of this name is the state now. */
  onInstalled(name: string): void {
    if (this.#phase.type !== "installing" || this.#phase.receiving.staged.name !== name) return;
    this.#answer(this.#phase.reply, { type: "installed" }, { type: "idle" });
  }

  /** Answers nobody any more but with a refusal. What was staged stays, to be gone on with. */
  stop(): void {
    const phase = this.#phase;
    this.#phase = { type: "stopped" };
    this.#next?.reply(stopping);
    this.#next = null;
    if (phase.type === "offered" || phase.type === "installing") phase.reply(stopping);
  }

  #take(from: NodeId, chunk: SnapshotChunk, reply: Reply): void {
    const { term, meta } = chunk;
    const view = this.#ports.view();
    // Nor is what the leader sends given up for what others do.
    const why = this.#ports.whyNotLed(from, term);
    if (why !== null) return reply({ type: "refused", why });
    if (meta.index <= view.commitIndex) return reply({ type: "stale", commitIndex: view.commitIndex });
    const receiving = this.#phase.type === "staging" ? this.#phase.receiving : null;
    if (receiving === null || receiving.term !== term || !isSame(receiving.meta, meta)) return this.#begin(from, chunk, reply);
    const { staged } = receiving;
    const asksOnly = chunk.records.length === 0 && !chunk.isLast;
    if (asksOnly || !areEqual(chunk.after, staged.cursor)) return reply({ type: "next", cursor: staged.cursor });
    this.#add(receiving, chunk, reply);
  }

  /** Whatever was being received is of no use any more. Its records are not mixed with these: the storage sees to that. */
  #begin(from: NodeId, { term, meta }: SnapshotChunk, reply: Reply): void {
    this.#phase = { type: "beginning" };
    this.#ports.state.stage(meta, (error, staged) => {
      if (this.#isOver(error, reply)) return;
      if (staged === null) return this.#answer(reply, { type: "refused", why: "it cannot be staged now" }, { type: "idle" });
      const receiving: Receiving = { from, term, meta, staged, bytes: 0, toldAt: Number.NEGATIVE_INFINITY };
      // Even if this was a chunk of records: it may fit, but nobody knew that when it was sent.
      this.#answer(reply, { type: "next", cursor: staged.cursor }, { type: "staging", receiving });
    });
  }

  #add(receiving: Receiving, { records, isLast }: SnapshotChunk, reply: Reply): void {
    this.#phase = { type: "writing", receiving };
    const { staged } = receiving;
    const then = (error: Error | null): void => {
      if (this.#isOver(error, reply)) return;
      receiving.bytes += contentBytes(records);
      this.#tell(receiving, isLast);
      if (isLast) this.#finish(receiving, reply);
      else this.#answer(reply, { type: "next", cursor: staged.cursor }, { type: "staging", receiving });
    };
    if (records.length === 0) then(null);
    else staged.add(records, then);
  }

  /** All is there. Once it is verified and synced, the core is asked. */
  #finish(receiving: Receiving, reply: Reply): void {
    const { from, term, meta, staged } = receiving;
    staged.finish((error, isWhole) => {
      if (this.#isOver(error, reply)) return;
      if (!isWhole) return this.#answer(reply, { type: "refused", why: "what came is not what was sent" }, { type: "idle" });
      this.#phase = { type: "offered", receiving, reply };
      this.#ports.tickets.ask(
        (ticket) => ({ type: "snapshotReceived", ticket, from, term, snapshot: meta, name: staged.name }),
        (answer) => this.#onAnswer(answer),
      );
    });
  }

  #onAnswer(answer: AnswerTo<Offer>): void {
    if (this.#phase.type !== "offered") return;
    const { receiving, reply } = this.#phase;
    switch (answer.type) {
      case "snapshotTaken":
        this.#phase = { type: "installing", receiving, reply };
        return;
      case "snapshotStale":
        return this.#drop(receiving, reply, { type: "stale", commitIndex: answer.commitIndex });
      case "snapshotRefused":
        return this.#drop(receiving, reply, { type: "refused", why: answer.why });
      default:
        answer satisfies never;
    }
  }

  #drop(receiving: Receiving, reply: Reply, answer: ChunkReply): void {
    this.#discard(receiving, () => this.#answer(reply, answer, { type: "idle" }));
  }

  #discard(receiving: Receiving, then: () => void): void {
    this.#phase = { type: "writing", receiving };
    receiving.staged.discard((error) => {
      if (error !== null) this.#ports.onFailed(error);
      else if (this.#phase.type !== "stopped") then();
    });
  }

  #tell(receiving: Receiving, isLast: boolean): void {
    const now = this.#ports.now();
    if (now - receiving.toldAt < progressMs && !isLast) return;
    receiving.toldAt = now;
    const { from: peer, bytes, meta } = receiving;
    this.#ports.onEvent({ type: "snapshotProgress", direction: "from", peer, bytes, of: meta.bytes });
  }

  /** Whether the storage's work has come to nothing, for it has failed or the node has stopped meanwhile. */
  #isOver(error: Error | null, reply: Reply): boolean {
    if (error === null && this.#phase.type !== "stopped") return false;
    reply(stopping);
    if (error !== null) this.#ports.onFailed(error);
    return true;
  }

  #answer(reply: Reply, answer: ChunkReply, phase: Idle | Staging): void {
    reply(answer);
    this.#goOn(phase);
  }

  #goOn(phase: Idle | Staging): void {
    this.#phase = phase;
    const next = this.#next;
    this.#next = null;
    if (next !== null) this.#take(next.from, next.chunk, next.reply);
  }
}

/** How far a snapshot has come. In all but `idle` and `staging`, a chunk that comes has to wait. */
type Phase =
  | Idle
  /** The storage prepares to take one in. */
  | { readonly type: "beginning" }
  | Staging
  /** The storage is at work: it adds the last chunk, verifies the whole, or drops it. */
  | { readonly type: "writing"; readonly receiving: Receiving }
  /** It is whole, and the core has been asked. */
  | { readonly type: "offered"; readonly receiving: Receiving; readonly reply: Reply }
  /** The core has taken it: the store that names it makes it the state. */
  | { readonly type: "installing"; readonly receiving: Receiving; readonly reply: Reply }
  | { readonly type: "stopped" };

interface Idle {
  readonly type: "idle";
}

/** The next chunk is waited for. */
interface Staging {
  readonly type: "staging";
  readonly receiving: Receiving;
}

type Offer = Extract<Question, { readonly type: "snapshotReceived" }>;

/** The snapshot that is being received. */
interface Receiving {
  readonly from: NodeId;
  readonly term: Term;
  readonly meta: SnapshotMeta;
  readonly staged: StagedSnapshot;
  /** Bytes of records that arrived since the storage began or went on with it. */
  bytes: number;
  toldAt: Millis;
}

const stopping: ChunkReply = { type: "refused", why: "this node is stopping" };

/** What the digest and the counts agree in is the same snapshot, whoever made it. */
function isSame(a: SnapshotMeta, b: SnapshotMeta): boolean {
  return a.index === b.index && a.term === b.term && a.digest === b.digest && a.count === b.count && a.bytes === b.bytes;
}
