import { type BalsaError, type BalsaErrorCode, worthAnotherTry } from "../values/balsa-error.ts";

/**
 * What is done with a request that a node has answered by an error:
 * - `again`: it had no effect, and is sent again.
 * - `repeat`: it may have taken effect; sent again in its place of the session, it is told what it came to.
 * - `renew`: the cluster does not know its session any more. It is sent in the next one, unless it may have taken effect in this one.
 * - `fail`: the program is told.
 */
export type Remedy = "again" | "repeat" | "renew" | "fail";

/** By the error, for a request in a session and for one without. Any other is sent again only if that may help and does no harm. */
const remedies: Partial<Record<BalsaErrorCode, readonly [inSession: Remedy, plain: Remedy]>> = {
  SESSION_LOST: ["renew", "fail"],
  // Answers that the client has received since make room.
  SESSION_FULL: ["again", "again"],
  // Nodes of the client's own cluster may be elsewhere.
  OTHER_CLUSTER: ["again", "again"],
  // The node does not know what became of it.
  TIMEOUT: ["repeat", "fail"],
  LEADER_CHANGED: ["repeat", "fail"],
  STOPPED_MIDWAY: ["repeat", "fail"],
};

export function remedyFor(error: BalsaError, isInSession: boolean): Remedy {
  const [inSession, plain] = remedies[error.code] ?? usual(error);
  return isInSession ? inSession : plain;
}

function usual(error: BalsaError): readonly [Remedy, Remedy] {
  return worthAnotherTry(error) ? ["again", "again"] : ["fail", "fail"];
}
