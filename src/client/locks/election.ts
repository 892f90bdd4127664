import { textArgument } from "../values/arguments.ts";
import { BalsaError } from "../values/balsa-error.ts";
import { aborted, boundsArgument, type CallOptions, pause, whenAborted } from "../values/call-options.ts";
import type { Value } from "../values/messages.ts";
import { type HeldKey, type HeldKeyPorts, takeKey } from "./held-key.ts";

/** Who leads, as others see it. */
export interface LeaderSeen {
  /** What the leader campaigned with. */
  readonly value: string;
  /** The leader's fence: higher than that of every earlier leader. */
  readonly fence: number;
}

/** Leadership that was won: `signal` aborts when it is or may be lost; `release` resigns. */
export type Leadership = HeldKey;

/** After a value, in the key: what tells one campaign from any other with the same value. */
const mark = "\n";

/** An election: a key that the winner has created with its value, attached to its session. */
export class Election {
  readonly key: string;
  readonly #ports: HeldKeyPorts;

  /** Use `client.election`. */
  constructor(key: string, ports: HeldKeyPorts) {
    this.key = key;
    this.#ports = ports;
  }

  /**
   * Waits until this client is the leader.
   * @param value what others are to know of the leader, such as its address
   * @param options how long to wait; by default without a limit
   * @throws BalsaError
   */
  async campaign(value: string, options: CallOptions = {}): Promise<Leadership> {
    const text = `${textArgument("value", value)}${mark}${crypto.randomUUID()}`;
    return takeKey(this.key, text, boundsArgument(options, Number.POSITIVE_INFINITY), this.#ports);
  }

  /** Who leads now; null if nobody does. @throws BalsaError */
  async leader(options: CallOptions = {}): Promise<LeaderSeen | null> {
    const found = await this.#ports.get(this.key, options);
    return found && seen(found.value, found.revision);
  }

  /**
   * The present leader and each later one, null in between. It ends with the loop over it, or with an error once the signal aborts.
   * @throws BalsaError
   */
  async *observe({ signal, ...options }: CallOptions = {}): AsyncGenerator<LeaderSeen | null, void, undefined> {
    const given = signal === undefined ? {} : { signal };
    let last: LeaderSeen | null | undefined;
    for (;;) {
      const changes = this.#ports.watch(this.key, null);
      const forget = whenAborted(signal ?? null, () => changes.close());
      try {
        await changes.started();
        // Whoever came before the watch shows in what is there.
        const there = await this.leader({ ...options, ...given });
        if (there?.fence !== last?.fence || last === undefined) yield there;
        last = there;
        for await (const change of changes) {
          const next = change.type === "set" ? seen(change.value, change.revision) : null;
          if ((next === null && last === null) || change.revision <= (last?.fence ?? 0)) continue;
          yield next;
          last = next;
        }
        if (signal?.aborted) throw aborted(signal, false);
      } catch (error) {
        if (!(error instanceof BalsaError) || error.retry === "never") throw error;
        await pause(againAfterMs, signal ?? null);
      } finally {
        forget();
        changes.close();
      }
    }
  }
}

/** After a watch has ended, it begins again after this time, in ms. */
const againAfterMs = 100;

function seen(value: Value, fence: number): LeaderSeen {
  const text = typeof value === "string" ? value : "";
  const end = text.lastIndexOf(mark);
  return { value: end < 0 ? text : text.slice(0, end), fence };
}
