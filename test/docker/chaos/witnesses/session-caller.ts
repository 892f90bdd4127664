import { BalsaClient } from "../../../../src/client/client.ts";
import type { BatchResult, Command, KeyValue } from "../../../../src/client/values/messages.ts";
import { type Answer, answerOf, type CommandCaller } from "../../../support/command-caller.ts";

export interface SessionCallerOptions {
  readonly number: number;
  readonly endpoints: readonly string[];
  readonly timeoutMs: number;
}

/**
 * A program that uses the client library: it finds its way from node to node and writes in a session, in which the
 * library sends again whatever was not answered.
 */
export class SessionCaller implements CommandCaller {
  readonly via: string;
  readonly nodeId = null;
  readonly #client: BalsaClient;

  constructor({ number, endpoints, timeoutMs }: SessionCallerOptions) {
    this.via = `session ${number}`;
    // The addresses that members know of each other need not lead there from outside of their network.
    this.#client = new BalsaClient({ endpoints, discover: false, requestTimeoutMs: timeoutMs });
  }

  submit(commands: readonly Command[]): Promise<Answer<BatchResult>> {
    return answerOf(() => this.#client.batch(commands));
  }

  read(key: string): Promise<Answer<string | null>> {
    return answerOf(async () => {
      const found = await this.#client.get(key);
      return found === null ? null : String(found.value);
    });
  }

  scan(prefix: string): Promise<Answer<readonly KeyValue[]>> {
    return answerOf(async () => (await this.#client.scanPage({ prefix })).items);
  }

  get repeats(): number {
    return this.#client.repeatedWrites;
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}
