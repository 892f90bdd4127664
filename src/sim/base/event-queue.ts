import type { Timer } from "../../node/ports/ports.ts";

/** Something that will happen at a moment of virtual time, unless it is cancelled first. */
export class Task implements Timer {
  readonly at: number;
  /** Tasks of the same moment run in the order in which they were added. */
  readonly order: number;
  readonly run: () => void;
  cancelled = false;

  constructor(at: number, order: number, run: () => void) {
    this.at = at;
    this.order = order;
    this.run = run;
  }

  cancel(): void {
    this.cancelled = true;
  }
}

/**
 * All that is going to happen, soonest first, and the one time of the virtual world, in ms. A binary heap in
 * a flat array; cancelled tasks stay in it until their turn comes, which is cheaper than to look for them.
 */
export class EventQueue {
  #now = 0;
  #added = 0;
  readonly #heap: Task[] = [];

  get now(): number {
    return this.#now;
  }

  /** How many tasks were ever added. */
  get added(): number {
    return this.#added;
  }

  /** Runs `run` at `at`, or at once after what is due now if that has passed. */
  add(at: number, run: () => void): Task {
    this.#added += 1;
    const task = new Task(at > this.#now ? at : this.#now, this.#added, run);
    this.#heap.push(task);
    this.#rise(this.#heap.length - 1, task);
    return task;
  }

  /** Takes out the next task that is due by `until` and moves time to it; null, and time at `until`, if there is none. */
  take(until: number): Task | null {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.at > until) {
        this.#now = Math.max(this.#now, until);
        return null;
      }
      const last = this.#heap.pop();
      if (last !== undefined && last !== first) this.#sink(last);
      if (first.cancelled) continue;
      this.#now = first.at;
      return first;
    }
  }

  #rise(from: number, task: Task): void {
    const heap = this.#heap;
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, task)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = task;
  }

  /** Puts `task` in at the top and lets it sink to its place. */
  #sink(task: Task): void {
    const heap = this.#heap;
    const count = heap.length;
    let place = 0;
    for (let below = 1; below < count; below = 2 * place + 1) {
      let child = heap[below];
      const right = heap[below + 1];
      let next = below;
      if (child === undefined) break;
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        next = below + 1;
      }
      if (isBefore(task, child)) break;
      heap[place] = child;
      place = next;
    }
    heap[place] = task;
  }
}

function isBefore(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
