import type { Millis } from "../../core/types.ts";
import type { ListSessionsRequest__Output as ListSessionsRequest } from "../../generated/balsa/admin/v1/ListSessionsRequest.ts";
import type { ListSessionsResponse } from "../../generated/balsa/admin/v1/ListSessionsResponse.ts";
import type { Session } from "../../generated/balsa/admin/v1/Session.ts";
import { attachedKeys, attachmentsKey } from "../../machine/kv-attachments.ts";
import {
  countKey,
  decodeClient,
  decodeCount,
  decodeLife,
  lifeKey,
  lifeRange,
  sessionOfLifeKey,
} from "../../machine/session-records.ts";
import { sessionLimits } from "../../machine/sessions.ts";
import { type Failure, failure } from "../answers/failure.ts";
import { leaderHint, type ServicePorts } from "../answers/ports.ts";
import { readFailure } from "../answers/read-failure.ts";
import { refusals } from "../answers/refusals.ts";

type Done<Answer> = (answer: Answer | Failure) => void;
type Ports = Pick<ServicePorts, "node" | "state" | "onStateDamaged" | "incarnation">;

/** Sessions in a page that names no limit, and most in any. */
const pageDefault = 100;
const pageMax = 1_000;
/** Bytes of keys past which a page of sessions ends. */
const keyBytesMax = 1024 * 1024;

/** Tells operators which sessions there are, a page at a time in the order in which they were opened. */
export class SessionList {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Linearizable, unless a local answer is asked for. */
  page(request: ListSessionsRequest, timeoutMs: Millis, done: Done<ListSessionsResponse>): void {
    if (request.local) return this.#page(request, done);
    this.#ports.node.linearize(timeoutMs, (outcome) => {
      if (outcome.type === "readable") this.#page(request, done);
      else done(failure(refusals[outcome.reason], undefined, leaderHint(this.#ports)));
    });
  }

  /** How many there are, as this node knows. */
  count(done: Done<{ readonly count: number }>): void {
    this.#ports.state.getMany([countKey], (error, [record]) => {
      done(error === null ? { count: decodeCount(record) } : readFailure(error, this.#ports));
    });
  }

  #page({ startId, limit, keys }: ListSessionsRequest, done: Done<ListSessionsResponse>): void {
    const { node, state, incarnation } = this.#ports;
    const { appliedIndex } = node;
    const start = startId === 0 ? 0 : incarnation.session(startId, "");
    if (typeof start === "object") return done(start);
    const most = Math.min(limit === 0 ? pageDefault : limit, pageMax);
    const range = { start: lifeKey(start), end: lifeRange.end, limit: most, bytesMax: Number.MAX_SAFE_INTEGER };
    state.scan(range, (error, lives) => {
      if (error !== null) return done(readFailure(error, this.#ports));
      const ids = lives.map(([key]) => sessionOfLifeKey(key));
      state.getMany([countKey, ...ids.map(attachmentsKey)], (failed, [count, ...attachments]) => {
        if (failed) return done(readFailure(failed, this.#ports));
        const sessions: Session[] = [];
        let bytes = 0;
        for (const [at, [, life]] of lives.entries()) {
          const attached = attachedKeys(attachments[at]);
          sessions.push(sessionOf(incarnation.sessionId(ids[at] ?? 0), life, attached, keys, node.view.time));
          if (keys) for (const key of attached) bytes += key.length;
          if (bytes > keyBytesMax) break;
        }
        const isLast = sessions.length === lives.length && lives.length < most;
        const nextStartId = isLast ? 0 : incarnation.sessionId((ids[sessions.length - 1] ?? 0) + 1);
        done({ sessions, nextStartId, count: decodeCount(count), countMax: sessionLimits.sessionsMax, appliedIndex });
      });
    });
  }
}

function sessionOf(id: number, record: Uint8Array, attached: readonly Uint8Array[], keys: boolean, now: Millis): Session {
  const life = decodeLife(record);
  const client = decodeClient(life);
  return {
    sessionId: id,
    name: client?.name ?? "",
    address: client?.owner ?? "",
    timeoutMs: life.timeoutMs,
    expiresInMs: Math.max(0, life.expiresAt - now),
    openForMs: client === null ? 0 : Math.max(0, now - client.openedAt),
    attachedCount: attached.length,
    attachedKeys: keys ? attached.map((key) => Buffer.from(key).toString()) : [],
  };
}
