import type { Store } from "../../core/api.ts";
import { memberOf, noMembers } from "../../core/members.ts";
import { decodeMembers, encodeMembers } from "../../core/members-codec.ts";
import { optionDefaults } from "../../core/options.ts";
import type { Entry, Index, Member, Members, NodeId } from "../../core/types.ts";
import type { Machine } from "../../machine/machine.ts";
import { Applier } from "../../node/applier.ts";
import { nodeOptionDefaults } from "../../node/options.ts";
import type { Done } from "../../node/ports.ts";
import { DataDirectoryError, RecoveryUnfinished } from "../../storage/errors.ts";
import type { Identity } from "../../storage/identity.ts";
import { closed, type DataDirectory, type DataDirectoryPorts, openForRecovery, setRecovering } from "../../storage/open.ts";
import { type LogSummary, type Verification, verifyDataDirectory } from "../../storage/verify.ts";
import { systemPorts } from "../system-ports.ts";

export interface RecoverPorts extends DataDirectoryPorts {
  /** What is replicated. */
  readonly machine: Machine;
  /** Whether the machine can read a command; left out, it is trusted to read all. */
  readonly isCommand?: (command: Uint8Array) => boolean;
}

/** A node that is the only voter of its cluster now. */
export interface Recovered {
  readonly survivor: Member;
  /** Who took part before, and does no more. */
  readonly left: readonly Member[];
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

/** The log holds commands that the machine cannot read: they would be passed over without a word. */
export class NotOfThisMachine extends Error {
  constructor(directory: string, index: Index) {
    super(
      `Entry ${index} of the log in ${directory} is no command of the key-value map, so it would be lost. Nothing was changed. ` +
        `If the cluster replicates a machine of its own, recover it with recoverCluster() in a program that has that machine; ` +
        `if a newer version of this program wrote the entry, recover with that version.`,
    );
    this.name = "NotOfThisMachine";
  }
}

/**
 * What `balsa cluster recover --force` does, for a cluster that replicates a machine of its own: of a cluster that has
 * lost its majority for good, it makes the node of this data directory the only voter. Writes that were acknowledged
 * without this node are lost. The node must be stopped. First look at all survivors by that command without `--force`: it tells which one
 * has the most, and changes nothing. It may be interrupted, and then must be called again.
 * @throws DataDirectoryError if anything in the directory is damaged, or a majority had another state; NoSurvivor
 */
export async function recoverCluster(dataDir: string, machine: Machine): Promise<Recovered> {
  const { found } = await readSurvivor(dataDir);
  return recoverDirectory(dataDir, found.identity, { ...systemPorts(), machine });
}

/** One survivor of a cluster that is to be recovered. */
export interface Survivor {
  readonly directory: string;
  readonly found: Verification;
  readonly log: LogSummary;
}

/** Reads all of a survivor's data, and changes nothing. @throws DataDirectoryError if anything in it is damaged, or a majority had another state */
export async function readSurvivor(directory: string): Promise<Survivor> {
  const found = await verifyDataDirectory(directory, systemPorts());
  const problem = found.problems.find((each) => !(each instanceof RecoveryUnfinished));
  if (problem !== undefined) throw problem;
  if (found.log === null) throw new DataDirectoryError(`In ${directory} there is no log yet, so there is nothing to recover.`);
  return { directory, found, log: found.log };
}

/**
 * Makes the node of a directory that no process uses the only voter of its cluster, and all entries that it has
 * committed ones. One store does it: a new term, and an entry that names the members. Before the directory can be opened as
 * usual again, that entry is applied and the state synced, so that the node never again goes by the members of before.
 * Its disk gets another id: if the others live after all, to them it is one that was replaced.
 * @throws DataDirectoryError, NoSurvivor, NotOfThisMachine
 */
export async function recoverDirectory(directory: string, identity: Identity, ports: RecoverPorts): Promise<Recovered> {
  const data = await openForRecovery(directory, identity, ports);
  const { log, state, restored } = data;
  try {
    const before = membersOf(data);
    const survivor = memberOf(before, identity.nodeId);
    if (survivor === undefined) throw new NoSurvivor(identity);
    const strange = waiting(data, restored.entries).find(
      ({ kind, data: bytes }) => kind === "command" && ports.isCommand?.(bytes) === false,
    );
    if (strange !== undefined) throw new NotOfThisMachine(directory, strange.index);
    // An earlier attempt may have come so far.
    const isStored = before.nodes.length === 1 && before.voters.length === 1;
    const isBegun = identity.phase === "recovering" || isStored;
    const renamed = isBegun ? identity : { ...identity, diskId: ports.newDiskId() };
    await setRecovering(directory, renamed, true);
    const made = isStored ? null : storeOf(data, soleVoter(survivor, before.lastId, renamed));
    if (made !== null) await ended((done) => log.store(made, done));
    const entries = [...restored.entries, ...(made?.entries ?? [])];
    await apply(data, entries, ports);
    await ended((done) => state.sync((error) => done(error)));
    await setRecovering(directory, renamed, false);
    const last = entries.at(-1) ?? restored.base;
    const left = identity.phase === "recovering" ? othersBefore(data) : others(before.nodes, identity.nodeId);
    return { survivor, left, lastIndex: last.index, term: made?.hardState?.term ?? restored.hardState?.term ?? last.term };
  } finally {
    await closed(log);
    await closed(state);
  }
}

function others(nodes: readonly Member[], self: NodeId): readonly Member[] {
  return nodes.filter(({ id }) => id !== self);
}

/** The last ones that are named besides this node, when a recovery that was begun may have left it alone already. */
function othersBefore({ identity, restored: { entries, members } }: DataDirectory): readonly Member[] {
  const named = entries.filter(({ kind }) => kind === "members").map(({ data }) => decodeMembers(data).nodes);
  const all = [identity.bootstrap, members.members.nodes, ...named].map((nodes) => others(nodes, identity.nodeId));
  return all.findLast((nodes) => nodes.length > 0) ?? [];
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

function waiting({ restored }: DataDirectory, entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ index }) => index > restored.appliedIndex);
}

/** Has the machine take in all entries that it has not seen yet, and resolves once that is written. */
function apply(data: DataDirectory, entries: readonly Entry[], { clock, machine }: RecoverPorts): Promise<void> {
  const { state } = data;
  const queue = waiting(data, entries);
  const last = queue.at(-1);
  if (last === undefined) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const core = { ...optionDefaults, id: 1, seed: 0 };
    const onApplied = () => {
      if (applier.appliedIndex >= last.index) resolve();
    };
    const applier = new Applier({ ...nodeOptionDefaults, core }, { clock, machine, state, onApplied, onFailed: reject });
    applier.add(queue);
  });
}

function ended(call: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => call((error) => (error === null ? resolve() : reject(error))));
}
