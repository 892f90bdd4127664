import { assert } from "../../core/assert.ts";
import { compareState } from "../../node/duties/digest-watch.ts";
import type { PeerCall } from "../../node/ports/peer-calls.ts";
import { safeInteger } from "./envelope.ts";
import { type WireCall, wireCall } from "./wire-call.ts";

/**
 * The calls among nodes that have an RPC of their own, one question and one answer each: which RPC, and how both are written
 * and read. To add a call is to add its row. Whoever asks and whoever answers is let in as for any other message, and an
 * answer is waited for no longer than `callTimeoutMs`.
 *
 * Two calls are not here, because they share a stream for their order and their speed: `forward` (forwards.ts) and
 * `installSnapshot` (snapshots.ts).
 */
export const wireCalls: readonly WireCall<unknown, unknown>[] = [
  wireCall(compareState, "CompareState", {
    writeQuestion: (index) => ({ index }),
    readQuestion: ({ index }) => safeInteger(index, "index"),
    writeAnswer: (found) => ({
      digest: found === null ? null : { index: found.appliedIndex, records: found.records, digest: found.digest },
    }),
    readAnswer: ({ digest }) => {
      if (digest === null) return null;
      const appliedIndex = safeInteger(digest.index, "index");
      return { appliedIndex, records: safeInteger(digest.records, "records"), digest: digest.digest };
    },
  }),
];

export function wireCallOf<Question, Answer>(call: PeerCall<Question, Answer>): WireCall<Question, Answer> {
  const found = wireCalls.find((row) => row.call === call);
  assert(found !== undefined, () => `the call ${call.name} has no row here`);
  return found as WireCall<Question, Answer>;
}
