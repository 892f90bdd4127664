import type { Output, Restored, View } from "../core/api.ts";
import { createRaft } from "../core/raft.ts";
import type { Index, MembersChange, Millis, NodeId } from "../core/types.ts";
import type { Machine } from "../machine/machine.ts";
import { Applier } from "./apply/applier.ts";
import type { Applied } from "./apply/batch.ts";
import { DigestWatch } from "./duties/digest-watch.ts";
import { LeaderDuties } from "./duties/leader-duties.ts";
import { Leaving } from "./duties/leaving.ts";
import { MembershipWatch } from "./duties/membership-watch.ts";
import { PeerBook } from "./duties/peer-book.ts";
import type { NodeEvent } from "./ports/node-events.ts";
import type { NodeOptions } from "./ports/options.ts";
import type { Clock, LogStorage, MachineStorage, Outcome, Transport } from "./ports/ports.ts";
import { type ChangeOutcome, Operations, type TransferOutcome } from "./requests/operations.ts";
import { Refusals } from "./requests/refusals.ts";
import { Requests } from "./requests/requests.ts";
import { Stages } from "./requests/stages.ts";
import { Tickets } from "./requests/tickets.ts";
import { Waiting } from "./requests/waiting.ts";
import { Snapshots } from "./snapshots/snapshots.ts";
import { Stores } from "./turn/stores.ts";
import { Sweeper } from "./turn/sweeper.ts";
import { Turns } from "./turn/turns.ts";
import { ChangeFeed } from "./watch/change-feed.ts";

export interface NodePorts {
  readonly log: LogStorage;
  readonly state: MachineStorage;
  readonly machine: Machine;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Takes the turn it is given; left out, as soon as the clock says. */
  readonly nextTurn?: (turn: () => void) => void;
  readonly onEvent: (event: NodeEvent, view: View) => void;
  /** Called once: null after `stop`; NotAMember if the cluster goes on without this node; else what failed. */
  readonly onStopped: (why: Error | null) => void;
  /** Called once, the last of all: log and state are closed, whether the node was stopped or has failed. */
  readonly onClosed: () => void;
}

/** What the node does when its parts call. */
export interface NodeHandlers {
  /** Does what the core asks for. `before` is what the core was before this turn, which began at `at`. */
  readonly carryOut: (output: Output, before: View, at: Millis) => void;
  /** A batch is applied and written; in log order. */
  readonly onApplied: (batch: readonly Applied[]) => void;
  /** The staged state of this name is the state now, which has jumped to this index. */
  readonly onInstalled: (name: string, index: Index) => void;
  /** A broken invariant, a failed write or a broken machine: the node must stop. */
  readonly onFailed: (error: Error) => void;
  readonly submit: (command: Uint8Array, timeoutMs: Millis, done: (outcome: Outcome) => void) => void;
  readonly changeMembers: (change: MembersChange, timeoutMs: Millis, done: (outcome: ChangeOutcome) => void) => void;
  readonly transfer: (to: NodeId | null, timeoutMs: Millis, done: (outcome: TransferOutcome) => void) => void;
}

/** The parts of a node. */
export type NodeParts = ReturnType<typeof assemble>;

/**
 * Makes the parts of a node, and gives to each what it needs of the world, of the others, and of the node.
 * @throws InvariantBroken if what was found on disk cannot be
 */
export function assemble(options: NodeOptions, restored: Restored, ports: NodePorts, node: NodeHandlers) {
  const { clock, log, machine, state, transport } = ports;
  const { onFailed, submit, changeMembers } = node;
  const turns = new Turns(createRaft(options.core, restored), {
    clock,
    nextTurn: ports.nextTurn ?? ((turn) => clock.soon(turn)),
    carryOut: node.carryOut,
    onBroken: onFailed,
  });
  const view = () => turns.view;
  const now = () => clock.now();
  const enqueue = turns.enqueue.bind(turns);
  const onEvent = (event: NodeEvent) => ports.onEvent(event, turns.view);

  const applier = new Applier(options, { clock, machine, state, onApplied: node.onApplied, onFailed });
  const stores = new Stores({
    log,
    state,
    pauseFor: (install) => applier.pauseFor(install),
    onInstalled: (name, { index }) => node.onInstalled(name, index),
    onStored: (lastIndex) => waiting.onStored(lastIndex),
    enqueue,
    onFailed,
  });
  const changes = new ChangeFeed(options, clock, state.point.index);

  const tickets = new Tickets(enqueue);
  const stages = new Stages(clock);
  const waiting = new Waiting(stages);
  const appliedIndex = () => applier.appliedIndex;
  const requests = new Requests(options, { transport, waiting, now, view, appliedIndex, tickets, stages });
  const operations = new Operations(options, { view, now, waiting, tickets });
  const sweeper = new Sweeper({
    clock,
    isOpen: () => requests.openCount + operations.openCount > 0,
    sweep: (at) => {
      requests.sweep(at);
      requests.routeParked();
      operations.sweep(at);
    },
  });
  const refusals = new Refusals(clock);

  const digests = new DigestWatch(options, { clock, state, transport, view, onEvent, onFailed });
  const whyNotLed = turns.whyNotLed.bind(turns);
  const maySend = () => !digests.isDoubtful;
  const snapshotsPorts = { clock, state, transport, view, whyNotLed, enqueue, tickets, maySend, onEvent, onFailed };
  const snapshots = new Snapshots(options, snapshotsPorts, restored.entries);
  const housekeeping = machine.housekeeping ?? null;
  const duties = new LeaderDuties(options, { clock, view, state, housekeeping, submit, changeMembers, onFailed });
  const membership = new MembershipWatch();
  const peers = new PeerBook({ self: options.core.id, committed: restored.members.members }, transport);
  const leaving = new Leaving(options.leaveMs, {
    clock,
    view,
    transfer: (timeoutMs, done) => node.transfer(null, timeoutMs, done),
    openCount: () => requests.openCount + operations.underWayCount,
  });

  return {
    ...{ turns, applier, stores, changes, tickets, stages, waiting, requests, operations, sweeper, refusals },
    ...{ digests, snapshots, duties, membership, peers, leaving },
  };
}
