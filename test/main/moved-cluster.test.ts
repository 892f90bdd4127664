import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BalsaClient } from "../../src/client/client.ts";
import { isHere } from "../../src/server/node/local-address.ts";
import { type NodeStatus, StatusReader } from "../../src/server/node/node-status.ts";
import { freePorts } from "../support/free-ports.ts";
import { until } from "../support/until.ts";
import { Program } from "./program.ts";

// All nodes come back under other addresses at once: the log has the old ones, the nodes are told the new ones.

jest.setTimeout(90_000);

let folder: string;
let programs: Program[];
const reader = new StatusReader({ timeoutMs: 2_000 });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "balsa-moved-"));
  programs = [];
});
afterEach(async () => {
  for (const program of programs) await program.remove();
  rmSync(folder, { recursive: true });
});
afterAll(() => reader.close());

const at = (port: number | undefined) => `127.0.0.1:${port}`;

function serve(id: number, peerPorts: readonly number[], clientPorts: readonly number[]): Program {
  const list = (ports: readonly number[]) => ports.map((port, place) => `${place + 1}=${at(port)}`).join(",");
  const own = ["--listen", at(peerPorts[id - 1]), "--client-listen", at(clientPorts[id - 1])];
  const lists = ["--peers", list(peerPorts), "--client-addresses", list(clientPorts)];
  const args = ["--id", String(id), ...lists, ...own, "--data-dir", join(folder, `node-${id}`), "--log", "info,transport=error"];
  const program = new Program("server", { args });
  programs.push(program);
  return program;
}

async function stopAll(): Promise<void> {
  for (const program of programs) program.signal("SIGTERM");
  for (const program of programs.splice(0)) await program.ended();
}

/** What a node says once all know the members at these ports. */
async function settled(peerPorts: readonly number[], clientPorts: readonly number[]): Promise<void> {
  const output = () => programs.map((program) => program.output).join("\n");
  for (const port of clientPorts) {
    await until(
      () => `the node at ${port} knows where all are, after:\n${output()}`,
      40_000,
      async () => {
        const status: NodeStatus | Error = await reader.read(at(port));
        if (status instanceof Error || status.leaderId === 0) return undefined;
        const known = status.members.map(({ peerAddress, clientAddress }) => `${peerAddress} ${clientAddress}`);
        return known.join() === peerPorts.map((peer, place) => `${at(peer)} ${at(clientPorts[place])}`).join() ? true : undefined;
      },
    );
  }
}

async function withClient<T>(ports: readonly number[], run: (client: BalsaClient) => Promise<T>): Promise<T> {
  const client = new BalsaClient({ endpoints: ports.map(at), requestTimeoutMs: 20_000 });
  try {
    return await run(client);
  } finally {
    await client.close();
  }
}

test("nodes that are told new addresses find each other there, have all their data, and the members know where they are", async () => {
  const ports = await freePorts(12);
  const [peers, clients, newClients] = [ports.slice(0, 3), ports.slice(3, 6), ports.slice(9, 12)];
  // Each but the last comes to where another one was.
  const newPeers = [...peers.slice(1), ports[6] ?? 0];
  for (const id of [1, 2, 3]) serve(id, peers, clients);
  await settled(peers, clients);
  await withClient(clients, (client) => client.set("kept", "safe"));
  await stopAll();
  for (const id of [1, 2, 3]) serve(id, newPeers, newClients);
  await settled(newPeers, newClients);
  expect((await withClient(newClients, (client) => client.get("kept")))?.value).toBe("safe");
});

test("a node that finds the others nowhere says where it looks for them, and what to do", async () => {
  const ports = await freePorts(6);
  const [peers, clients] = [ports.slice(0, 3), ports.slice(3, 6)];
  for (const id of [1, 2, 3]) serve(id, peers, clients);
  await settled(peers, clients);
  await stopAll();
  const program = serve(1, peers, clients);
  const [, where] = await program.printed(/this node does not reach (node 2 at [^"]*)/);
  expect(where).toMatch(`node 2 at ${at(peers[1])}, node 3 at ${at(peers[2])}. If they are down, start them.`);
  expect(where).toContain("start each node with --peers");
});

test.each([
  ["127.0.0.1:7000", "127.0.0.1:7000", true],
  ["127.0.0.1:7000", "0.0.0.0:7000", true],
  ["localhost:7000", "[::]:7000", true],
  ["127.0.0.1:7001", "127.0.0.1:7000", false],
  ["192.0.2.1:7000", "0.0.0.0:7000", false],
  ["there-is-no-such-name.invalid:7000", "0.0.0.0:7000", false],
])("whether %s leads to who listens at %s here: %s", async (address, listen, is) => {
  expect(await isHere(address, listen)).toBe(is);
});
