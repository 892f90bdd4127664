import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { advertised } from "../../src/config/advertised.ts";
import { freePorts } from "../support/free-ports.ts";
import { type OneNode, startOneNode } from "./one-node.ts";
import { Program } from "./program.ts";

const programs: Program[] = [];
let first: OneNode;
let folder: string;
let ports: readonly number[];
jest.setTimeout(60_000);

beforeEach(async () => {
  first = await startOneNode();
  folder = mkdtempSync(join(tmpdir(), "balsa-join-"));
  ports = await freePorts(2);
});
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.remove()));
  // Without its peer the first node has no majority; it stops all the same.
  await first.remove();
  rmSync(folder, { recursive: true });
});

const dataDir = (): string => join(folder, "data");
const peerAddress = (): string => `127.0.0.1:${ports[0]}`;

/** A node that is told an address to join at, and nothing of the cluster. */
function startJoiner(...more: string[]): Program {
  return startJoinerAt([first.address], ...more);
}

function startJoinerAt(members: readonly string[], ...more: string[]): Program {
  const [peerPort, clientPort] = ports;
  const listen = ["--listen", `127.0.0.1:${peerPort}`, "--client-listen", `127.0.0.1:${clientPort}`];
  return start("cli", ["serve", "--join", members.join(","), ...listen, "--data-dir", dataDir(), "--log-format", "voice", ...more]);
}

function start(name: string, args: readonly string[]): Program {
  const program = new Program(name, { args, env: { BALSA_ENDPOINTS: first.address } });
  programs.push(program);
  return program;
}

async function cli(...args: string[]): Promise<{ code: number | null; output: string }> {
  const program = start("cli", args);
  const { code } = await program.ended();
  return { code, output: program.output };
}

async function membersNow(): Promise<[id: number, role: string][]> {
  const { output } = await cli("member", "list", "--json");
  const { members } = JSON.parse(output) as { members: { nodeId: number; role: string }[] };
  return members.map(({ nodeId, role }) => [nodeId, role]);
}

test("a node joins by the address of a member, gets a vote by itself, and is the same one after a restart", async () => {
  const joiner = startJoiner();
  await joiner.printed(/takes this node in as node 2/);
  await joiner.printed(/members are 1,2\./);
  expect(await membersNow()).toEqual([
    [1, "MEMBER_ROLE_VOTER"],
    [2, "MEMBER_ROLE_VOTER"],
  ]);
  joiner.signal("SIGTERM");
  expect((await joiner.ended()).code).toBe(0);
  const again = startJoiner();
  await again.printed(/has joined cluster "balsa" already, as node 2/);
  await again.printed(/Node 2\].* Node \d leads term/);
  expect((await cli("set", "a", "1")).code).toBe(0);
});

test("a node that is told several members joins through one that answers", async () => {
  const joiner = startJoinerAt(["127.0.0.1:1", first.address]);
  await joiner.printed(/takes this node in as node 2/);
  expect((await membersNow()).map(([id]) => id)).toEqual([1, 2]);
});

test("a node whose members do not answer says which, and waits for them", async () => {
  const joiner = startJoinerAt(["127.0.0.1:1", "127.0.0.1:2"]);
  await joiner.printed(/not taken this node in yet: 127.0.0.1:1 cannot be reached \(.*\), 127.0.0.1:2 cannot be reached/);
  expect(await membersNow()).toEqual([[1, "MEMBER_ROLE_VOTER"]]);
  // It has not ended by itself meanwhile, which would be a failure.
  joiner.signal("SIGTERM");
  expect(await joiner.ended()).toEqual({ code: 0, signal: null });
});

