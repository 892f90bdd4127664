import { type BalsaError, clientError } from "../values/balsa-error.ts";

/** What a program does with the cluster; each is told of another life by itself. */
export type Use = "writes" | "reads" | "watches";

const uses: readonly Use[] = ["writes", "reads", "watches"];

/**
 * The life of the cluster that a client works with: that of the first node it meets. When the cluster was begun again, or
 * recovered by force, what a program knows of it (revisions, what was there, what it has attached) may not hold any more. So
 * before the client does anything in another life, it fails once for each use that is made of it, and only then goes on.
 */
export class ClusterPin {
  #id: string;
  readonly #untold = new Map<Use, BalsaError>();

  /** @param id the life to begin with; "": that of the first node */
  constructor(id: string) {
    this.#id = id;
  }

  /** "" as long as no node was met. */
  get id(): string {
    return this.#id;
  }

  /** A node is of this life; "": it does not say. */
  meet(id: string): void {
    if (this.#id === "") this.#id = id;
  }

  isOther(id: string): boolean {
    return this.#id !== "" && id !== "" && id !== this.#id;
  }

  /** From now on the client works with this one. */
  move(id: string): void {
    if (!this.isOther(id)) return;
    this.#id = id;
    for (const use of uses) this.#untold.set(use, clientError("OTHER_CLUSTER", { incarnationId: id }));
  }

  /** The error that this use has to be told of, if it was not yet. */
  takeUntold(use: Use): BalsaError | null {
    const error = this.#untold.get(use) ?? null;
    this.#untold.delete(use);
    return error;
  }
}
