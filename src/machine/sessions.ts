import { assert, InvariantBroken } from "../core/assert.ts";
import type { Millis } from "../core/types.ts";
import { Malformed } from "./bytes.ts";
import { Decoded } from "./decoded.ts";
import type { At, Housekeeping, Machine, ReadonlyRecords, Records, SessionId } from "./machine.ts";
import { decodeAnswers, encodeWithAnswer, findAnswer, forget } from "./session-answers.ts";
import { decodeSessionCommand, encodeSessionCommand, expireMax, isPlain, type SessionCommand } from "./session-codec.ts";
import { begin, end, isOverdue, lifeAt, type NotBegun, type Owner, ownerOf, renew } from "./session-lives.ts";
import {
  answersKey,
  countKey,
  decodeLife,
  isSessionRecord,
  lifeKey,
  lifeRange,
  ownerKey,
  sessionOfLifeKey,
} from "./session-records.ts";
import { encodeAnswer, encodeAnswered, encodeSessionResult, type SessionRefusal } from "./session-results.ts";

/** Part of what is replicated, so the same on all nodes of a cluster: a change of them is a change of the machine. */
export interface SessionLimits {
  readonly sessionsMax: number;
  /** Most answers that one session keeps for repetitions. */
  readonly answersMax: number;
  /** Most bytes of a session's answers; past it, no further request is run until earlier answers were received. */
  readonly answersBytesMax: number;
  readonly sessionTimeoutMinMs: Millis;
  readonly sessionTimeoutMaxMs: Millis;
}

export const sessionLimits: SessionLimits = {
  sessionsMax: 10_000,
  answersMax: 1024,
  answersBytesMax: 256 * 1024,
  sessionTimeoutMinMs: 1_000,
  sessionTimeoutMaxMs: 24 * 60 * 60 * 1000,
};

/**
 * A machine whose clients may have sessions (thesis 6.3): in a session a request takes effect once, however often it
 * is repeated, and each repetition is told what the first attempt was told. Whoever repeats a request outside of a session may
 * do it twice.
 *
 * A session lives as long as something is heard of it, by the log's clock alone: so it ends at the same entry on every
 * node. A session that has ended never comes back; a request in it is refused, for nobody knows any more whether it took effect.
 *
 * @param inner its records must not begin with a byte 0; it has no housekeeping of its own
 */
export function withSessions(inner: Machine, limits: SessionLimits = sessionLimits): Machine {
  assert(inner.housekeeping === undefined, "a machine inside sessions cannot have housekeeping of its own");
  return new SessionMachine(inner, limits);
}

/** Who has not been heard of for too long. */
const housekeeping: Housekeeping = {
  range: lifeRange,
  command(records, time) {
    const overdue = records.filter(([, life]) => decodeLife(life).expiresAt <= time);
    if (overdue.length === 0) return null;
    return encodeSessionCommand({ type: "expire", sessions: overdue.slice(0, expireMax).map(([key]) => sessionOfLifeKey(key)) });
  },
};

class SessionMachine implements Machine {
  readonly housekeeping = housekeeping;
  readonly #inner: Machine;
  readonly #limits: SessionLimits;
  readonly #commands = new Decoded(decode);

  constructor(inner: Machine, limits: SessionLimits) {
    this.#inner = inner;
    this.#limits = limits;
  }

