import type { Input } from "./api.ts";
import { assert } from "./assert.ts";
import { letLead, refuse } from "./following.ts";
import { snapshotProblem } from "./message-checks.ts";
import { learnCommit } from "./replication.ts";
import type { Leader, RaftState, Snapshot } from "./state.ts";
import type { Index } from "./types.ts";

/** What becomes of entries that the state on disk has: they are dropped, and whoever still needs them gets a snapshot (§7). */

/**
 * The state up to `index` survives a power failure, so entries up to there may go, but for a tail for followers that are
 * a little behind. Whoever sends snapshots tells less while their receivers still need more.
 */
export function onDurable(state: RaftState, index: Index): void {
  const { log, options } = state;
  const last = Math.min(index, state.appliedIndex, log.tailStart(options.logTailEntriesMax, options.logTailBytesMax));
  if (last <= log.base.index) return;
  log.dropTo(last);
  state.event({ type: "logCompacted", to: last });
}

/** A snapshot is here, complete and checked. It is taken unless all that it has is committed here already (Figure 13). */
export function onSnapshotReceived(state: RaftState, input: Extract<Input, { type: "snapshotReceived" }>): void {
  const { ticket, from, term, snapshot, name } = input;
  const { index } = snapshot;
  const problem = term < state.term ? null : snapshotProblem(state, snapshot);
  const doubt = problem === null ? letLead(state, from, term) : { why: problem, isImpossible: true };
  if (doubt !== null && term >= state.term) refuse(state, from, "snapshot", doubt);
  if (index <= state.commitIndex) return state.answer({ type: "snapshotStale", ticket, commitIndex: state.commitIndex });
  if (doubt !== null) return state.answer({ type: "snapshotRefused", ticket, why: doubt.why });
  takeSnapshot(state, { name, meta: snapshot });
  state.answer({ type: "snapshotTaken", ticket });
}

function takeSnapshot(state: RaftState, taken: Snapshot): void {
  const { index, term, time, members, membersIndex } = taken.meta;
  const lastBefore = state.log.lastIndex;
  const stays = state.log.rebase({ index, term, time }, { index: membersIndex, members });
  if (!stays && lastBefore > index) state.event({ type: "logTruncated", from: index + 1, last: lastBefore });
  state.installing = taken;
  assert(state.role.role === "follower", "a snapshot is taken by a node that does not follow");
  state.role.receivedIndex = Math.max(state.role.receivedIndex, index);
  learnCommit(state, index);
}

/** The store that takes it for the state is on disk. */
export function onInstalled(state: RaftState, snapshot: Snapshot): void {
  const { index, term } = snapshot.meta;
  state.appliedIndex = index;
  // A newer one may have come meanwhile; nothing is applied before that is installed too.
  if (state.installing === snapshot) state.installing = null;
  state.event({ type: "snapshotInstalled", index, term });
}

/** What came of a snapshot that this node, as a leader, was to send. News of an earlier leadership means little, and does no harm. */
export function onSnapshotSent(state: RaftState, { to, index, outcome }: Extract<Input, { type: "snapshotSent" }>): void {
  const progress = state.role.role === "leader" ? state.role.progress.get(to) : undefined;
  if (progress === undefined || progress.state !== "snapshot") return;
  if (outcome === "failed") {
    progress.snapshotFailed(state.now + state.options.snapshotRetryMs);
    return;
  }
  progress.installed(index, state.log.lastIndex);
  state.event({ type: "progressChanged", peer: to, to: progress.state, nextIndex: progress.nextIndex });
}

/** Consequence: whoever needs entries that were dropped is offered a snapshot, unless it might have them after all. */
export function offerSnapshots(state: RaftState, leader: Leader): void {
  const { firstIndex } = state.log;
  for (const progress of leader.progress.values()) {
    const { id: peer, retrySnapshotAt } = progress;
    if (progress.state === "snapshot") {
      // Meanwhile the follower may have got it elsewhere, or be gone: it is asked first.
      const isBack = progress.matchIndex >= state.log.base.index;
      if (!isBack && (retrySnapshotAt === null || state.now < retrySnapshotAt)) continue;
      progress.probeFrom(firstIndex);
    } else if (progress.nextIndex >= firstIndex || !progress.canSend) {
      continue;
    } else if (progress.knowsNext) {
      progress.needSnapshot();
      state.outbox.snapshots.push(peer);
      state.event({ type: "snapshotOffered", to: peer, nextIndex: progress.nextIndex });
    } else {
      progress.probeFrom(firstIndex);
    }
    state.event({ type: "progressChanged", peer, to: progress.state, nextIndex: progress.nextIndex });
  }
}
