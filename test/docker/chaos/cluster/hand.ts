import type { Container, Engine, Inspected } from "./engine.ts";

/** Where the hand finds the volumes, each under its name. */
const volumesAt = "/volumes";

/**
 * What reaches into the cluster from outside: one privileged container that sees the processes of the engine's machine,
 * enters the network of a node's container by its process id, and has every volume mounted. So the node's own containers
 * are as restricted as they are shipped, and all this works wherever there is an engine: on this machine or another one,
 * whoever runs the tests, whatever is installed beside it.
 */
export class Hand {
  readonly #engine: Engine;
  readonly #container: Container;

  private constructor(engine: Engine, container: Container) {
    this.#engine = engine;
    this.#container = container;
  }

  /** @param volumes names of volumes, which stay mounted for as long as the hand is there */
  static async create(engine: Engine, image: string, volumes: readonly string[]): Promise<Hand> {
    const container = await engine.docker.createContainer({
      Image: image,
      name: `${engine.run}-hand`,
      Labels: engine.labels,
      Cmd: ["sleep", "infinity"],
      HostConfig: {
        Init: true,
        Privileged: true,
        PidMode: "host",
        NetworkMode: "none",
        Mounts: volumes.map((name) => ({ Type: "volume", Source: name, Target: `${volumesAt}/${name}` })),
      },
    });
    await container.start();
    return new Hand(engine, container);
  }

  /** Runs a shell's command line as root; what it printed. `$1`, `$2` and so on are `args`. @throws if it failed */
  run(line: string, ...args: readonly string[]): Promise<string> {
    return this.#engine.exec(this.#container, ["sh", "-c", line, "sh", ...args]);
  }

  /** The same within the network of a running container: its addresses, its routes, its filters. */
  runInNetworkOf({ State, Name }: Inspected, line: string): Promise<string> {
    if (State.Pid === 0) throw new Error(`${Name} does not run and has no network.`);
    return this.#engine.exec(this.#container, ["nsenter", "-t", String(State.Pid), "-n", "sh", "-c", line]);
  }

  /** Where the hand sees a volume. */
  pathOf(volume: string): string {
    return `${volumesAt}/${volume}`;
  }
}
