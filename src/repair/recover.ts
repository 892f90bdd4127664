import type { Restored } from "../core/api.ts";
import { memberOf } from "../core/members.ts";
import { decodeMembers } from "../core/members-codec.ts";
import { optionDefaults } from "../core/options.ts";
import type { Entry, Index, Member, NodeId } from "../core/types.ts";
import type { Machine } from "../machine/machine.ts";
import { Applier } from "../node/apply/applier.ts";
import { firstTerm, firstTermStore, hasFarTerm, lastMembers, recoveryStore, soleVoter } from "../node/founding/recovery.ts";
import { nodeOptionDefaults } from "../node/ports/options.ts";
import type { Done, StateSnapshot } from "../node/ports/ports.ts";
import { systemPorts } from "../server/node/system-ports.ts";
import { setOwners, setRecovering } from "../storage/directory/marks.ts";
import { type DataDirectory, type DataDirectoryPorts, openForRecovery, readForRecovery } from "../storage/directory/open.ts";
import { type LogSummary, type Verification, verifyDataDirectory } from "../storage/directory/verify.ts";
import { closed } from "../storage/files/closed.ts";
import { giveContentsToOwner } from "../storage/files/durable-files.ts";
import { DataDirectoryError, RecoveryUnfinished, TermMadeUp } from "../storage/files/errors.ts";
import type { Identity } from "../storage/files/identity.ts";

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
  const found = await verifyDataDirectory(directory);
  const problem = found.problems.find((each) => !(each instanceof RecoveryUnfinished || each instanceof TermMadeUp));
  if (problem !== undefined) throw problem;
  if (found.log === null) throw new DataDirectoryError(`In ${directory} there is no log yet, so there is nothing to recover.`);
  return { directory, found, log: found.log };
}

/**
 * Makes the node of a directory that no process uses the only voter of its cluster, and all entries that it has
 * committed ones. One store does it: a new term, and an entry that names the members. Before the directory can be opened as
 * usual again, that entry is applied and the state synced, so that the node never again goes by the members of before. Where
 * no new term is left, another store begins the log again after that entry, and terms with it.
 * It is another life of the cluster from then on, on a disk with another id: if the others live after all, no one obeys the other.
 * @throws DataDirectoryError, NoSurvivor, NotOfThisMachine
 */
export async function recoverDirectory(directory: string, identity: Identity, ports: RecoverPorts): Promise<Recovered> {
  checkSurvivor(directory, await readForRecovery(directory, identity), identity, ports);
  const data = await openForRecovery(directory, identity, ports);
  const { log, state, restored } = data;
  try {
    const before = lastMembers(restored);
    const survivor = survivorOf(restored, identity);
    // An earlier attempt may have come so far.
    const isStored = before.nodes.length === 1 && before.voters.length === 1;
    const isBegun = identity.phase === "recovering" || isStored;
    const renamed = isBegun ? identity : { ...identity, diskId: ports.newDiskId(), incarnationId: ports.newIncarnationId() };
    // Each part is of both disks until the identity names the new one for good, so that a crash finds it to be its own.
    await setOwners(directory, log.stateName, [identity, renamed]);
    await setRecovering(directory, renamed, true);
    const made = isStored ? null : recoveryStore(restored, soleVoter(survivor, before.lastId, renamed));
    if (made !== null) await ended((done) => log.store(made, done));
    const entries = inFirstTerm(restored, [...restored.entries, ...(made?.entries ?? [])]);
    await apply(data, entries, ports);
    await ended((done) => state.sync((error) => done(error)));
    if (hasFarTerm(restored)) await beginTermsAnew(data, survivor.id);
    await setOwners(directory, log.stateName, [renamed]);
    // The life that begins here begins with this node alone.
    await setRecovering(directory, { ...renamed, bootstrap: [{ ...survivor, diskId: renamed.diskId }] }, false);
    const last = entries.at(-1) ?? restored.base;
    const left = identity.phase === "recovering" ? othersBefore(data) : others(before.nodes, identity.nodeId);
    const term = hasFarTerm(restored) ? firstTerm : (made?.hardState?.term ?? restored.hardState?.term ?? last.term);
    return { survivor, left, lastIndex: last.index, term };
  } finally {
    await closed(log);
    await closed(state);
    await giveContentsToOwner(directory);
  }
}

/** The last entry, after which the log is to begin, is of the first term where terms begin again. */
function inFirstTerm(restored: Restored, entries: readonly Entry[]): readonly Entry[] {
  const last = entries.at(-1);
  return last === undefined || !hasFarTerm(restored) ? entries : [...entries.slice(0, -1), { ...last, term: firstTerm }];
}

async function beginTermsAnew({ log, state }: DataDirectory, voter: NodeId): Promise<void> {
  const snapshot = await new Promise<StateSnapshot | null>((resolve, reject) =>
    state.openSnapshot((error, opened) => (error === null ? resolve(opened) : reject(error))),
  );
  if (snapshot === null) return;
  snapshot.close();
  await ended((done) => log.store(firstTermStore(voter, log.stateName, snapshot.meta), done));
}

/** All that speaks against a recovery is looked at before anything is changed. */
function checkSurvivor(directory: string, restored: Restored, identity: Identity, { isCommand }: RecoverPorts): void {
  survivorOf(restored, identity);
  const commands = waiting(restored, restored.entries).filter(({ kind }) => kind === "command");
  const strange = commands.find(({ data }) => isCommand?.(data) === false);
  if (strange !== undefined) throw new NotOfThisMachine(directory, strange.index);
}

function survivorOf(restored: Restored, identity: Identity): Member {
  const survivor = memberOf(lastMembers(restored), identity.nodeId);
  if (survivor === undefined) throw new NoSurvivor(identity);
  return survivor;
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

function waiting({ appliedIndex }: Restored, entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ index }) => index > appliedIndex);
}

/** Has the machine take in all entries that it has not seen yet, and resolves once that is written. */
function apply(data: DataDirectory, entries: readonly Entry[], { clock, machine }: RecoverPorts): Promise<void> {
  const { state } = data;
  const queue = waiting(data.restored, entries);
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
