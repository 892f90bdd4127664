import { setTimeout as sleep } from "node:timers/promises";
import { BackOff } from "../connection/back-off.ts";
import { BalsaError, clientError } from "../values/balsa-error.ts";
import { type Bounds, type CallOptions, pause } from "../values/call-options.ts";
import type { ChangeStream } from "../values/change-stream.ts";
import type { Expected, KeyValue } from "../values/messages.ts";

/** What a held key needs of its client. */
export interface HeldKeyPorts {
  /** The client's own time limit of a request, in ms. */
  readonly requestTimeoutMs: number;
  /** Sets the key if it does not exist, attached to the client's session, whose loss is told by `hold` alone. */
  readonly attach: (key: string, value: string, options: CallOptions) => Promise<Attached>;
  readonly deleteIf: (key: string, expected: Expected, options: CallOptions) => Promise<void>;
  readonly get: (key: string, options: CallOptions) => Promise<KeyValue | null>;
  /** @param from the first revision wanted; null: whatever changes from now on */
  readonly watch: (key: string, from: number | null) => ChangeStream;
  /** Number of sessions that the client has lost. */
  readonly losses: () => number;
  /** Calls back once, when the session is lost or the client closed. @returns ends that */
  readonly hold: (onLost: (error: BalsaError) => void) => () => void;
}

export interface Attached {
  readonly succeeded: boolean;
  /** Log index of the request, and the key's revision if it succeeded. */
  readonly revision: number;
}

/** What whoever holds a key is told. */
export interface Holding {
  /** Aborts as soon as the key is lost, or may be by this client's clock. */
  readonly signal: AbortSignal;
  /**
   * Higher than that of every earlier holder. Hand it to whatever is protected, and have that refuse lower ones: a process
   * that stood still may go on for a moment after another one got the key.
   */
  readonly fence: number;
}

/** Pauses between tries to give a key back, and to see again whether it is still there, in ms. */
const backOffMs = { minMs: 50, maxMs: 2_000 };

/**
 * Creates the key, or waits until whoever has it gives it back or expires.
 * @param value differs from that of any other try, so that it tells whose the key is
 * @throws BalsaError
 */
export async function takeKey(key: string, value: string, { timeoutMs, signal }: Bounds, ports: HeldKeyPorts): Promise<HeldKey> {
  const deadlineAt = performance.now() + timeoutMs;
  const left = (): CallOptions => {
    const leftMs = Math.max(1, deadlineAt - performance.now());
    return { timeoutMs: Math.min(leftMs, ports.requestTimeoutMs), ...(signal && { signal }) };
  };
  for (;;) {
    const found = await tryKey(key, value, left(), ports);
    if (found instanceof HeldKey) return found;
    if (found !== null) await untilChanged(key, found, { deadlineAt, signal }, ports);
    if (performance.now() >= deadlineAt) throw clientError("LOCK_HELD");
  }
}

/** @returns the key if it is had now; else the revision as of which it is not, or null if that is not known @throws BalsaError */
export async function tryKey(
  key: string,
  value: string,
  options: CallOptions,
  ports: HeldKeyPorts,
): Promise<HeldKey | number | null> {
  const losses = ports.losses();
  try {
    const { succeeded, revision } = await ports.attach(key, value, options);
    if (!succeeded) return revision;
    if (ports.losses() === losses) return new HeldKey(key, revision, ports);
    // A session was lost meanwhile, and nobody can tell whether it was the one that the key is attached to.
    await ports.deleteIf(key, { revision }, options);
    return null;
  } catch (error) {
    // What may yet take effect is undone first: a later request of the session keeps the earlier one out.
    if (error instanceof BalsaError && error.mayHaveHappened) void undo(key, value, ports);
    throw error;
  }
}

/**
 * A session keeps out what comes later than it should, once all that was sent before it is answered. While something else
 * is not, the first try could still come after this: so this is done once more when every node has given it up.
 */
