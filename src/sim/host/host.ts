import type { Restored, Store, View } from "../../core/api.ts";
import type { PeerMessage } from "../../core/messages.ts";
import type { Options } from "../../core/options.ts";
import type { Index, Members, Millis, NodeId } from "../../core/types.ts";
import { kvMachine } from "../../machine/kv.ts";
import { type SessionLimits, withSessions } from "../../machine/sessions.ts";
import { Node } from "../../node/node.ts";
import type { NodeEvent } from "../../node/ports/node-events.ts";
import { NotAMember } from "../../node/ports/not-a-member.ts";
import type { NodeOptions } from "../../node/ports/options.ts";
import { CallTakers } from "../../node/ports/peer-calls.ts";
import type { Outcome, TransportHandler } from "../../node/ports/ports.ts";
import { forward } from "../../node/requests/requests.ts";
import type { EventQueue } from "../base/event-queue.ts";
import { type Effect, Life, type LifeWatcher } from "../base/life.ts";
import type { Random } from "../base/random.ts";
import type { Trace } from "../base/trace.ts";
import type { WatchedMachine } from "../checks/apply-checks.ts";
import type { Checks } from "../checks/checks.ts";
import type { Drive } from "../disks/drive.ts";
import type { LogDisk } from "../disks/log-disk.ts";
import { SimLog } from "../disks/sim-log.ts";
import { SimState } from "../disks/sim-state.ts";
import type { StateDisk } from "../disks/state-disk.ts";
import type { Network, Station } from "../net/network.ts";
import { SimClock } from "./sim-clock.ts";
import { SimTransport } from "./sim-transport.ts";

export interface HostOptions {
  readonly id: NodeId;
  readonly diskId: string;
  readonly incarnationId: string;
  readonly node: Omit<NodeOptions, "core">;
  readonly core: Omit<Options, "id" | "seed">;
  /** Those the cluster begins with. */
  readonly members: Members;
  readonly sessions: SessionLimits;
  /** The clock of each life runs at some rate between these. */
  readonly clockRateMin: number;
  readonly clockRateMax: number;
  /** Longest turn of the event loop, in ms. */
  readonly turnMsMax: Millis;
}

export interface HostPorts {
  readonly queue: EventQueue;
  readonly network: Network;
  readonly checks: Checks;
  readonly trace: Trace;
  readonly random: Random;
  readonly drive: Drive;
  readonly log: LogDisk;
  readonly state: StateDisk;
  /** The process is down, and its disk as the crash left it. */
  readonly onDown: (host: Host) => void;
}

/** All that belongs to the present life of a host. */
export interface Process extends Station {
  readonly node: Node;
  readonly state: SimState;
  readonly clock: SimClock;
  readonly machine: WatchedMachine;
  readonly transport: SimTransport;
  /** Its node can know what changed after this index, but nothing before. */
  historyFrom: Index;
  hasStopped: boolean;
}

/** Longest time a failed process takes to be gone, in ms. */
const exitMsMax = 20;

/** One machine of the virtual cluster: its disk, and the process that runs the real node on it, if one is up. */
export class Host implements LifeWatcher {
  readonly id: NodeId;
  readonly state: StateDisk;
  readonly drive: Drive;
  readonly log: LogDisk;
  /** Names its disk; a wiped one gets another name. */
  readonly diskId: string;
  /** How often each kind of event was heard of its nodes. */
  readonly events = new Map<NodeEvent["type"], number>();
  readonly #options: HostOptions;
  readonly #ports: HostPorts;
  #lives = 0;
  #turns = 0;
  #comparisons = 0;
  #isLost = false;
  #isRetired = false;
  #process: Process | null = null;

  constructor(options: HostOptions, ports: HostPorts) {
    this.id = options.id;
    this.diskId = options.diskId;
    this.#options = options;
    this.#ports = ports;
    this.drive = ports.drive;
    this.log = ports.log;
    this.state = ports.state;
  }

  /** How many processes have run here. */
  get lives(): number {
    return this.#lives;
  }

  /** Turns of all its processes that are over, and of the present one. */
  get turns(): number {
    return this.#turns + (this.#process?.node.figures.turns ?? 0);
  }

