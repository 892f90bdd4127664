import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { freePorts } from "../support/free-ports.ts";
import { Cluster, type Flags } from "../support/harness.ts";

// How one process starts, refuses to start, and stops.

let cluster: Cluster;

beforeEach(async () => {
  cluster = await Cluster.start({ nodes: 1 });
  await cluster.leader();
});

afterEach(() => cluster.remove());

test("SIGTERM stops a node within two seconds, with exit code 0", async () => {
  expect(await cluster.node(1).terminate(2_000)).toEqual({ code: 0, signal: null });
});

test.each([0, 100, 200, 400])("SIGTERM %s ms after the start stops a node too, however far it has come", async (afterMs) => {
  const node = cluster.guest(1, { ...(await otherPlace()), "data-dir": join(cluster.folder, "late") });
  node.start();
  await pause(afterMs);
  const exit = await node.terminate(2_500);
  // Before the program has begun, the signal ends the process as it ends any.
  expect([
    { code: 0, signal: null },
    { code: null, signal: "SIGTERM" },
  ]).toContainEqual(exit);
});

test("a second process on the same data directory is refused, and the first goes on", async () => {
  const second = cluster.guest(1, await otherPlace());
  second.start();
  expect(await second.ended(10_000)).toEqual({ code: exitCodes.storage, signal: null });
  expect(second.lastLine).toContain(cluster.dataDir(1));
  expect(second.lastLine).toMatch(/another process/);
  expect(await cluster.status(1)).toMatchObject({ role: "ROLE_LEADER" });
});

test("a data directory of another node is refused", async () => {
  await cluster.node(1).terminate();
  const stranger = cluster.guest(1, { ...(await otherPlace()), id: "2" });
  stranger.start();
  expect(await stranger.ended(10_000)).toEqual({ code: exitCodes.storage, signal: null });
  expect(stranger.lastLine).toMatch(/node 1/i);
});

test.each(["listen", "client-listen"])("a busy port for --%s is refused, by name, before anything is made", async (flag) => {
  const busy = createServer();
  await new Promise<void>((resolve) => busy.listen({ host: "127.0.0.1", port: 0 }, resolve));
  const address = `127.0.0.1:${(busy.address() as { port: number }).port}`;
  const folder = join(cluster.folder, "elsewhere");
  const node = cluster.guest(1, { ...(await otherPlace()), "data-dir": folder, [flag]: address });
  node.start();
  const exit = await node.ended(10_000);
  busy.close();
  expect(exit).toEqual({ code: exitCodes.port, signal: null });
  expect(node.lastLine).toContain(`${address} is in use`);
  expect(existsSync(folder)).toBe(false);
});

/** A cluster of its own on ports of its own, but on the data of node 1. */
async function otherPlace(): Promise<Flags> {
  const [peer, client] = await freePorts(2);
  return { peers: "", "client-addresses": "", listen: `127.0.0.1:${peer}`, "client-listen": `127.0.0.1:${client}` };
}
