import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ClientCaller } from "../support/client-caller.ts";
import { UnaryCaller } from "../support/unary-caller.ts";
import { until } from "../support/until.ts";
import { Composed } from "./compose.ts";

// The image and the compose file as they are shipped. One cluster serves all tests, which leave it whole again.

jest.setTimeout(120_000);

const manifest = json<{ readonly dependencies: Record<string, string> }>("package.json");
const lock = json<{ readonly packages: Record<string, { readonly dev?: boolean }> }>("package-lock.json");

let cluster: Composed;
let callers: ReadonlyMap<number, UnaryCaller> = new Map();

beforeAll(async () => {
  cluster = await Composed.create();
  callers = new Map([1, 2, 3, 4, 5].map((id) => [id, new UnaryCaller({ endpoint: cluster.endpoint(id), timeoutMs: 5_000 })]));
  await cluster.up();
}, 300_000);

afterAll(async () => {
  for (const caller of callers.values()) caller.close();
  await cluster.remove();
});

test("docker compose up ends healthy, with a leader that all five follow", async () => {
  const leader = await cluster.leader();
  for (const status of await cluster.settled()) expect(status).toMatchObject({ leaderId: leader, clusterId: "balsa" });
  for (const id of [1, 2, 3, 4, 5]) expect((await cluster.inspect(id)).State.Health?.Status).toBe("healthy");
});

test("the client library finds its way from 127.0.0.1:8001 to 8005", async () => {
  const client = new ClientCaller({ endpoints: cluster.endpoints, timeoutMs: 10_000 });
  expect(await client.call("greeting", { type: "set", value: "hello" })).toEqual({ type: "written", existed: false });
  expect(await client.call("greeting", { type: "read" })).toEqual({ type: "read", value: "hello" });
  client.close();
});

test("every node takes writes and serves what any other took", async () => {
  for (const id of [1, 2, 3, 4, 5]) await write(id, `from ${id}`, "hello");
  for (const id of [1, 2, 3, 4, 5]) {
    for (const from of [1, 2, 3, 4, 5]) expect(await read(id, `from ${from}`)).toBe("hello");
  }
});

test("kill -9 of two, the leader among them, leaves a cluster that takes writes; they stay down, and catch up once started", async () => {
  const leader = await cluster.leader();
  const other = (leader % 5) + 1;
  await Promise.all([cluster.kill(leader), cluster.kill(other)]);
  const next = await cluster.leader();
  await write(next, "after two were killed", "taken");
  expect((await cluster.inspect(leader)).State).toMatchObject({ Running: false, ExitCode: 137 });
  await Promise.all([cluster.start(leader), cluster.start(other)]);
  await cluster.settled();
  expect(await read(leader, "after two were killed")).toBe("taken");
});

test("a leader cut off from the others acknowledges nothing; they go on, and it follows them once it is back", async () => {
  const old = await cluster.leader();
  await write(old, "cut", "before");
  await cluster.cutOff(old);
  const next = await cluster.leader(old);
  await write(next, "cut", "after");
  expect((await call(old, "cut", "from the old leader")).type).not.toBe("written");
  expect((await callers.get(old)?.call("cut", { type: "read" }))?.type).toBe("refused");
  expect((await cluster.exec(old, ["node", "dist/main/health.js"])).exitCode).toBe(1);
  await cluster.heal(old);
  await cluster.settled();
  expect(await read(old, "cut")).toBe("after");
});

test("down and up again finds the data", async () => {
  await write(await cluster.leader(), "before down", "kept");
  await cluster.down();
  await cluster.up();
  expect(await read(await cluster.leader(), "before down")).toBe("kept");
  expect(await read(1, "cut")).toBe("after");
});

test("SIGTERM stops a node within two seconds, with exit code 0, and it stays so until it is started", async () => {
  const container = await cluster.container(3);
  const before = performance.now();
  await container.kill({ signal: "SIGTERM" });
  const { StatusCode } = await container.wait();
  expect(StatusCode).toBe(0);
  expect(performance.now() - before).toBeLessThan(2_000);
  await cluster.start(3);
  await cluster.settled();
});

test("the nodes speak with each other on a network that leads nowhere else, and have no rights that they do not need", async () => {
  const networks = await cluster.docker.listNetworks({ filters: { label: ["com.docker.compose.network=peers"] } });
  expect(networks.map(({ Internal }) => Internal)).toEqual([true]);
  const { HostConfig, Config } = await cluster.inspect(1);
  expect(Object.keys(HostConfig.PortBindings as object)).toEqual(["8000/tcp"]);
  expect(HostConfig).toMatchObject({ CapDrop: ["ALL"], ReadonlyRootfs: true, SecurityOpt: ["no-new-privileges:true"] });
  expect(Config.User).toBe("1000:1000");
  expect((await cluster.exec(1, ["id", "-u"])).output.trim()).toBe("1000");
});

test("the image holds what runs, and neither sources, tests nor tools", async () => {
  expect(await lines("ls /app")).toEqual(["LICENSE", "dist", "node_modules", "package.json"]);
  const installed = await lines("cd /app && find node_modules -name package.json | sed 's|/package.json$||'");
  for (const name of Object.keys(manifest.dependencies)) expect(installed).toContain(`node_modules/${name}`);
  const development = Object.entries(lock.packages).filter(([, { dev }]) => dev === true);
  expect(development.length).toBeGreaterThan(100);
  expect(development.map(([path]) => path).filter((path) => installed.includes(path))).toEqual([]);
});

async function write(id: number, key: string, value: string): Promise<void> {
  // A node that has just lost its leader says so; a user would try again, and so does this.
  await until(`node ${id} takes a write`, 20_000, async () => ((await call(id, key, value)).type === "written" ? true : undefined));
}

function call(id: number, key: string, value: string) {
  return caller(id).call(key, { type: "set", value });
}

/** The value that the node serves, as soon as it serves any. */
function read(id: number, key: string): Promise<string | null> {
  return until(`node ${id} serves a read`, 20_000, async () => {
    const outcome = await caller(id).call(key, { type: "read" });
    return outcome.type === "read" ? outcome.value : undefined;
  });
}

function caller(id: number): UnaryCaller {
  const found = callers.get(id);
  if (found === undefined) throw new Error(`There is no node ${id}.`);
  return found;
}

/** What a command prints in the container of node 1. */
async function lines(command: string): Promise<string[]> {
  const { output } = await cluster.exec(1, ["sh", "-c", command]);
  return output.trim().split("\n");
}

function json<T>(path: string): T {
  return JSON.parse(readFileSync(resolve(__dirname, "../..", path), "utf8"));
}
