import { setTimeout as sleep } from "node:timers/promises";
import type { BalsaAdmin } from "../client/admin.ts";
import { BalsaError } from "../client/values/balsa-error.ts";
import type { Millis, NodeId } from "../core/types.ts";
import type { MembersView } from "./member-words.ts";

/** A node that its leader has heard of so lately is up, in ms. */
const upMs = 2_000;
const lookEveryMs = 250;

/** The node that is to be replaced is up, so it is not the one that was meant. */
export class StillUp extends Error {
  constructor(id: NodeId) {
    super(`The leader hears node ${id}, so it is up. Stop it first, or name with --id the node whose place is to be taken.`);
    this.name = "StillUp";
  }
}

/**
 * Waits until the leader misses the node, for nobody else knows whom the leader hears.
 * @returns the members as the leader knows them
 * @throws StillUp; BalsaError if no leader is found in time, or none leads for long enough to tell
 */
export async function missed(admin: Pick<BalsaAdmin, "members">, id: NodeId, withinMs: Millis): Promise<MembersView> {
  const deadlineAt = performance.now() + withinMs;
  const signs = new Signs(id);
  for (;;) {
    const askedAt = performance.now();
    const view = await admin.members().catch((error: unknown) => {
      if (error instanceof BalsaError) return null;
      throw error;
    });
    const leaderView = view !== null && isOfLeader(view) ? view : null;
    if (leaderView !== null) {
      signs.onView(leaderView, askedAt);
      if (isMissed(leaderView, id)) return leaderView;
    }
    if (performance.now() >= deadlineAt) {
      if (leaderView === null) throw noLeader(id);
      throw signs.isUp ? new StillUp(id) : notTold(id, withinMs, signs.changes);
    }
    await sleep(lookEveryMs);
  }
}

/**
 * What shows that a node is up. A leader counts the time since it heard a node from the moment on at which it took over, so a
 * node that is down looks alive at first to each new leader: only what was heard in the term of a leader that led before counts.
 */
class Signs {
  readonly #id: NodeId;
  /** The leader's term, and when this was first seen. */
  #term = { number: 0, seenAt: 0 };
  #heardAt = Number.NEGATIVE_INFINITY;
  /** Times that another term was seen. */
  changes = -1;

  constructor(id: NodeId) {
    this.#id = id;
  }

  onView({ term, leaderId, progress }: MembersView, askedAt: number): void {
    if (term !== this.#term.number) {
      this.#term = { number: term, seenAt: performance.now() };
      this.changes += 1;
    }
    if (leaderId === this.#id) this.#heardAt = askedAt;
    const peer = progress.find(({ nodeId }) => nodeId === this.#id);
    if (peer === undefined) return;
    // Or later, as the question took its time to get there; the time is told in whole milliseconds.
    const heardAt = askedAt - peer.lastHeardMs - 1;
    if (heardAt > this.#term.seenAt) this.#heardAt = heardAt;
  }

  get isUp(): boolean {
    return performance.now() - this.#heardAt < upMs;
  }
}

/** Only the leader tells how far the others are. */
function isOfLeader({ leaderId, progress, members }: MembersView): boolean {
  return leaderId !== 0 && (progress.length > 0 || members.length === 1);
}

function isMissed({ leaderId, progress }: MembersView, id: NodeId): boolean {
  const peer = progress.find(({ nodeId }) => nodeId === id);
  return leaderId !== id && (peer === undefined || peer.lastHeardMs >= upMs);
}

function noLeader(id: NodeId): BalsaError {
  const why =
    `No leader answered, and only the leader knows whether node ${id} is down. ` +
    `A majority of the members must be up, and the leader reachable from here.`;
  return new BalsaError("NO_LEADER", why, { grpcStatus: "UNAVAILABLE", mayHaveHappened: false });
}

function notTold(id: NodeId, withinMs: number, changes: number): BalsaError {
  const times = changes === 1 ? "once" : `${changes} times`;
  const seen =
    changes === 0 ? "The leader has not led" : `Leadership has changed ${times} within ${withinMs} ms, and nobody has led`;
  const why = `${seen} for long enough to tell whether node ${id} is down. Try again once one node leads for some seconds.`;
  return new BalsaError("LEADER_UNSETTLED", why, { grpcStatus: "UNAVAILABLE", mayHaveHappened: false });
}
