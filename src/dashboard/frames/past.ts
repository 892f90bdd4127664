import { keyframeOf } from "../../observe/fold.ts";
import type { Frame, Span, State } from "../../observe/live.ts";
import type { DashboardLimits } from "../base/limits.ts";
import { isRare } from "./rare.ts";

/** A frame as bytes of JSON: as it is sent, and outside of the heap. */
export interface KeptFrame {
  readonly from: number;
  readonly to: number;
  readonly json: Buffer;
  /** Whether one may begin with it. */
  readonly isKey: boolean;
}

/** Most frames of one piece. */
const pieceFramesMax = 1_000;

/** Frames, in the order of time, bounded in age and bytes: the oldest go first. */
class Ring {
  readonly #ageMaxMs: number;
  readonly #bytesMax: number;
  #frames: KeptFrame[] = [];
  #start = 0;
  #bytes = 0;

  constructor(limits: { readonly ageMaxMs: number; readonly bytesMax: number }) {
    this.#ageMaxMs = limits.ageMaxMs;
    this.#bytesMax = limits.bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get first(): KeptFrame | undefined {
    return this.#frames[this.#start];
  }

  get last(): KeptFrame | undefined {
    return this.#frames.at(-1);
  }

  /** @returns those that had to go */
  push(frame: KeptFrame): KeptFrame[] {
    this.#frames.push(frame);
    this.#bytes += frame.json.length;
    const gone: KeptFrame[] = [];
    for (let oldest = this.first; oldest !== undefined; oldest = this.first) {
      if (this.#bytes <= this.#bytesMax && frame.to - oldest.to <= this.#ageMaxMs) break;
      this.#start += 1;
      this.#bytes -= oldest.json.length;
      gone.push(oldest);
    }
    // An array whose start moves on is cut seldom, as each cut copies it.
    if (this.#start > 1_000 && this.#start > this.#frames.length / 2) {
      this.#frames = this.#frames.slice(this.#start);
      this.#start = 0;
    }
    return gone;
  }

  /** From the first frame that ends after `after`, as many as one piece of history has at the most. */
  after(after: number): KeptFrame[] {
    const first = this.#firstAfter(after);
    return this.#frames.slice(first, first + pieceFramesMax);
  }

  /** The last one with which one may begin and which begins no later than `at`; else the first one of those. */
  keyFor(at: number): KeptFrame | undefined {
    const until = this.#firstAfter(at);
    for (let i = Math.min(until, this.#frames.length - 1); i >= this.#start; i--) {
      const frame = this.#frames[i];
      if (frame?.isKey && frame.from <= at) return frame;
    }
    return this.#frames.find(({ isKey }, i) => isKey && i >= this.#start);
  }

  #firstAfter(after: number): number {
    let [low, high] = [this.#start, this.#frames.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#frames[middle]?.to ?? 0) <= after) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * What has happened, for whoever asks later. The newest frames are kept as they were; what leaves them is thinned to what was
 * rare, and to a state now and then, and kept for longer.
 */
export class Past {
  readonly #limits: DashboardLimits;
  #detail: Ring;
  #rare: Ring;
  #keyUntil = Number.NEGATIVE_INFINITY;
  /** Of what is thinned: the last one that was kept, and the last one with which one may begin. */
  #keptUntil = Number.NEGATIVE_INFINITY;
  #rareKeyUntil = Number.NEGATIVE_INFINITY;

  constructor(limits: DashboardLimits) {
    this.#limits = limits;
    this.#detail = detailRing(limits);
    this.#rare = rareRing(limits);
  }

  /** Nothing has happened yet. */
  clear(): void {
    this.#detail = detailRing(this.#limits);
    this.#rare = rareRing(this.#limits);
    this.#keyUntil = Number.NEGATIVE_INFINITY;
    this.#keptUntil = Number.NEGATIVE_INFINITY;
    this.#rareKeyUntil = Number.NEGATIVE_INFINITY;
  }

  /** @param json the frame as text @param before the state before it, so that one may begin here now and then */
  add(frame: Frame, json: Buffer, before: State): void {
    const { from, to } = frame;
    const isKey = from - this.#keyUntil >= this.#limits.keyframeMs;
    if (isKey) this.#keyUntil = from;
    const kept = isKey ? Buffer.from(JSON.stringify(keyframeOf(before, frame))) : json;
    for (const gone of this.#detail.push({ from, to, json: kept, isKey })) this.#thin(gone);
  }

  get bytes(): number {
    return this.#detail.bytes + this.#rare.bytes;
  }

  /** What can be asked for; both are 0 before there is anything. */
  get span(): Span {
    const first = this.#rare.first ?? this.#detail.first;
    return { from: first?.from ?? 0, to: this.#detail.last?.to ?? 0 };
  }

  /** After which time a history begins that is to tell all from `from` on: with a keyframe, if there is one. */
  startOf(from: number): number {
    const detail = this.#detail.keyFor(from);
    if (detail !== undefined && detail.from <= from) return detail.from;
    return (this.#rare.keyFor(from) ?? detail)?.from ?? from;
  }

  /** Frames that end after `after` and begin before `until`, the oldest first, about as many as have `bytesMax`, but at least one if there is any. */
  piece(after: number, until: number, bytesMax: number): KeptFrame[] {
    const piece: KeptFrame[] = [];
    let bytes = 0;
    for (const ring of [this.#rare, this.#detail]) {
      for (const frame of ring.after(piece.at(-1)?.to ?? after)) {
        if (frame.from >= until) return piece;
        bytes += frame.json.length;
        if (bytes > bytesMax && piece.length > 0) return piece;
        piece.push(frame);
      }
      // There may be more in this ring than it gives at once, and what follows must not come before it.
      if (piece.length > 0 && ring === this.#rare && piece.at(-1) !== ring.last) return piece;
    }
    return piece;
  }

  #thin({ from, to, json, isKey }: KeptFrame): void {
    const { before, ...frame } = JSON.parse(json.toString()) as Frame;
    const records = frame.records.filter(isRare);
    const { rareKeyframeMs, rareSampleMs } = this.#limits;
    const staysKey = isKey && from - this.#rareKeyUntil >= rareKeyframeMs;
    if (records.length === 0 && !staysKey && from - this.#keptUntil < rareSampleMs) return;
    this.#keptUntil = to;
    if (staysKey) this.#rareKeyUntil = from;
    const dropped = frame.dropped + frame.records.length - records.length;
    const thin: Frame = { ...frame, flows: [], records, dropped, ...(staysKey && before !== undefined && { before }) };
    this.#rare.push({ from, to, json: Buffer.from(JSON.stringify(thin)), isKey: staysKey });
  }
}

function detailRing({ detailMs, detailBytesMax }: DashboardLimits): Ring {
  return new Ring({ ageMaxMs: detailMs, bytesMax: detailBytesMax });
}

function rareRing({ rareMs, rareBytesMax }: DashboardLimits): Ring {
  return new Ring({ ageMaxMs: rareMs, bytesMax: rareBytesMax });
}
