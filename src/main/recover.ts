import type { Store } from "../core/api.ts";
import { memberOf, noMembers } from "../core/members.ts";
import { decodeMembers, encodeMembers } from "../core/members-codec.ts";
import { optionDefaults } from "../core/options.ts";
import type { Entry, Member, Members, NodeId } from "../core/types.ts";
import type { Machine } from "../machine/machine.ts";
import { Applier } from "../node/applier.ts";
import { nodeOptionDefaults } from "../node/options.ts";
import type { Done } from "../node/ports.ts";
import type { Identity } from "../storage/identity.ts";
import { closed, type DataDirectory, type DataDirectoryPorts, openForRecovery, setRecovering } from "../storage/open.ts";

export interface RecoverPorts extends DataDirectoryPorts {
  /** What is replicated. */
  readonly machine: Machine;
}

export interface Recovered {
  /** Who took part before, and does no more. */
  readonly left: readonly NodeId[];
  /** The log's end now, all of it committed: the entry that makes this node the only voter. */
  readonly lastIndex: number;
  readonly term: number;
}

/**
 * Ids that are left out when a cluster is recovered. The survivor cannot know of nodes that were added after its log ends;
 * with their ids passed over they are taken for nodes that were removed, and refused.
 */
export const idsPassedOver = 100;

/** This node's log says that it is no member, so it cannot speak for the cluster. */
export class NoSurvivor extends Error {
  constructor({ nodeId }: Identity) {
    super(`By its own log node ${nodeId} is no member of the cluster. Recover from another survivor.`);
    this.name = "NoSurvivor";
  }
}

/**
 * Makes the node of a directory that no process uses the only voter of its cluster, and all entries that it has
 * committed ones. One store does it: a new term, and an entry that names the members. Before the directory can be opened as
 * usual again, that entry is applied and the state synced, so that the node never again goes by the members of before.
 * @throws DataDirectoryError, NoSurvivor
 */
export async function recoverCluster(directory: string, identity: Identity, ports: RecoverPorts): Promise<Recovered> {
  const data = await openForRecovery(directory, identity, ports);
  const { log, state, restored } = data;
  try {
    const before = membersOf(data);
    const left = before.nodes.map(({ id }) => id).filter((id) => id !== identity.nodeId);
    const self = memberOf(before, identity.nodeId);
    if (self === undefined) throw new NoSurvivor(identity);
    await setRecovering(directory, identity, true);
    // An earlier attempt may have come so far.
    const isStored = left.length === 0 && before.voters.length === 1;
    const made = isStored ? null : storeOf(data, soleVoter(self, before.lastId, identity));
    if (made !== null) await ended((done) => log.store(made, done));
    const entries = [...restored.entries, ...(made?.entries ?? [])];
    await apply(data, entries, ports);
    await ended((done) => state.sync((error) => done(error)));
    await setRecovering(directory, identity, false);
    const last = entries.at(-1) ?? restored.base;
    return { left, lastIndex: last.index, term: made?.hardState?.term ?? restored.hardState?.term ?? last.term };
  } finally {
    await closed(log);
    await closed(state);
  }
}

/** The members in force: those of the last entry that names any, committed or not. */
function membersOf({ restored: { entries, members } }: DataDirectory): Members {
  const named = entries.findLast(({ kind, index }) => kind === "members" && index > members.index);
  return named === undefined ? members.members : decodeMembers(named.data);
}

function soleVoter(self: Member, lastId: NodeId, { nodeId, diskId }: Identity): Members {
  return { ...noMembers, voters: [nodeId], nodes: [{ ...self, diskId }], lastId: lastId + idsPassedOver };
}

/** As if this node had been elected by itself alone, in a term of its own, and had appended these members. */
function storeOf({ restored: { hardState, base, entries } }: DataDirectory, members: Members): Store {
  const last = entries.at(-1) ?? base;
  const [lastIndex, lastTerm] = [last.index + 1, (hardState?.term ?? 0) + 1];
  const entry: Entry = { index: lastIndex, term: lastTerm, kind: "members", time: last.time, data: encodeMembers(members) };
  const [voter = null] = members.voters;
  return { hardState: { term: lastTerm, votedFor: voter }, entries: [entry], base: null, snapshot: null, lastIndex, lastTerm };
}

/** Has the machine take in all entries that it has not seen yet, and resolves once that is written. */
function apply({ state, restored }: DataDirectory, entries: readonly Entry[], ports: RecoverPorts): Promise<void> {
  const { clock, machine } = ports;
  const waiting = entries.filter(({ index }) => index > restored.appliedIndex);
  const last = waiting.at(-1);
  if (last === undefined) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const core = { ...optionDefaults, id: 1, seed: 0 };
    const onApplied = () => {
      if (applier.appliedIndex >= last.index) resolve();
    };
    const applier = new Applier({ ...nodeOptionDefaults, core }, { clock, machine, state, onApplied, onFailed: reject });
    applier.add(waiting);
  });
}

function ended(call: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => call((error) => (error === null ? resolve() : reject(error))));
}