  reads(at: At, bytes: Uint8Array): readonly Uint8Array[] {
    if (isPlain(bytes)) return this.#innerReads(at, bytes);
    const command = this.#commands.look(bytes);
    if (typeof command === "string") return none;
    switch (command.type) {
      case "plain":
        return this.#innerReads(at, command.request);
      case "request": {
        const { session } = command;
        return [lifeKey(session), answersKey(session), ...this.#innerReads(inSession(at, session), command.request)];
      }
      case "open":
        return [countKey, lifeKey(at.index)];
      case "openAs":
        return [countKey, lifeKey(at.index), ownerKey(command.owner)];
      case "keepAlive":
        return [lifeKey(command.session)];
      case "close":
        return [countKey, ...this.#readsOfEnd(command.session)];
      case "expire":
        return [countKey, ...command.sessions.flatMap((session) => this.#readsOfEnd(session))];
      default:
        return command satisfies never;
    }
  }

  dependentReads(at: At, bytes: Uint8Array, records: ReadonlyRecords): readonly Uint8Array[] {
    if (isPlain(bytes)) return this.#inner.dependentReads?.(at, bytes, records) ?? none;
    const command = this.#commands.look(bytes);
    if (typeof command === "string") return none;
    switch (command.type) {
      case "plain":
        return this.#inner.dependentReads?.(at, command.request, records) ?? none;
      case "request":
        return this.#inner.dependentReads?.(inSession(at, command.session), command.request, records) ?? none;
      case "close":
        return this.#dependentReadsOfEnd(command.session, records);
      case "expire":
        return command.sessions
          .filter((session) => isOverdue(session, at.time, records))
          .flatMap((session) => this.#dependentReadsOfEnd(session, records));
      default:
        return none;
    }
  }

  apply(at: At, bytes: Uint8Array, records: Records): Uint8Array {
    if (isPlain(bytes)) return this.#inner.apply(at, bytes, records);
    const command = this.#commands.take(bytes);
    if (typeof command === "string") return refusal("malformed", command);
    switch (command.type) {
      case "plain":
        return this.#inner.apply(at, command.request, records);
      case "request":
        return this.#request(at, command, records);
      case "open":
        return this.#open(at, command.timeoutMs, null, records);
      case "openAs":
        return this.#open(at, command.timeoutMs, command, records);
      case "keepAlive":
        return this.#keepAlive(at, command.session, records);
      case "close":
        return this.#close(at, command.session, records);
      case "expire":
        return this.#expire(at, command.sessions, records);
      default:
        return command satisfies never;
    }
  }

  isVisible(key: Uint8Array): boolean {
    return !isSessionRecord(key) && (this.#inner.isVisible?.(key) ?? true);
  }

  #request(at: At, command: Extract<SessionCommand, { type: "request" }>, records: Records): Uint8Array {
    const { session, sequence, firstOutstanding, request } = command;
    const life = lifeAt(session, at.time, records);
    if (life === null) return noSession(session);
    renew(at, session, life, records);
    const key = answersKey(session);
    const before = decodeAnswers(records.get(key));
    if (sequence < before.firstOutstanding)
      return refusal("acknowledged", `Request ${sequence} was answered, and the answer received.`);
    const earlier = findAnswer(before, sequence);
    if (earlier !== null) return encodeAnswered(earlier);
    const answers = forget(before, firstOutstanding);
    const { answersMax, answersBytesMax } = this.#limits;
    // The first one outstanding must always get through: only its answer lets the client say that it has the others.
    const isFirst = sequence === answers.firstOutstanding;
    if (!isFirst && (answers.count >= answersMax || answers.packed.length >= answersBytesMax)) {
      return refusal("tooManyAnswers", `Session ${session} keeps as many answers as it may.`);
    }
    const answer = encodeAnswer(at.index, this.#inner.apply(inSession(at, session), request, records));
    records.put(key, encodeWithAnswer(answers, sequence, answer));
    return encodeAnswered(answer);
  }

  #open(at: At, timeoutMs: Millis, by: Owner | null, records: Records): Uint8Array {
    const { sessionTimeoutMinMs, sessionTimeoutMaxMs, sessionsMax } = this.#limits;
    if (timeoutMs < sessionTimeoutMinMs || timeoutMs > sessionTimeoutMaxMs) {
      const why = `The timeout of a session is from ${sessionTimeoutMinMs} to ${sessionTimeoutMaxMs} ms, not ${timeoutMs}.`;
      return refusal("timeoutOutOfRange", why);
    }
    const problem = begin(at, timeoutMs, by, sessionsMax, records);
    if (problem !== null) return refusal(problem, notBegun[problem]);
    return encodeSessionResult({ type: "opened", session: at.index });
  }

  #keepAlive(at: At, session: SessionId, records: Records): Uint8Array {
    const life = lifeAt(session, at.time, records);
    if (life === null) return noSession(session);
    renew(at, session, life, records);
    return encodeSessionResult({ type: "keptAlive" });
  }

  #close(at: At, session: SessionId, records: Records): Uint8Array {
    if (records.get(lifeKey(session)) === undefined) return noSession(session);
    this.#end(at, session, records);
    return encodeSessionResult({ type: "closed" });
  }

  /** Those that were heard of meanwhile live on. */
  #expire(at: At, sessions: readonly SessionId[], records: Records): Uint8Array {
    let count = 0;
    for (const session of sessions) {
      if (!isOverdue(session, at.time, records)) continue;
      this.#end(at, session, records);
      count += 1;
    }
    return encodeSessionResult({ type: "expired", count });
  }

  #end(at: At, session: SessionId, records: Records): void {
    end(session, records);
    this.#inner.sessionEnd?.apply(at, session, records);
  }

  #innerReads(at: At, request: Uint8Array): readonly Uint8Array[] {
    const keys = this.#inner.reads(at, request);
    for (const key of keys)
      if (isSessionRecord(key)) throw new InvariantBroken("the machine inside names a record of the sessions");
    return keys;
  }

  #dependentReadsOfEnd(session: SessionId, records: ReadonlyRecords): readonly Uint8Array[] {
    const owner = ownerOf(session, records);
    const ofInner = this.#inner.sessionEnd?.dependentReads(session, records) ?? none;
    return owner === null ? ofInner : [ownerKey(owner), ...ofInner];
  }

  #readsOfEnd(session: SessionId): readonly Uint8Array[] {
    return [lifeKey(session), answersKey(session), ...(this.#inner.sessionEnd?.reads(session) ?? none)];
  }
}

const none: readonly Uint8Array[] = [];
const notBegun: Readonly<Record<NotBegun, string>> = {
  tooManySessions: "There are as many sessions as there may be.",
  tooManyOfOwner: "This client has as many sessions as it may have.",
};

function decode(bytes: Uint8Array): SessionCommand | string {
  try {
    return decodeSessionCommand(bytes);
  } catch (error) {
    if (error instanceof Malformed) return `The request ${error.message}.`;
    throw error;
  }
}

function inSession({ index, time }: At, session: SessionId): At {
  return { index, time, session };
}

function noSession(session: SessionId): Buffer {
  return refusal("noSession", `There is no session ${session}: it was closed, has expired, or never was.`);
}

function refusal(reason: SessionRefusal, why: string): Buffer {
  return encodeSessionResult({ type: "refused", reason, why });
}
