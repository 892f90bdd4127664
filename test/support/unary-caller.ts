import type { Op, Outcome } from "../../src/sim/checks/history.ts";
import { commandOf, outcomesOf } from "./command-caller.ts";
import { NodeCaller } from "./node-caller.ts";
import type { Caller } from "./workload.ts";

/**
 * Calls one node, each operation as one plain unary call that is never tried again: what that very node answers, and
 * nothing that a cleverer client makes of it.
 */
export class UnaryCaller implements Caller {
  readonly #node: NodeCaller;

  constructor(options: { readonly endpoint: string; readonly timeoutMs: number }) {
    this.#node = new NodeCaller({ nodeId: 0, ...options });
  }

  async call(key: string, op: Op): Promise<Outcome> {
    if (op.type === "read") {
      const answer = await this.#node.read(key);
      // A read that was not answered has changed nothing.
      return answer.type === "ok" ? { type: "read", value: answer.value } : { type: "refused" };
    }
    const part = { key, op };
    const [outcome = { type: "unknown" }] = outcomesOf([part], await this.#node.submit([commandOf(part)]));
    return outcome;
  }

  /** Every key; with `local`, as this node has it, without asking the others. */
  async scanAll(options: { readonly local: boolean }): Promise<ReadonlyMap<string, string>> {
    return (await this.#node.scanAll(options)).map;
  }

  close(): void {
    void this.#node.close();
  }
}
