import type { View } from "../core/api.ts";
import type { Event } from "../core/events.ts";
import type { Index, Millis, NodeId } from "../core/types.ts";
import type { Machine } from "../machine/machine.ts";
import type { Outcome } from "../node/ports.ts";
import { ReadRefused } from "../node/read-refused.ts";
import type { DataDirectory } from "../storage/open.ts";
import type { Config } from "./config.ts";
import type { DiskUsage } from "./disk-usage.ts";
import type { Log } from "./log.ts";
import { NodeError } from "./node-error.ts";
import { NodeServer } from "./node-server.ts";
import { packageVersion } from "./version.ts";

/** What a command came to. */
export interface Submitted {
  /** Log index of the command. */
  readonly index: Index;
  /** What the machine answered. */
  readonly result: Uint8Array;
}

export interface RequestOptions {
  /** How long to wait for the outcome, in ms. */
  readonly timeoutMs?: Millis;
}

export interface ReadRecordsOptions extends RequestOptions {
  /** Read what this node has at once, which may be old. */
  readonly local?: boolean;
}

export interface EmbeddedPorts {
  readonly machine: Machine;
  readonly serves: "map" | "operators" | "nobody";
  readonly data: DataDirectory;
  readonly log: Log;
  readonly diskUsage: DiskUsage;
  readonly onEvent: (event: Event, view: View) => void;
}

const timeoutMsDefault = 5_000;
/** A node that is told to stop has closed everything so long after its own limits, in ms, or its disk hangs. */
const closeMsMax = 10_000;

/** One node of a cluster inside a program of one's own; made by `createNode`. */
export class BalsaNode {
  readonly id: NodeId;
  /** Resolves once the node has stopped; rejects as soon as it fails, after which it does nothing more but close (see `stop`). */
  readonly stopped: Promise<void>;
  readonly #server: NodeServer;
  readonly #stopMsMax: Millis;
  readonly #state: DataDirectory["state"];
  readonly #diskUsage: DiskUsage;

  /** Use `createNode`. */
  constructor(config: Config, { data, log, diskUsage, machine, serves, onEvent }: EmbeddedPorts) {
    this.id = config.id;
    this.#stopMsMax = config.node.leaveMs + closeMsMax;
    this.#state = data.state;
    this.#diskUsage = diskUsage;
    let settle: (why: Error | null) => void = () => undefined;
    this.stopped = new Promise((resolve, reject) => {
      settle = (why) => (why === null ? resolve() : reject(why));
    });
    // Whoever does not look at it has decided not to; a rejection that nobody hears would end the whole program.
    this.stopped.catch(() => undefined);
    const onStopped = (why: Error | null) => {
      diskUsage.stop();
      settle(why);
    };
    const ports = { data, log, diskUsage, machine, serves, onEvent, onStopped, version: packageVersion() };
    this.#server = new NodeServer(config, ports);
  }

  /** What this node knows: its role and term, who leads, how far its log goes, who the members are. */
  get view(): View {
    return this.#server.node.view;
  }

  /** Opens the ports and takes part in the cluster. Called by `createNode`. */
  start(): Promise<void> {
    this.#diskUsage.start();
    return this.#server.start();
  }

  /**
   * Runs a command of the machine wherever the leader is: resolves once it is on the disks of a majority and applied.
   * @throws NodeError whose `mayHaveHappened` tells whether the command surely did nothing
   */
  submit(command: Uint8Array, { timeoutMs = timeoutMsDefault }: RequestOptions = {}): Promise<Submitted> {
    return new Promise((resolve, reject) => {
      this.#server.node.submit(command, timeoutMs, (outcome: Outcome) => {
        if (outcome.type === "done") resolve({ index: outcome.index, result: outcome.result });
        else reject(new NodeError(outcome.reason, outcome.type === "unknown"));
      });
    });
  }

  /**
   * The machine's records under these keys, undefined where there is none: as new as every command that was answered
   * before this call, at whatever node, unless a local read is asked for.
   * @throws NodeError; StateDamaged if a record is not what was written, with which the node has failed
   */
  async read(keys: readonly Uint8Array[], options: ReadRecordsOptions = {}): Promise<(Uint8Array | undefined)[]> {
    const { timeoutMs = timeoutMsDefault, local = false } = options;
    if (!local) await this.#linearize(timeoutMs);
    else if (this.#server.hasFailed) throw new NodeError("stopping", false);
    return new Promise((resolve, reject) => {
      this.#state.getMany(keys, (error, values) => {
        if (error === null) return resolve(values);
        if (error instanceof ReadRefused) return reject(new NodeError(error.reason, false));
        this.#server.onDamaged(error);
        reject(error);
      });
    });
  }

  /**
   * Hands leadership over if it has it, answers what waits, and closes everything, also after a failure. Once this has
   * resolved the ports are free, and the data directory may be opened again.
   * @throws Error if the disk does not let go of the directory; what was acknowledged is safe nevertheless
   */
  async stop(): Promise<void> {
    // Whoever is told of an event may call this, in the middle of a turn that has more to do.
    await null;
    this.#server.stop();
    let timer: NodeJS.Timeout | null = null;
    const tooLate = new Promise<never>((_resolve, reject) => {
      const sentence = `Node ${this.id} could not close its data directory within ${this.#stopMsMax} ms: its disk hangs.`;
      timer = setTimeout(() => reject(new Error(sentence)), this.#stopMsMax);
    });
    await Promise.race([this.#server.closed, tooLate]).finally(() => timer !== null && clearTimeout(timer));
  }

  #linearize(timeoutMs: Millis): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.node.linearize(timeoutMs, (outcome) => {
        if (outcome.type === "readable") resolve();
        else reject(new NodeError(outcome.reason, false));
      });
    });
  }
}