async function undo(key: string, value: string, ports: HeldKeyPorts): Promise<void> {
  const losses = ports.losses();
  const isMoot = (): boolean => ports.losses() !== losses;
  const act = (): Promise<void> => ports.deleteIf(key, { value }, {});
  await untilDone(act, isMoot);
  // It keeps no program alive.
  await sleep(2 * ports.requestTimeoutMs, undefined, { ref: false });
  await untilDone(act, isMoot);
}

/** Tries until it is done, or need not be done any more. */
async function untilDone(act: () => Promise<void>, isMoot: () => boolean): Promise<void> {
  const backOff = new BackOff(backOffMs);
  while (!isMoot()) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof BalsaError) || error.retry === "never") return;
      await pause(backOff.nextMs(), null);
    }
  }
}

/** Resolves when the key has changed after that revision, or may have. @throws BalsaError if the time is up or the signal aborts */
async function untilChanged(
  key: string,
  revision: number,
  { deadlineAt, signal }: { readonly deadlineAt: number; readonly signal: AbortSignal | null },
  ports: HeldKeyPorts,
): Promise<void> {
  const changes = ports.watch(key, revision + 1);
  const timer =
    deadlineAt === Number.POSITIVE_INFINITY
      ? undefined
      : setTimeout(() => changes.close(), Math.max(0, deadlineAt - performance.now()));
  const stop = (): void => changes.close();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    for await (const _ of changes) return;
  } catch (error) {
    // Whoever no longer tells of that revision, or of this life of the cluster, is asked by the next try.
    if (!(error instanceof BalsaError)) throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** A key that this client has created and that is attached to its session. */
export class HeldKey implements Holding, AsyncDisposable {
  readonly key: string;
  readonly fence: number;
  readonly #ports: HeldKeyPorts;
  readonly #lost = new AbortController();
  readonly #forget: () => void;
  #changes: ChangeStream | null = null;
  #released: Promise<void> | null = null;

  constructor(key: string, fence: number, ports: HeldKeyPorts) {
    this.key = key;
    this.fence = fence;
    this.#ports = ports;
    this.#forget = ports.hold((error) => this.#lose(error));
    void this.#guard();
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Gives the key back. Resolves once that is done, or after `requestTimeoutMs`; it then goes on being tried, until the key
   * is gone with the session at the latest.
   */
  release(): Promise<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  async #release(): Promise<void> {
    this.#changes?.close();
    this.#forget();
    if (this.signal.aborted) return;
    const losses = this.#ports.losses();
    const act = () => this.#ports.deleteIf(this.key, { revision: this.fence }, {});
    try {
      await act();
    } catch (error) {
      if (!(error instanceof BalsaError)) throw error;
      void untilDone(act, () => this.#ports.losses() !== losses);
    }
  }

  #lose(cause: unknown): void {
    this.#changes?.close();
    this.#forget();
    if (!this.signal.aborted) this.#lost.abort(clientError("LOCK_LOST", {}, "", cause));
  }

  /** Somebody may delete the key, or set it without asking. */
  async #guard(): Promise<void> {
    const backOff = new BackOff(backOffMs);
    let from: number | null = this.fence + 1;
    while (!this.signal.aborted && this.#released === null) {
      const changes = this.#ports.watch(this.key, from);
      this.#changes = changes;
      try {
        await changes.started();
        // No node may keep changes that old by now: what came before this watch shows in what is there.
        if (from === null && (await this.#isGone())) return this.#onChanged();
        for await (const _ of changes) return this.#onChanged();
      } catch (error) {
        if (!(error instanceof BalsaError)) throw error;
        from = null;
        await pause(backOff.nextMs(), null);
      }
    }
  }

  #onChanged(): void {
    if (this.#released === null) this.#lose(null);
  }

  /** Whether another revision of the key is there, or none; what cannot be known is for the session's clock to tell. */
  async #isGone(): Promise<boolean> {
    try {
      return (await this.#ports.get(this.key, {}))?.revision !== this.fence;
    } catch {
      return false;
    }
  }
}
