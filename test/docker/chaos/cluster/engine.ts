import { hostname } from "node:os";
import { getContainerRuntimeClient } from "testcontainers";
import { errorText } from "../../../../src/terminal/error-text.ts";
import { each } from "../each.ts";

type Client = Awaited<ReturnType<typeof getContainerRuntimeClient>>;
export type Docker = Client["container"]["dockerode"];
export type Container = ReturnType<Docker["getContainer"]>;
export type Network = ReturnType<Docker["getNetwork"]>;
export type Inspected = Awaited<ReturnType<Container["inspect"]>>;

const runLabel = "balsa.chaos.run";
const ownerLabel = "balsa.chaos.owner";

/** The Docker engine, and everything that one run has made of it: found again by its label, and removed by it. */
export class Engine {
  readonly docker: Docker;
  /** What the names of all that belongs to this run begin with. */
  readonly run: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly #client: Client;

  private constructor(client: Client, run: string) {
    this.#client = client;
    this.docker = client.container.dockerode;
    this.run = run;
    // The last one is what helpers that clean up after testcontainers go by.
    this.labels = { [runLabel]: run, [ownerLabel]: `${hostname()}:${process.pid}`, "org.testcontainers": "true" };
  }

  static async connect(): Promise<Engine> {
    const engine = new Engine(await getContainerRuntimeClient(), `balsa-chaos-${process.pid}-${Date.now() % 1_000_000}`);
    // Another run may be at it as well; what still is there afterwards is for the next one.
    for (const run of await engine.#abandoned()) await engine.#remove([`${runLabel}=${run}`]).catch(() => undefined);
    return engine;
  }

  /** Runs a command in a container; what it printed. @throws if it failed */
  async exec(container: Container, command: readonly string[]): Promise<string> {
    const { output, exitCode } = await this.#client.container.exec(container, [...command]);
    if (exitCode !== 0) throw new Error(`${command.join(" ")} ended with ${exitCode}: ${output}`);
    return output;
  }

  /** Removes containers, networks and volumes of this run, however far things have come. @throws of all that resisted */
  removeAll(): Promise<void> {
    return this.#remove([`${runLabel}=${this.run}`]);
  }

  async #remove(label: readonly string[]): Promise<void> {
    const filters = { label: [...label] };
    const failures: unknown[] = [];
    const tried = (removal: Promise<unknown>) => removal.catch((error: unknown) => void failures.push(error));
    // Each kind once the one before is gone, for it is in use until then.
    await tried(each(await this.docker.listContainers({ all: true, filters }), (found) => this.#removeContainer(found)));
    await tried(each(await this.docker.listNetworks({ filters }), ({ Id }) => this.docker.getNetwork(Id).remove()));
    const { Volumes } = await this.docker.listVolumes({ filters });
    await tried(each(Volumes, ({ Name }) => this.docker.getVolume(Name).remove()));
    if (failures.length > 0) throw new AggregateError(failures, failures.map(errorText).join(" "));
  }

  async #removeContainer({ Id, State }: { readonly Id: string; readonly State: string }): Promise<void> {
    const container = this.docker.getContainer(Id);
    if (State === "paused") await container.unpause();
    await container.remove({ force: true });
  }

  /** Runs of this machine whose process has ended without removing what was theirs. */
  async #abandoned(): Promise<string[]> {
    const filters = { label: [runLabel] };
    const found = [
      ...(await this.docker.listContainers({ all: true, filters })),
      ...(await this.docker.listNetworks({ filters })),
      ...(await this.docker.listVolumes({ filters })).Volumes,
    ];
    const ended = found.filter(({ Labels }) => {
      const [host, pid] = (Labels?.[ownerLabel] ?? "").split(":");
      return host === hostname() && !isAlive(Number(pid));
    });
    return [...new Set(ended.flatMap(({ Labels }) => Labels?.[runLabel] ?? []))];
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // One of another user may not be signalled, and lives.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