  /** Rounds in which its nodes have compared their state with that of others. */
  get comparisons(): number {
    return this.#comparisons + (this.#process?.node.figures.compared ?? 0);
  }

  /** Its node has said that the cluster goes on without it. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** Null while the host is down. */
  get process(): Process | null {
    return this.#process;
  }

  start(): void {
    if (this.#process !== null || this.#isLost) return;
    const { queue, checks, random, trace, network } = this.#ports;
    this.#lives += 1;
    const life = new Life(this.id, this.#lives, this);
    this.#checkDisk();
    trace.note("text", this.id, `starts life ${life.number}, log up to ${this.log.lastIndex}, applied ${this.state.appliedIndex}`);
    const log = new SimLog(this.log, this.drive, queue, life, { onStoreBegun: (store) => this.#onStoreBegun(life, store) }, random);
    const machine = withSessions(kvMachine, this.#options.sessions);
    const watched = checks.applies.watch(machine, life, this.log, this.state.appliedIndex, () => this.#look(life));
    const state = this.#openState(life, watched);
    const clock = this.#newClock(life);
    const { id, diskId } = this;
    const { incarnationId } = this.#options;
    const transport = new SimTransport({
      id,
      diskId,
      incarnationId,
      life,
      network,
      onSend: (message) => this.#onSend(life, message),
    });
    try {
      const node = new Node(this.#nodeOptions(), this.#restored(), {
        log,
        state,
        machine: watched,
        transport,
        clock,
        onEvent: (event, view) => this.#onEvent(event, view),
        onStopped: (why) => this.#onStopped(life, why),
        onClosed: () => undefined,
      });
      this.#process = this.#newProcess({
        life,
        node,
        state,
        clock,
        machine: watched,
        transport,
        historyFrom: this.state.appliedIndex,
      });
      checks.onStart(life, node.view);
      node.onPeerDisk(id, diskId);
      node.start();
    } catch (error) {
      checks.fail(`Node ${this.id} did not start: ${String(error)}.`);
    }
  }

  /** The process is gone from one moment to the next: killed, or without power. */
  crash(why: string): void {
    const { trace, random, onDown } = this.#ports;
    if (this.#process === null) return;
    trace.note("text", this.id, `is down: ${why}`);
    this.#turns += this.#process.node.figures.turns;
    this.#comparisons += this.#process.node.figures.compared;
    this.#process.life.end();
    this.#process = null;
    this.log.crash(random);
    this.state.crash(random);
    onDown(this);
  }

  /** Its disk is gone, and it with it. What is kept of that disk here is what others were promised. */
  lose(): void {
    this.#isLost = true;
    this.#ports.trace.note("text", this.id, "loses its disk for good");
    this.crash("its disk is lost");
  }

  /** A crash that was armed will not happen. */
  disarm(): void {
    this.#process?.life.armCrash(Number.POSITIVE_INFINITY);
  }

  /** SIGTERM. */
  stop(): void {
    const process = this.#process;
    process?.life.run(() => process.node.stop());
  }

  /** SIGSTOP. */
  pause(): void {
    this.#ports.trace.note("text", this.id, "is held");
    this.#process?.life.pause();
  }

  /** SIGCONT. */
  resume(timersFirst: boolean): void {
    this.#ports.trace.note("text", this.id, "goes on");
    this.#process?.life.resume(timersFirst);
  }

  onStep(life: Life): void {
    this.#look(life);
    if (life.failed && this.#process?.life === life && !this.#process.hasStopped)
      this.#ports.checks.fail(`Node ${this.id} goes on although its disk has failed.`);
  }

  onArmedCrash(life: Life): void {
    if (this.#process?.life === life) this.crash("killed in the middle of a turn");
  }

  onLateEffect(_life: Life, what: Effect): void {
    if (what !== "answer") this.#ports.checks.fail(`Node ${this.id} does a ${what} after its disk has failed.`);
  }

  #onEvent(event: NodeEvent, view: View): void {
    this.events.set(event.type, (this.events.get(event.type) ?? 0) + 1);
    this.#ports.trace.noteEvent(event, view);
    this.#ports.checks.onEvent(this.id, event);
  }

  #onStoreBegun(life: Life, store: Store): void {
    this.#look(life);
    this.#ports.checks.onStoreBegun(life, this.log, store);
  }

  /** The checks learn what the node knows before they learn what it does. */
  #look(life: Life): void {
    const process = this.#process;
    if (process?.life === life) this.#ports.checks.onView(life, process.node.view);
  }

  #newProcess(parts: Omit<Process, "hasStopped" | "handler">): Process {
    const { life, node } = parts;
    const shell: TransportHandler = node;
    const checked = new CallTakers().on(forward, (command, done, from) =>
      shell.onAsk(from, forward, command, (outcome) => {
        this.checkOutcome(life, command, outcome);
        done(outcome);
      }),
    );
    return {
      ...parts,
      hasStopped: false,
      handler: {
        onMessage: (message) => shell.onMessage(message),
        onAsk: (from, call, question, done) => {
          if (!checked.give(from, call, question, done)) shell.onAsk(from, call, question, done);
        },
        onPeerDisk: (id, diskId) => shell.onPeerDisk(id, diskId),
        onRefused: (by, reason, why) => shell.onRefused(by, reason, why),
      },
    };
  }

  /** What the log says is the state must be there, and go as far as the log has dropped entries. */
  #checkDisk(): void {
    const { checks } = this.#ports;
    if (!this.state.open(this.log.stateName)) checks.fail(`Node ${this.id} has no state ${this.log.stateName} on its disk.`);
    if (this.state.appliedIndex < this.log.base.index) {
      checks.fail(`Node ${this.id} has a state up to ${this.state.appliedIndex}, and a log from ${this.log.base.index} on.`);
    }
  }

  #openState(life: Life, machine: WatchedMachine): SimState {
    const { queue, checks, random } = this.#ports;
    const watcher = {
      onStateWritten: () => checks.applies.onWritten(life, this.state, machine),
      onSwitched: () => {
        if (this.#process?.life === life) this.#process.historyFrom = this.state.appliedIndex;
        checks.applies.onSwitched(life, this.state, machine);
      },
      onMisuse: (what: string) => checks.fail(`Node ${this.id}: ${what}.`),
    };
    return new SimState(
      { disk: this.state, nameInLog: () => this.log.stateName, drive: this.drive, queue, life, watcher, random },
      this.#options.members,
    );
  }

  #restored(): Restored {
    const { hardState, base, entries } = this.log;
    const { index: appliedIndex, members, membersIndex } = this.state.active.point;
    const known = { index: membersIndex, members: members ?? this.#options.members };
    return { hardState, base, entries: entries.slice(), appliedIndex, members: known };
  }

  #onSend(life: Life, message: PeerMessage): void {
    this.#look(life);
    this.#ports.checks.onSend(life, message);
  }

