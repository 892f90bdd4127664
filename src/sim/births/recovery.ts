import { bootstrapMembers, memberOf } from "../../core/members.ts";
import type { Entry } from "../../core/types.ts";
import { kvMachine } from "../../machine/kv.ts";
import { recordKey } from "../../machine/kv-records.ts";
import type { Records } from "../../machine/machine.ts";
import { type SessionLimits, withSessions } from "../../machine/sessions.ts";
import { lastMembers, recoveryStore, soleVoter } from "../../node/founding/recovery.ts";
import type { EventQueue } from "../base/event-queue.ts";
import { nameOf, StateDisk } from "../disks/state-disk.ts";
import { readOutcome } from "../load/client-requests.ts";
import { keys } from "./callers.ts";
import { Era } from "./era.ts";
import type { Place } from "./place.ts";

export interface RecoveryPorts {
  readonly queue: EventQueue;
  readonly sessions: SessionLimits;
  readonly onEra: (era: Era) => void;
  readonly newName: (what: "disk" | "incarnation") => string;
}

/**
 * Makes the node of a directory, which is down, a cluster of its own in another incarnation; false if it is one already.
 * What it has is the past of that incarnation, and its state is rebuilt from its log.
 */
export function recoverPlace(place: Place, { queue, sessions, onEra, newName }: RecoveryPorts): boolean {
  const { birth, log } = place.directory;
  if (birth === null) return false;
  const members = { index: 0, members: bootstrapMembers(birth.members, birth.incarnationId) };
  const { hardState, base, entries } = log;
  const restored = { hardState, base, entries, appliedIndex: 0, members };
  const before = lastMembers(restored);
  const survivor = memberOf(before, place.id);
  if (survivor === undefined || before.nodes.length === 1) return false;
  const renamed = { diskId: newName("disk"), incarnationId: newName("incarnation") };
  const store = recoveryStore(restored, soleVoter(survivor, before.lastId, renamed));
  const recovered = { incarnationId: renamed.incarnationId, members: [{ ...survivor, diskId: renamed.diskId }] };
  const era = new Era(renamed.incarnationId, bootstrapMembers(recovered.members, renamed.incarnationId));
  const past = [...entries, ...store.entries];
  era.inherit(past, store.lastTerm, valuesOf(past, sessions), queue.now);
  onEra(era);
  const directory = { diskId: renamed.diskId, birth: recovered, log: log.copy(), state: new StateDisk() };
  place.putBack(directory);
  directory.log.begin(store);
  directory.log.end(true);
  return true;
}

/** What the keys hold once all entries are applied. */
function valuesOf(entries: readonly Entry[], sessions: SessionLimits): ReadonlyMap<string, string | null> {
  const machine = withSessions(kvMachine, sessions);
  const records = new Map<string, Uint8Array>();
  const open: Records = {
    get: (key) => records.get(nameOf(key)),
    put: (key, value) => void records.set(nameOf(key), value),
    delete: (key) => void records.delete(nameOf(key)),
  };
  for (const { kind, index, time, data } of entries) if (kind === "command") machine.apply({ index, time }, data, open);
  return new Map(
    keys.map((key) => {
      const { outcome } = readOutcome(records.get(nameOf(recordKey(key))));
      return [key, outcome.type === "read" ? outcome.value : null];
    }),
  );
}
