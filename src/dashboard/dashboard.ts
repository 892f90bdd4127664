import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { emptyState, fold, keyframeOf } from "../observe/fold.ts";
import type { Frame, State, Welcome } from "../observe/live.ts";
import { recordsSchema } from "../observe/records.ts";
import { type DashboardLimits, dashboardDefaults } from "./base/limits.ts";
import { ControlDesk } from "./controls/control-desk.ts";
import type { Processes } from "./controls/ports.ts";
import { Follower } from "./follow/follower.ts";
import type { NodeBatch, OpenFeed } from "./follow/node-feed.ts";
import { Clocks } from "./frames/clocks.ts";
import { FrameMaker } from "./frames/frame-maker.ts";
import { Past } from "./frames/past.ts";
import { Pages } from "./http/pages.ts";
import { LivePort } from "./live/live-port.ts";

export interface DashboardOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Client addresses of some or all nodes. */
  readonly endpoints: readonly string[];
  /** Whether keys and values are told. */
  readonly showsValues: boolean;
  /** Whether there are controls, for pages that have the token. */
  readonly hasControls: boolean;
  /** Names under which it is opened, beside localhost and addresses. */
  readonly hostNames?: readonly string[];
  /** Where the built page is; left out, beside this program. */
  readonly pageFolder?: string;
  readonly limits?: Partial<DashboardLimits>;
}

export interface DashboardPorts {
  readonly open: OpenFeed;
  /** Null: nobody here has the processes of the nodes at hand. */
  readonly processes: Processes | null;
}

/** The server of the live page: listens to all nodes of a cluster, and tells every page what they do. */
export class Dashboard {
  readonly #options: DashboardOptions;
  readonly #limits: DashboardLimits;
  readonly #ports: DashboardPorts;
  readonly #token: string;
  readonly #tokenHash: Buffer;
  readonly #clocks = new Clocks(bootId());
  readonly #past: Past;
  /** All that frames add up to, and what it was before the newest one. */
  #state: State = emptyState();
  #stateBefore: State = this.#state;
  readonly #frames: FrameMaker;
  readonly #follower: Follower;
  readonly #desk: ControlDesk;
  readonly #live: LivePort;
  readonly #server: Server;
  #tellKnown: () => void = () => undefined;
  /** Which cluster it is and what it allows, as pages were told. */
  #told: { readonly incarnation: string; readonly nodes: string } | null = null;
  #refused = 0;

  constructor(options: DashboardOptions, ports: DashboardPorts) {
    this.#options = options;
    this.#ports = ports;
    const limits = { ...dashboardDefaults, ...options.limits };
    this.#limits = limits;
    this.#token = options.hasControls ? randomBytes(16).toString("base64url") : "";
    this.#tokenHash = hashOf(this.#token);
    this.#past = new Past(limits);
    this.#frames = new FrameMaker({ life: Date.now(), limits }, { now: monotonicMs, onFrame: (frame) => this.#onFrame(frame) });
    this.#follower = this.#follow();
    this.#desk = new ControlDesk(
      { limits, showsValues: options.showsValues },
      { nodes: this.#follower, processes: ports.processes, say: (type, fields) => this.#frames.say(type, fields) },
    );
    const onRefused = () => {
      this.#refused += 1;
    };
    const hostNames = options.hostNames ?? [];
    this.#live = new LivePort({ limits, hostNames }, this.#browserPorts(onRefused));
    const pages = new Pages({ folder: options.pageFolder ?? builtPage(), hostNames }, { onRefused });
    this.#server = serverWithin(limits);
    this.#server.on("request", pages.serve);
    this.#server.on("upgrade", this.#live.upgrade);
    this.#server.on("drop", onRefused);
  }