test("rule 30: a node whose disk was wiped is told that it is not who it was, and comes back under a new id", async () => {
  await cli("member", "add", peerAddress(), "--learner");
  const joiner = startJoiner();
  await joiner.printed(/takes this node in as node 2/);
  await joiner.printed(/members are 1\+2/);
  joiner.signal("SIGTERM");
  await joiner.ended();
  rmSync(dataDir(), { recursive: true });

  const wiped = startJoiner();
  expect((await wiped.ended()).code).toBe(6);
  expect(wiped.output).toContain(`Node 2 has the peer address ${peerAddress()}, and another disk.`);
  expect(wiped.output).toContain(`balsa node rejoin --data-dir ${dataDir()} --join ${first.address}`);

  expect(await cli("member", "replace", "2", "--no-wait")).toMatchObject({ code: 0 });
  const back = startJoiner();
  await back.printed(/takes this node in as node 3/);
  await back.printed(/members are 1,3\./);
  expect(await membersNow()).toEqual([
    [1, "MEMBER_ROLE_VOTER"],
    [3, "MEMBER_ROLE_VOTER"],
  ]);
});

test("a learner stays one until it is promoted, and a node that is removed ends and says so", async () => {
  const announced = await cli("member", "add", peerAddress(), "--learner");
  expect(announced).toMatchObject({ code: 0, output: expect.stringContaining("Node 2 is a learner") });
  const joiner = startJoiner();
  await joiner.printed(/takes this node in as node 2/);
  expect(await membersNow()).toEqual([
    [1, "MEMBER_ROLE_VOTER"],
    [2, "MEMBER_ROLE_LEARNER"],
  ]);
  expect(await cli("member", "promote", "2")).toMatchObject({ code: 0, output: expect.stringContaining("Node 2 has a vote.") });
  expect(await cli("member", "remove", "2")).toMatchObject({ code: 0, output: expect.stringContaining("no member any more") });
  expect((await joiner.ended()).code).toBe(6);
  expect(joiner.output).toContain("was removed from the cluster");
  expect(await cli("member", "remove", "2")).toMatchObject({ code: 1, output: expect.stringContaining("UNKNOWN_MEMBER") });
});

test("a plan that waits for a node that never comes can be given up", async () => {
  const { output } = await cli("member", "add", "127.0.0.1:1", "--no-wait");
  expect(output).toContain("Node 2 is a learner");
  expect((await cli("member", "list")).output).toContain("Waiting for node 2 to catch up: it has not joined yet.");
  expect(await cli("member", "cancel")).toMatchObject({ code: 0 });
  expect(await cli("member", "remove", "2")).toMatchObject({ code: 0 });
  expect(await membersNow()).toEqual([[1, "MEMBER_ROLE_VOTER"]]);
});

test("a node that has moved and is told where it is has all members told", async () => {
  const joiner = startJoiner();
  await joiner.printed(/members are 1,2\./);
  joiner.signal("SIGTERM");
  await joiner.ended();
  const moved = `localhost:${ports[1]}`;
  const again = startJoiner("--advertise-client", moved);
  await again.printed(new RegExp(`All members are told that this node is at ${peerAddress()} and, for clients, ${moved}`));
  expect((await cli("member", "list")).output).toContain(moved);
});

test("a node that is told neither who it is nor whom to join says so, and creates nothing", async () => {
  const [peerPort, clientPort] = ports;
  const listen = ["--listen", `127.0.0.1:${peerPort}`, "--client-listen", `127.0.0.1:${clientPort}`];
  const { code, output } = await cli("serve", ...listen, "--data-dir", dataDir());
  expect(code).toBe(2);
  expect(output).toContain("give --id");
  expect(output).toContain("--join");
});

test.each([
  ["127.0.0.1:7000", "10.0.0.1", "127.0.0.1:7000"],
  ["0.0.0.0:7000", "10.0.0.1", "10.0.0.1:7000"],
  ["[::]:7000", "fe80::1", "[fe80::1]:7000"],
  ["[0:0:0:0:0:0:0:0]:7000", "10.0.0.1", "10.0.0.1:7000"],
  ["0:7000", "10.0.0.1", "10.0.0.1:7000"],
  ["host:7000", "10.0.0.1", "host:7000"],
])("who listens at %s and is seen as %s is reached at %s", (listen, host, address) => {
  expect(advertised(listen, host)).toBe(address);
});
