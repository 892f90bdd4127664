import { resolve } from "node:path";
import { DockerComposeEnvironment, getContainerRuntimeClient, type StartedDockerComposeEnvironment, Wait } from "testcontainers";
import { type NodeStatus, StatusReader } from "../../src/server/node/node-status.ts";
import { newestLeader } from "../support/newest-leader.ts";
import { until } from "../support/until.ts";

type Docker = Awaited<ReturnType<typeof getContainerRuntimeClient>>["container"]["dockerode"];
type Container = ReturnType<Docker["getContainer"]>;
type Network = ReturnType<Docker["getNetwork"]>;

const root = resolve(__dirname, "../..");
const ids = [1, 2, 3, 4, 5];
const settleWithinMs = 30_000;

/** The shipped image and compose file, brought up as a user does it, and the power to do the containers harm. */
export class Composed {
  readonly #project: string;
  readonly #docker: Docker;
  readonly #status = new StatusReader({ timeoutMs: 1_000 });
  #environment: StartedDockerComposeEnvironment | null = null;

  private constructor(project: string, docker: Docker) {
    this.#project = project;
    this.#docker = docker;
  }

  /** Nothing runs yet: `up` starts it. The caller must `remove` it, also after a failure. */
  static async create(): Promise<Composed> {
    const client = await getContainerRuntimeClient();
    return new Composed(`testcontainers-balsa-${process.pid}`, client.container.dockerode);
  }

  /** docker compose up --build --wait */
  async up(): Promise<void> {
    let environment = new DockerComposeEnvironment(root, "docker-compose.yml").withProjectName(this.#project).withBuild();
    for (const id of ids) environment = environment.withWaitStrategy(`n${id}-1`, Wait.forHealthCheck());
    environment = environment.withWaitStrategy("dashboard-1", Wait.forHealthCheck());
    this.#environment = await environment.up();
  }

  /** docker compose down; the volumes stay. */
  async down(): Promise<void> {
    await this.#environment?.down({ removeVolumes: false });
    this.#environment = null;
  }

  /** Removes containers, networks and volumes, however far things have come. */
  async remove(): Promise<void> {
    this.#status.close();
    const filters = this.#labels();
    for (const { Id } of await this.#docker.listContainers({ all: true, filters })) {
      await this.#docker.getContainer(Id).remove({ force: true });
    }
    for (const { Id } of await this.#docker.listNetworks({ filters })) await this.#docker.getNetwork(Id).remove();
    for (const { Name } of (await this.#docker.listVolumes({ filters })).Volumes) await this.#docker.getVolume(Name).remove();
  }

  /** Client addresses, as the compose file publishes them. */
  get endpoints(): string[] {
    return ids.map((id) => this.endpoint(id));
  }

  endpoint(id: number): string {
    return `127.0.0.1:${8000 + id}`;
  }

  get docker(): Docker {
    return this.#docker;
  }

  async container(id: number): Promise<Container> {
    const label = [...this.#labels().label, `com.docker.compose.service=n${id}`];
    const [found] = await this.#docker.listContainers({ all: true, filters: { label } });
    if (found === undefined) throw new Error(`There is no container of node ${id}.`);
    return this.#docker.getContainer(found.Id);
  }

  async inspect(id: number): Promise<Awaited<ReturnType<Container["inspect"]>>> {
    return (await this.container(id)).inspect();
  }

  /** docker compose kill -s SIGKILL */
  async kill(id: number): Promise<void> {
    const container = await this.container(id);
    await container.kill({ signal: "SIGKILL" });
    await container.wait();
  }

  async start(id: number): Promise<void> {
    await (await this.container(id)).start();
  }

  /** Takes the node off the network on which the nodes speak with each other. Clients still reach it. */
  async cutOff(id: number): Promise<void> {
    await (await this.#peers()).disconnect({ Container: (await this.container(id)).id, Force: true });
  }

  /** Puts it back, under the name by which the others know it. */
  async heal(id: number): Promise<void> {
    const container = (await this.container(id)).id;
    await (await this.#peers()).connect({ Container: container, EndpointConfig: { Aliases: [`n${id}.peers`] } });
  }

  /** Runs a command in the container; what it printed, and its exit code. */
  async exec(id: number, command: readonly string[]): Promise<{ output: string; exitCode: number }> {
    const container = this.#environment?.getContainer(`n${id}-1`);
    if (container === undefined) throw new Error("The cluster is not up.");
    return container.exec([...command]);
  }

  async statuses(): Promise<NodeStatus[]> {
    const all = await Promise.all(ids.map((id) => this.#status.read(this.endpoint(id))));
    return all.filter((status): status is NodeStatus => !(status instanceof Error));
  }

  /** The node that leads, once a majority says so; another one than `not`, if that is given. */
  leader(not?: number): Promise<number> {
    return until("a majority follows one leader", settleWithinMs, async () => {
      const statuses = await this.statuses();
      const leader = newestLeader(statuses.filter(({ nodeId }) => nodeId !== not));
      const following = statuses.filter(({ leaderId, term }) => leaderId === leader?.nodeId && term === leader.term);
      return leader !== undefined && following.length >= 3 ? leader.nodeId : undefined;
    });
  }

  /** Once all five follow one leader and have applied all that is committed. */
  settled(): Promise<NodeStatus[]> {
    return until("all five have applied all", settleWithinMs, async () => {
      const statuses = await this.statuses();
      const last = Math.max(...statuses.map(({ lastIndex }) => lastIndex));
      return statuses.length === 5 && statuses.every(({ appliedIndex }) => appliedIndex === last) ? statuses : undefined;
    });
  }

  async #peers(): Promise<Network> {
    const found = await this.#docker.listNetworks({ filters: { name: [`${this.#project}_peers`] } });
    if (found[0] === undefined) throw new Error("There is no network of the peers.");
    return this.#docker.getNetwork(found[0].Id);
  }

  #labels(): { label: string[] } {
    return { label: [`com.docker.compose.project=${this.#project}`] };
  }
}