  /** Begins to serve. Rejects with the system's error if nobody can listen there. */
  start(): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host, port, exclusive: true }, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
  }

  /** Where it is opened, with the token that allows controls. The fragment of an address stays in the browser. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://localhost:${port}/${this.#token === "" ? "" : `#token=${this.#token}`}`;
  }

  /** How many look on. */
  get pages(): number {
    return this.#live.browsers;
  }

  /** Requests, connections and messages that were refused. */
  get refused(): number {
    return this.#refused;
  }

  async close(): Promise<void> {
    this.#follower.close();
    this.#frames.stop();
    this.#live.close();
    this.#tellKnown();
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #follow(): Follower {
    return new Follower(this.#options.endpoints, this.#limits, {
      open: this.#ports.open,
      onMet: ({ node, roundTripMs }) => {
        this.#clocks.onMet(node, roundTripMs);
        this.#tellChanges();
      },
      onHeard: (node) => this.#frames.say("nodeHeard", { of: node }),
      onLost: (node, why) => {
        this.#frames.forget(node);
        this.#clocks.forget(node);
        this.#frames.say("nodeLost", { of: node, why });
      },
      onBatch: (batch) => this.#onBatch(batch),
    });
  }

  #browserPorts(onRefused: () => void) {
    const known = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#limits.silenceMs);
      this.#tellKnown = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return {
      known,
      welcome: (mayControl: boolean) => this.#welcome(mayControl),
      tokenIsRight: (token: string) => this.#tokenIsRight(token),
      history: this.#past,
      entries: (node: number, first: number, last: number) => this.#follower.entries(node, first, last),
      control: (action: Parameters<ControlDesk["do"]>[0]) => this.#desk.do(action),
      onRefused,
    };
  }

  /** To pages that are open, once there is something to tell. */
  #tellChanges(): void {
    const { cluster, nodes } = this.#follower;
    const before = this.#told;
    const { incarnation } = cluster;
    this.#told = { incarnation, nodes: nodes.map(({ node, allowsFaults }) => `${node} ${allowsFaults}`).join() };
    this.#tellKnown();
    if (before === null || (before.incarnation === incarnation && before.nodes === this.#told.nodes)) return;
    if (before.incarnation === incarnation) return this.#live.welcomeAgain();
    this.#state = emptyState();
    this.#stateBefore = this.#state;
    this.#frames.beginAgain();
    this.#past.clear();
    this.#live.restart("Another cluster is shown now.");
  }

  #onBatch(batch: NodeBatch): void {
    this.#frames.add(batch, this.#clocks.shiftOf(batch, monotonicMs()));
  }

  #onFrame(frame: Frame): void {
    const json = Buffer.from(JSON.stringify(frame));
    this.#stateBefore = this.#state;
    this.#state = fold(this.#state, frame);
    this.#past.add(frame, json, this.#stateBefore);
    this.#live.send(frame, json);
  }

  #welcome(mayControl: boolean): Welcome {
    const { nodes } = this.#follower;
    const allowFaults = nodes.some(({ allowsFaults }) => allowsFaults);
    const { newest } = this.#frames;
    return {
      type: "welcome",
      schema: recordsSchema,
      cluster: this.#follower.cluster,
      toEpochMs: Date.now() - monotonicMs(),
      clocks: this.#clocks.summary,
      can: {
        control: mayControl,
        faults: mayControl && allowFaults,
        // Where nobody has the processes at hand, faults pause and end them.
        processes: mayControl && (allowFaults || this.#ports.processes !== null),
        values: this.#options.showsValues,
      },
      nodes: nodes.map(({ node }) => node),
      history: this.#past.span,
      now: newest === null ? null : keyframeOf(this.#stateBefore, newest),
    };
  }

  /** Hashes are of one length, and compared in constant time. */
  #tokenIsRight(token: string): boolean {
    return this.#token !== "" && timingSafeEqual(hashOf(token), this.#tokenHash);
  }
}

/** Whoever connects and says nothing, says it slowly, or does not read, holds a place for a while only. */
function serverWithin({ connectionsMax, requestMs }: DashboardLimits): Server {
  const times = { headersTimeout: requestMs, requestTimeout: requestMs, connectionsCheckingInterval: requestMs };
  const server = createServer(times);
  server.maxConnections = connectionsMax;
  server.timeout = requestMs;
  return server;
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** The clock by which nodes stamp what they see. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Names the start of this machine; "" where the system does not tell. */
function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

function builtPage(): string {
  return fileURLToPath(new URL("../page", import.meta.url));
}
