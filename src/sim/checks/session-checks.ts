import type { Index, Millis } from "../../core/types.ts";
import { sessionOfRecord } from "../../machine/kv-records.ts";
import type { At, SessionId } from "../../machine/machine.ts";
import { decodeSessionCommand, isPlain, type SessionCommand } from "../../machine/session-codec.ts";
import { decodeSessionResult } from "../../machine/session-results.ts";
import { bytesEqual } from "../base/bytes.ts";

/** One change of a record that users see: its key byte for byte a character, and null where it was deleted. */
export type SeenChange = readonly [name: string, value: Uint8Array | null];

/** What is known of a session by somebody who has read the whole log. */
interface Session {
  /** Whom it counts for; null: nobody. */
  readonly owner: string | null;
  readonly timeoutMs: Millis;
  /** The log's time at which it was last heard of. */
  heardAt: Millis;
  /** It was due when some of those that were due ended, and nothing was said of it since. */
  mayHaveEnded: boolean;
  /** The answers to its requests, by their numbers. */
  readonly answers: Map<number, { readonly index: Index; readonly result: Uint8Array }>;
}

/**
 * A request in a session takes effect at most once, and every repetition is told what the first attempt was told
 * (rule 50); a session lives as long as it is heard of by the log's clock, and no longer (rule 51); its end deletes what
 * was attached to it, and nothing else. Told of each entry once, in log order.
 */
export class SessionChecks {
  readonly #fail: (sentence: string) => void;
  readonly #sessions = new Map<SessionId, Session>();
  /** Which session each key is attached to. */
  readonly #attached = new Map<string, SessionId>();
  readonly counters = { sessions: 0, ownersRefused: 0, repeated: 0, sessionsEnded: 0, keysReleased: 0 };

  constructor(fail: (sentence: string) => void) {
    this.#fail = fail;
  }

  onApplied(at: At, bytes: Uint8Array, result: Uint8Array, changes: readonly SeenChange[]): void {
    if (!isPlain(bytes)) this.#judge(at, decodeSessionCommand(bytes), result, changes);
    for (const [name, value] of changes) {
      const session = value === null ? 0 : sessionOfRecord(value);
      if (session === 0) this.#attached.delete(name);
      else this.#attached.set(name, session);
    }
  }

