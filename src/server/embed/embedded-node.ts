import type { BalsaClient } from "../../client/client.ts";
import { bytesArgument, flagArgument, listArgument, optionsArgument, wrongType } from "../../client/values/arguments.ts";
import type { Config } from "../../config/config.ts";
import type { View } from "../../core/api.ts";
import type { Index, Millis, NodeId } from "../../core/types.ts";
import type { Machine } from "../../machine/machine.ts";
import type { NodeEvent } from "../../node/ports/node-events.ts";
import type { Outcome } from "../../node/ports/ports.ts";
import { ReadRefused } from "../../node/ports/read-refused.ts";
import { Incarnation } from "../../service/answers/incarnation.ts";
import type { DataDirectory } from "../../storage/directory/open.ts";
import { packageVersion } from "../../terminal/version.ts";
import type { Log } from "../log/log.ts";
import type { DiskUsage } from "../node/disk-usage.ts";
import { NodeServer } from "../node/node-server.ts";
import { refusedError, unknownError } from "./node-errors.ts";
import { type NodeMap, nodeMapOf } from "./node-map.ts";

/** What a command came to. */
export interface Submitted {
  /** Log index of the command. */
  readonly index: Index;
  /** What the machine answered. */
  readonly result: Uint8Array;
}

export interface RequestOptions {
  /** How long to wait for the outcome, in ms. */
  readonly timeoutMs?: Millis | undefined;
}

export interface ReadRecordsOptions extends RequestOptions {
  /** Read what this node has at once, which may be old. */
  readonly local?: boolean | undefined;
}

export interface EmbeddedPorts {
  readonly machine: Machine;
  /** Whether that is the key-value map. */
  readonly isMap: boolean;
  readonly serves: "map" | "operators" | "nobody";
  readonly data: DataDirectory;
  readonly log: Log;
  readonly diskUsage: DiskUsage;
  readonly onEvent: (event: NodeEvent, view: View) => void;
}

const timeoutMsDefault = 5_000;
/** Longer timers overflow in Node and would fire at once. */
const timerMsMax = 2 ** 31 - 1;
/** Time after its own limits within which a stopping node has closed everything, in ms; later, its disk hangs. */
const closeMsMax = 10_000;

/** One node of a cluster, running inside your program; made by `createNode`. */
export class BalsaNode {
  readonly id: NodeId;
  /** Resolves once the node has stopped; rejects as soon as it fails, after which it does nothing more but close (see `stop`). */
  readonly stopped: Promise<void>;
  readonly #server: NodeServer;
  readonly #stopMsMax: Millis;
  readonly #state: DataDirectory["state"];
  readonly #diskUsage: DiskUsage;
  /** Null where something else is replicated. */
  readonly #map: BalsaClient | null;

  /** Use `createNode`. */
  constructor(config: Config, { data, log, diskUsage, machine, isMap, serves, onEvent }: EmbeddedPorts) {
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
      void this.#map?.close();
      diskUsage.stop();
      settle(why);
    };
    const ports = { data, log, diskUsage, machine, serves, onEvent, onStopped, version: packageVersion };
    this.#server = new NodeServer(config, ports);
    this.#map = isMap ? this.#newMap(config, data.identity.incarnationId) : null;
  }

  /** What this node knows: its role and term, who leads, how far its log goes, who the members are. */
  get view(): View {
    return this.#server.node.view;
  }

  /**
   * The replicated map, without a client port and a network between: what is awaited of it is as of a BalsaClient, wherever the
   * leader is. Calls have 10 s if nothing else is said. It ends with the node.
   * @throws TypeError if the node was made with a machine of its own
   */
  get map(): NodeMap {
    if (this.#map === null) throw new TypeError("This node was made with a machine of its own, and has no key-value map.");
    return this.#map;
  }

  /** Opens the ports and takes part in the cluster. Called by `createNode`. */
  start(): Promise<void> {
    this.#diskUsage.start();
    return this.#server.start();
  }

  /**
   * Runs a command of the machine wherever the leader is: resolves once it is on the disks of a majority and applied.
   * @throws BalsaError whose `mayHaveHappened` tells whether the command may have taken effect; TypeError if it is no bytes
   */
  async submit(command: Uint8Array, options: RequestOptions = {}): Promise<Submitted> {
    const bytes = bytesArgument("command", command);
    const timeoutMs = timeoutArgument(options);
    return new Promise((resolve, reject) => {
      this.#server.node.submit(bytes, timeoutMs, (outcome: Outcome) => {
        if (outcome.type === "done") resolve({ index: outcome.index, result: outcome.result });
        else reject(outcome.type === "unknown" ? unknownError(outcome.reason) : refusedError(outcome.reason));
      });
    });
  }

  /**
   * The machine's records under these keys, undefined where there is none: as new as every command that was answered
   * before this call, at whatever node, unless a local read is asked for.
   * @throws BalsaError; TypeError if a key is no bytes; StateDamaged if a record is not what was written, with which the node has failed
   */
  async read(keys: readonly Uint8Array[], options: ReadRecordsOptions = {}): Promise<(Uint8Array | undefined)[]> {
    const wanted = listArgument("keys", keys).map((key, place) => bytesArgument(`keys[${place}]`, key));
    const timeoutMs = timeoutArgument(options);
    const local = flagArgument("options.local", options.local, false);
    if (!local) await this.#linearize(timeoutMs);
    else if (this.#server.hasFailed) throw refusedError("stopping");
    return new Promise((resolve, reject) => {
      this.#state.getMany(wanted, (error, values) => {
        if (error === null) return resolve(values);
        if (error instanceof ReadRefused) return reject(refusedError(error.reason));
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
    await this.#map?.close();
    this.#server.stop();
    let timer: NodeJS.Timeout | null = null;
    const tooLate = new Promise<never>((_resolve, reject) => {
      const sentence = `Node ${this.id} could not close its data directory within ${this.#stopMsMax} ms: its disk hangs.`;
      timer = setTimeout(() => reject(new Error(sentence)), this.#stopMsMax);
    });
    await Promise.race([this.#server.closed, tooLate]).finally(() => timer !== null && clearTimeout(timer));
  }

  #newMap({ id, service }: Config, incarnationId: string): BalsaClient {
    return nodeMapOf(id, service, {
      incarnation: new Incarnation(incarnationId),
      node: this.#server.node,
      state: this.#state,
      onStateDamaged: (error) => this.#server.onDamaged(error),
      soon: (callback) => void setImmediate(callback),
    });
  }

  #linearize(timeoutMs: Millis): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.node.linearize(timeoutMs, (outcome) => {
        if (outcome.type === "readable") resolve();
        else reject(refusedError(outcome.reason));
      });
    });
  }
}

function timeoutArgument(options: RequestOptions): Millis {
  const { timeoutMs = timeoutMsDefault } = optionsArgument("options", options);
  if (typeof timeoutMs === "number" && timeoutMs > 0) return Math.min(timeoutMs, timerMsMax);
  throw wrongType("options.timeoutMs", "a number of ms above 0", timeoutMs);
}
