import type { Index } from "../../core/types.ts";
import { isOfAnotherIncarnation } from "../../node/founding/incarnation.ts";
import { type Failure, failure } from "./failure.ts";

/** The digits of an incarnation's id that say where its sessions' ids begin: a number below 2^52. */
const firstIdDigits = 13;

/**
 * The life of the cluster that this node belongs to. It is the same for as long as the process lives, and for all nodes
 * that it talks to, so whatever is of another life is refused here, at the door.
 *
 * A session is a log index, and a life that begins gives indexes out again. So clients know it by that index counted on from a
 * number which each life draws: the id of a session of another life is none of this one's, also if nobody says of which life it is.
 */
export class Incarnation {
  readonly id: string;
  readonly #firstId: number;

  /** @param id hexadecimal digits */
  constructor(id: string) {
    this.id = id;
    this.#firstId = Number.parseInt(id.slice(0, firstIdDigits), 16);
  }

  /** Why this node cannot carry out what is meant for the life of this id; null if it can, or if none is named. */
  refusal(wanted: string): Failure | null {
    if (!isOfAnotherIncarnation(wanted, this.id)) return null;
    const message =
      `The request is for the incarnation ${wanted} of a cluster, and this node's is ${this.id}. ` +
      `It was begun again or recovered by force since, or another cluster has this address. What is known of that one, as of its revisions, does not hold here.`;
    return failure("OTHER_CLUSTER", message, null, { incarnationId: this.id });
  }

  /** What clients call the session that was opened at this index. */
  sessionId(index: Index): number {
    return this.#firstId + index;
  }

  /**
   * The log index of the session, or why there is none.
   * @param wanted the life that its client says it is of; "" if it does not say
   */
  session(id: number, wanted: string): Index | Failure {
    const index = id - this.#firstId;
    if (this.refusal(wanted) === null && index > 0) return index;
    const message = `There is no such session in this incarnation of the cluster (${this.id}): it is of another one, and its keys are not this one's.`;
    return failure("SESSION_LOST", message, null, { incarnationId: this.id });
  }
}
