import type { NodeId } from "../../core/types.ts";

/**
 * The processes whose streams to this node are open, by the node that they say they are. A data directory that is copied takes
 * its disk's name along, so two processes can say the same of themselves. The one that was started earlier is the node.
 */
export class Runs {
  /** How many streams each process has open. */
  readonly #open = new Map<NodeId, Map<number, number>>();

  enter(id: NodeId, run: number): void {
    const runs = this.#open.get(id) ?? new Map<number, number>();
    runs.set(run, (runs.get(run) ?? 0) + 1);
    this.#open.set(id, runs);
  }

  leave(id: NodeId, run: number): void {
    const runs = this.#open.get(id);
    const left = (runs?.get(run) ?? 0) - 1;
    if (left > 0) runs?.set(run, left);
    else runs?.delete(run);
    if (runs?.size === 0) this.#open.delete(id);
  }

  /** Whether an earlier process of this node is connected. One that does not say when it began counts for nothing. */
  hasEarlier(id: NodeId, run: number): boolean {
    return run > 0 && [...(this.#open.get(id)?.keys() ?? [])].some((other) => other > 0 && other < run);
  }
}
