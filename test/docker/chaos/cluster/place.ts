import type { Container, Engine, Inspected, Network } from "./engine.ts";

/** What a place is for good. */
export interface PlaceOptions {
  readonly id: number;
  /** Its address on the network of the peers. */
  readonly ip: string;
  /** Where its client port is published on 127.0.0.1. */
  readonly port: number;
  /** The name of its volume. */
  readonly volume: string;
}

/** How the node is run; a change takes effect at the next start, which makes a new container on the same volume. */
export interface Launch {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Instead of the image's own command. */
  readonly command?: readonly string[];
  /** More volumes, read-only: name -> where. */
  readonly mounts?: Readonly<Record<string, string>>;
}

export interface PlacePorts {
  readonly engine: Engine;
  readonly peers: Network;
  /** The network over which clients come: its name. */
  readonly clients: string;
}

const stopWithinSeconds = 10;
const slicesEveryMicros = 100_000;

/**
 * A place for a node: a container on two networks, with a volume, an address among the peers and a published port that
 * stay the same whatever runs there. It is restricted as the compose file restricts it, but for the policy of restarts:
 * what has fallen lies until it is put up again, so that it can be looked at.
 */
export class Place {
  readonly id: number;
  readonly ip: string;
  readonly volume: string;
  readonly endpoint: string;
  readonly #options: PlaceOptions;
  readonly #ports: PlacePorts;
  readonly #earlierLogs: string[] = [];
  #launch: Launch;
  #container: Container | null = null;
  /** What the container was made for, to tell when it must be made anew. */
  #madeFor: Launch | null = null;

  constructor(options: PlaceOptions, launch: Launch, ports: PlacePorts) {
    this.id = options.id;
    this.ip = options.ip;
    this.volume = options.volume;
    this.endpoint = `127.0.0.1:${options.port}`;
    this.#options = options;
    this.#launch = launch;
    this.#ports = ports;
  }

  /** Whether the node here can be told to fail. */
  get hasFaultService(): boolean {
    return this.#launch.environment.BALSA_FAULTS === "on";
  }

  get launch(): Launch {
    return this.#launch;
  }

  /** Has the next start run the node this way. */
  relaunchAs(launch: Launch): void {
    this.#launch = launch;
  }

  /** Starts the node; it need not answer yet. Does nothing if it runs. */
  async start(): Promise<void> {
    if (this.#madeFor !== this.#launch) await this.remove();
    this.#container ??= await this.#create();
    this.#madeFor = this.#launch;
    if (!(await this.#container.inspect()).State.Running) await this.#container.start();
  }

  /** SIGTERM, and SIGKILL if that does not help. */
  async stop(): Promise<void> {
    await this.#present().stop({ t: stopWithinSeconds });
  }

  /** kill -9 of all that runs in the container. */
  async kill(): Promise<void> {
    const container = this.#present();
    await container.kill({ signal: "SIGKILL" });
    await container.wait();
  }

  /** No process of the container gets a turn: SIGSTOP that nothing inside can see, not even the one that reaps. */
  async pause(): Promise<void> {
    await this.#present().pause();
  }

  /** Does nothing if it is not paused. */
  async unpause(): Promise<void> {
    if ((await this.inspect()).State.Paused) await this.#present().unpause();
  }

  /** Takes it off the network of the peers; clients still reach it. */
  async disconnect(): Promise<void> {
    await this.#ports.peers.disconnect({ Container: this.#present().id, Force: true });
  }

  /** Does nothing if it is connected. */
  async connect(): Promise<void> {
    if (!(await this.isConnected())) await this.#connect(this.#present());
  }

  /** Whether it has its address on the network of the peers. */
  async isConnected(): Promise<boolean> {
    const networks = Object.values((await this.inspect()).NetworkSettings.Networks);
    return networks.some(({ IPAddress, IPAMConfig }) => IPAddress === this.ip || IPAMConfig?.IPv4Address === this.ip);
  }

  /** Lets the node have this part of one processor, in slices that are far apart; null: all that there are. */
  async limitProcessor(part: number | null): Promise<void> {
    await this.#present().update({ CpuPeriod: slicesEveryMicros, CpuQuota: part === null ? -1 : part * slicesEveryMicros });
  }

  /** How many times the kernel has made it wait for its share of the processor. */
  async throttled(): Promise<number> {
    const { cpu_stats } = await this.#present().stats({ stream: false, "one-shot": true });
    return cpu_stats.throttling_data.throttled_periods;
  }

  inspect(): Promise<Inspected> {
    return this.#present().inspect();
  }

  /** Whether there is a container, running or not. */
  get hasContainer(): boolean {
    return this.#container !== null;
  }

  /** Whether there is a container that runs, paused or not. */
  async isRunning(): Promise<boolean> {
    return this.#container !== null && (await this.#container.inspect()).State.Running;
  }

  /** Runs a command beside the node, as the user that the node is. */
  exec(command: readonly string[]): Promise<string> {
    return this.#ports.engine.exec(this.#present(), command);
  }

  /** Everything that was logged here, by the containers of before too. */
  async logs(): Promise<string> {
    const now = this.#container === null ? "" : await logsOf(this.#container);
    return [...this.#earlierLogs, now].join("");
  }

  /** Removes the container, whatever its state; the volume stays. */
  async remove(): Promise<void> {
    if (this.#container === null) return;
    this.#earlierLogs.push(await logsOf(this.#container));
    await this.#container.remove({ force: true });
    this.#container = null;
  }

  async #create(): Promise<Container> {
    const { engine, clients } = this.#ports;
    const { image, environment, command, mounts = {} } = this.#launch;
    const volumes = { [this.volume]: "/data" };
    const mountsOf = (names: Readonly<Record<string, string>>, ReadOnly: boolean) =>
      Object.entries(names).map(([Source, Target]) => ({ Type: "volume" as const, Source, Target, ReadOnly }));
    const container = await engine.docker.createContainer({
      Image: image,
      name: `${engine.run}-n${this.id}`,
      Hostname: `n${this.id}`,
      Labels: engine.labels,
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      ...(command !== undefined && { Cmd: [...command] }),
      HostConfig: {
        Init: true,
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges:true"],
        LogConfig: { Type: "local", Config: {} },
        NetworkMode: clients,
        PortBindings: { "8000/tcp": [{ HostIp: "127.0.0.1", HostPort: String(this.#options.port) }] },
        Mounts: [...mountsOf(volumes, false), ...mountsOf(mounts, true)],
      },
    });
    await this.#connect(container);
    return container;
  }

  async #connect(container: Container): Promise<void> {
    const EndpointConfig = { Aliases: [`n${this.id}.peers`], IPAMConfig: { IPv4Address: this.ip } };
    await this.#ports.peers.connect({ Container: container.id, EndpointConfig });
  }

  #present(): Container {
    if (this.#container === null) throw new Error(`There is no container at place ${this.id}.`);
    return this.#container;
  }
}

/** The engine sends pieces of the two streams, each behind eight bytes of which the last four are its length. */
async function logsOf(container: Container): Promise<string> {
  const pieces = await container.logs({ stdout: true, stderr: true, timestamps: true, follow: false });
  const texts: string[] = [];
  for (let at = 0; at + 8 <= pieces.length; ) {
    const length = pieces.readUInt32BE(at + 4);
    texts.push(pieces.toString("utf8", at + 8, at + 8 + length));
    at += 8 + length;
  }
  return texts.join("");
}
