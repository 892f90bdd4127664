import type { NodeId } from "../../core/types.ts";

/** Whom a life tells of itself. */
export interface LifeWatcher {
  /** The node's code has run: it may have changed. */
  onStep(life: Life): void;
  /** The crash that was armed happens now, in the middle of what the node is doing. */
  onArmedCrash(life: Life): void;
  /** The node did something to the world although its disk had failed. */
  onLateEffect(life: Life, what: Effect): void;
}

/** How something reaches a process: mail and answers, a timer, or the next turn of its event loop. */
export type Arrival = "news" | "timer" | "turn";

export type Effect = "send" | "ask" | "store" | "write" | "answer";

/**
 * One run of a node's process, from its start to its end. All that reaches the node comes through `run`, and all
 * that the node does to the world asks `effect` first. So a process can be held, and can die between any two of
 * its effects: what its code does after that, in the same turn, reaches nobody.
 */
export class Life {
  readonly nodeId: NodeId;
  /** 1 for the first life of this node. */
  readonly number: number;
  readonly #watcher: LifeWatcher;
  #isAlive = true;
  #isPaused = false;
  /** The disk has failed: the node was told, and must do nothing more. */
  #hasFailed = false;
  #effectsUntilCrash = Number.POSITIVE_INFINITY;
  /** What came while the process was held. */
  #late: Record<Arrival, (() => void)[]> = { news: [], timer: [], turn: [] };
  readonly #whenEnded = new Set<() => void>();

  constructor(nodeId: NodeId, number: number, watcher: LifeWatcher) {
    this.nodeId = nodeId;
    this.number = number;
    this.#watcher = watcher;
  }

  get alive(): boolean {
    return this.#isAlive;
  }

  get paused(): boolean {
    return this.#isPaused;
  }

  get failed(): boolean {
    return this.#hasFailed;
  }

  /** Lets the node take in something, now or once it is no longer held. */
  run(work: () => void, kind: Arrival = "news"): void {
    if (!this.#isAlive) return;
    if (this.#isPaused) {
      this.#late[kind].push(work);
      return;
    }
    work();
    if (this.#isAlive) this.#watcher.onStep(this);
  }

  /** Whether the node may do this to the world now. */
  effect(what: Effect): boolean {
    if (!this.#isAlive) return false;
    if (this.#hasFailed) this.#watcher.onLateEffect(this, what);
    if (this.#effectsUntilCrash <= 0) {
      this.#watcher.onArmedCrash(this);
      return false;
    }
    this.#effectsUntilCrash -= 1;
    return true;
  }

  /** The process dies just before its effect after the next `effects` ones. */
  armCrash(effects: number): void {
    this.#effectsUntilCrash = effects;
  }

  pause(): void {
    this.#isPaused = true;
  }

  /** Brings what came meanwhile: timers before or after the mail, turns of the event loop last. */
  resume(timersFirst: boolean): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    const { news, timer, turn } = this.#late;
    this.#late = { news: [], timer: [], turn: [] };
    for (const work of timersFirst ? [...timer, ...news, ...turn] : [...news, ...timer, ...turn]) this.run(work);
  }

  fail(): void {
    this.#hasFailed = true;
  }

  end(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    for (const call of this.#whenEnded) call();
    this.#whenEnded.clear();
  }

  /** Calls back when this life ends, unless the returned function is called first. */
  whenEnded(call: () => void): () => void {
    this.#whenEnded.add(call);
    return () => this.#whenEnded.delete(call);
  }
}
