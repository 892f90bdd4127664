import { boundsArgument, type CallOptions } from "../values/call-options.ts";
import { HeldKey, type HeldKeyPorts, type Holding, takeKey, tryKey } from "./held-key.ts";

/**
 * A lock: a key that one client at a time creates, attached to its session. If the client dies or is cut off, the session
 * expires by the log's clock, and the key goes with it. Who waits is told when the key goes; there is no queue.
 */
export class Lock {
  readonly key: string;
  readonly #ports: HeldKeyPorts;

  /** Use `client.lock`. */
  constructor(key: string, ports: HeldKeyPorts) {
    this.key = key;
    this.#ports = ports;
  }

  /**
   * Waits for the lock, runs the task while holding it, and gives it back, however the task ends.
   * @param options how long to wait for the lock; by default without a limit
   * @returns what the task returns
   * @throws BalsaError if the lock was not had, or was lost before the task had ended (LOCK_LOST); else what the task throws
   */
  async run<T>(task: (holding: Holding) => Promise<T> | T, options: CallOptions = {}): Promise<T> {
    const held = await this.acquire(options);
    try {
      const result = await task({ signal: held.signal, fence: held.fence });
      held.signal.throwIfAborted();
      return result;
    } finally {
      await held.release();
    }
  }

  /** Waits for the lock. @param options how long; by default without a limit @throws BalsaError */
  async acquire(options: CallOptions = {}): Promise<HeldKey> {
    return takeKey(this.key, crypto.randomUUID(), boundsArgument(options, Number.POSITIVE_INFINITY), this.#ports);
  }

  /** The lock if nobody holds it; else null. @throws BalsaError */
  async tryAcquire(options: CallOptions = {}): Promise<HeldKey | null> {
    const found = await tryKey(this.key, crypto.randomUUID(), options, this.#ports);
    return found instanceof HeldKey ? found : null;
  }
}
