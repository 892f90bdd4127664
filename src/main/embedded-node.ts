import type { View } from "../core/api.ts";
import type { Event } from "../core/events.ts";
import type { Index, Millis, NodeId } from "../core/types.ts";
import type { Machine } from "../machine/machine.ts";
import type { Outcome } from "../node/ports.ts";
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

/** One node of a cluster inside a program of one's own; made by `createNode`. */
export class BalsaNode {
  readonly id: NodeId;
  /** Resolves once the node has stopped; rejects if it failed, after which it does nothing more. */
  readonly stopped: Promise<void>;
  readonly #server: NodeServer;
  readonly #state: DataDirectory["state"];

  /** Use `createNode`. */
  constructor(config: Config, { data, log, diskUsage, machine, serves, onEvent }: EmbeddedPorts) {
    this.id = config.id;
    this.#state = data.state;
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
   * @throws NodeError
   */
  async read(keys: readonly Uint8Array[], options: ReadRecordsOptions = {}): Promise<(Uint8Array | undefined)[]> {
    const { timeoutMs = timeoutMsDefault, local = false } = options;
    if (!local) await this.#linearize(timeoutMs);
    return new Promise((resolve, reject) => {
      this.#state.getMany(keys, (error, values) => (error === null ? resolve(values) : reject(error)));
    });
  }

  /** Hands leadership over if it has it, answers what waits, and closes everything. Also resolves after a failure. */
  async stop(): Promise<void> {
    this.#server.stop();
    await this.stopped.catch(() => undefined);
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