  #judge(at: At, command: SessionCommand, result: Uint8Array, changes: readonly SeenChange[]): void {
    switch (command.type) {
      case "plain":
        return;
      case "request":
        return this.#onRequest(at, command, result, changes);
      case "open":
      case "openAs":
        return this.#onOpen(at, command, result);
      case "keepAlive":
        if (decodeSessionResult(result).type === "keptAlive") this.#hear(at, command.session);
        else this.#onRefused(at, command.session);
        return;
      case "close":
        if (decodeSessionResult(result).type === "closed") this.#onEnd(at, [command.session], changes);
        return;
      case "expire":
        return this.#onExpire(at, command.sessions, result, changes);
      default:
        command satisfies never;
    }
  }

  #onOpen(at: At, command: Extract<SessionCommand, { type: "open" | "openAs" }>, bytes: Uint8Array): void {
    const result = decodeSessionResult(bytes);
    const owner = command.type === "openAs" ? command.owner : null;
    const ownerMax = command.type === "openAs" ? command.ownerMax : Number.POSITIVE_INFINITY;
    const ofOwner = [...this.#sessions.values()].filter((session) => owner !== null && session.owner === owner);
    const sure = ofOwner.filter(({ mayHaveEnded }) => !mayHaveEnded).length;
    const isCalledFull = result.type === "refused" && result.reason === "tooManyOfOwner";
    if (result.type === "opened" ? sure >= ownerMax : isCalledFull && ofOwner.length < ownerMax) {
      const has = `${sure} sessions, and ${ofOwner.length - sure} that may have ended`;
      this.#fail(`Entry ${at.index} is told ${JSON.stringify(result)}, and its owner "${owner}" has ${has}.`);
    }
    if (isCalledFull) this.counters.ownersRefused += 1;
    if (result.type !== "opened") return;
    this.counters.sessions += 1;
    this.#sessions.set(at.index, {
      owner,
      timeoutMs: command.timeoutMs,
      heardAt: at.time,
      mayHaveEnded: false,
      answers: new Map(),
    });
  }

  #onRequest(
    at: At,
    { session, sequence }: Extract<SessionCommand, { type: "request" }>,
    bytes: Uint8Array,
    changes: readonly SeenChange[],
  ): void {
    const result = decodeSessionResult(bytes);
    const first = this.#sessions.get(session)?.answers.get(sequence);
    const isEffect = result.type === "answered" && result.index === at.index;
    if (!isEffect && changes.length > 0)
      this.#fail(`Exactly once: entry ${at.index} has no effect, and changes records all the same.`);
    if (result.type === "refused") {
      if (result.reason === "noSession") this.#onRefused(at, session);
      else this.#hear(at, session);
      return;
    }
    if (result.type !== "answered") return this.#fail(`A request is told "${result.type}" at entry ${at.index}.`);
    this.#hear(at, session);
    const name = `request ${sequence} of session ${session}`;
    if (isEffect) {
      if (first !== undefined) this.#fail(`Exactly once: ${name} takes effect at ${first.index}, and again at ${at.index}.`);
      this.#sessions.get(session)?.answers.set(sequence, result);
      return;
    }
    this.counters.repeated += 1;
    if (first?.index !== result.index || !bytesEqual(first.result, result.result)) {
      this.#fail(`Exactly once: ${name} took effect at ${first?.index ?? "no place"}, and is told another answer at ${at.index}.`);
    }
  }

  #hear({ index, time }: At, id: SessionId): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return this.#fail(`Entry ${index} is in session ${id}, which has ended or never was.`);
    // It is given an eighth more, so that it need not be written down each time that it is heard of.
    if (time - session.heardAt > (session.timeoutMs * 9) / 8) {
      this.#fail(
        `Session ${id} was not heard of for ${time - session.heardAt} ms by the log's clock, and lives at entry ${index}.`,
      );
    }
    session.heardAt = time;
    session.mayHaveEnded = false;
  }

  #onRefused({ index, time }: At, id: SessionId): void {
    const session = this.#sessions.get(id);
    if (session !== undefined && time - session.heardAt < session.timeoutMs) {
      this.#fail(`Session ${id} was heard of ${time - session.heardAt} ms before entry ${index}, and is called dead there.`);
    }
  }

  #onExpire(at: At, sessions: readonly SessionId[], bytes: Uint8Array, changes: readonly SeenChange[]): void {
    const result = decodeSessionResult(bytes);
    const due = sessions.filter((id) => {
      const session = this.#sessions.get(id);
      return session !== undefined && at.time - session.heardAt >= session.timeoutMs;
    });
    if (result.type === "expired" && result.count > due.length) {
      this.#fail(`Entry ${at.index} ends ${result.count} sessions, of which ${due.length} are due.`);
    }
    if (result.type !== "expired") return;
    // Some of them may still have the eighth more that they were given: of which, only what is heard of them later tells.
    const isEach = result.count === due.length;
    this.#onEnd(at, isEach ? due : [], changes, due);
    if (isEach || result.count === 0) return;
    for (const id of due) {
      const session = this.#sessions.get(id);
      if (session !== undefined) session.mayHaveEnded = true;
    }
  }

  #onEnd({ index }: At, ended: readonly SessionId[], changes: readonly SeenChange[], may: readonly SessionId[] = ended): void {
    this.counters.sessionsEnded += ended.length;
    this.counters.keysReleased += changes.length;
    for (const [name, value] of changes) {
      const session = this.#attached.get(name) ?? 0;
      if (value !== null || !may.includes(session)) {
        this.#fail(`Entry ${index} ends sessions ${may.join(", ")}, and changes a key that is attached to ${session}.`);
      }
    }
    const gone = new Set(changes.map(([name]) => name));
    for (const [name, session] of this.#attached) {
      if (ended.includes(session) && !gone.has(name))
        this.#fail(`Session ${session} ends at entry ${index}, and a key of it stays.`);
    }
    for (const id of ended) this.#sessions.delete(id);
  }
}