  /** What every answer to a client, or to another node for one, must keep to. */
  checkOutcome(life: Life, command: Uint8Array, outcome: Outcome): void {
    if (outcome.type !== "done" || !life.alive) return;
    const { checks } = this.#ports;
    if (life.failed) checks.fail(`Node ${this.id} acknowledges entry ${outcome.index} after its disk has failed.`);
    checks.applies.onAcknowledged(outcome.index, command);
  }

  #nodeOptions(): NodeOptions {
    const { core, node, id } = this.#options;
    return { ...node, core: { ...core, id, seed: this.#ports.random.bits() } };
  }

  #newClock(life: Life): SimClock {
    const { random, queue } = this.#ports;
    const { clockRateMin, clockRateMax, turnMsMax } = this.#options;
    const options = { startsAt: random.within(0, 1e6), rate: random.within(clockRateMin, clockRateMax), turnMsMax };
    return new SimClock(options, queue, life, random);
  }

  #onStopped(life: Life, why: Error | null): void {
    const { checks, queue, random } = this.#ports;
    if (!life.alive) return;
    if (this.#process?.life === life) this.#process.hasStopped = true;
    if (why instanceof NotAMember) this.#isRetired = true;
    else if (why !== null && !life.failed) checks.fail(`Node ${this.id} stopped by itself: ${why.message}`);
    const exit = () => {
      if (this.#process?.life === life) this.crash(why === null ? "stopped in order" : why.message);
    };
    queue.add(queue.now + random.within(0, exitMsMax), exit);
  }
}
