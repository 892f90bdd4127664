import { ClientCaller } from "../support/client-caller.ts";
import { UnaryCaller } from "../support/unary-caller.ts";
import { until } from "../support/until.ts";
import { Workload } from "../support/workload.ts";

/** A load on some nodes: callers that stay with one each, so that every node forwards and reads, and some that find their way. */
export class Load {
  readonly work: Workload;
  readonly #callers: readonly (ClientCaller | UnaryCaller)[];

  /** @param endpoints nodes that stay members @param others nodes that only callers who find their way may try */
  constructor(endpoints: readonly string[], others: readonly string[] = [], timeoutMs = 5_000) {
    this.#callers = [
      ...endpoints.map((endpoint) => new UnaryCaller({ endpoint, timeoutMs })),
      ...endpoints.map(() => new ClientCaller({ endpoints: [...endpoints, ...others], timeoutMs })),
    ];
    this.work = new Workload({ keys: 6, pauseMs: 4 }, this.#callers);
  }

  /** A run in which hardly anything happens proves nothing: waits until so many more operations have succeeded. */
  async moreSuccesses(count: number): Promise<void> {
    const successes = () => this.work.count("written") + this.work.count("read") + this.work.count("swapped");
    const goal = successes() + count;
    await until(
      () => `${goal - successes()} more operations succeed`,
      30_000,
      () => (successes() >= goal ? true : undefined),
    );
  }

  async close(): Promise<void> {
    await this.work.stop();
    for (const caller of this.#callers) caller.close();
  }
}
