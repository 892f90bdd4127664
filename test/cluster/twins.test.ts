import { cpSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { freePorts } from "../support/free-ports.ts";
import { Cluster } from "../support/harness.ts";
import { balsa } from "./balsa.ts";

// Real processes, two of which run on copies of one disk.

jest.setTimeout(180_000);

let cluster: Cluster;
let copy: string;
beforeAll(async () => {
  cluster = await Cluster.start({ nodes: 3 });
  await cluster.leader();
  await balsa("--endpoints", cluster.endpoints.join(","), "set", "key", "value");
  await cluster.settled();
  await cluster.node(2).terminate();
  copy = join(cluster.folder, "copy");
  cpSync(cluster.dataDir(2), copy, { recursive: true });
  cluster.node(2).start();
  await cluster.settled();
});
afterAll(() => cluster.remove());

/** How often a node has lost a link, by its own word. */
function brokenLinks(id: number): number {
  return cluster.node(id).output.split("No link to").length;
}

test.each(["2", null])(
  "a copy of a node's directory, started elsewhere with --id %s: it ends and says why, and the node is undisturbed",
  async (id) => {
    const before = [1, 2, 3].map(brokenLinks);
    const [listen, clientListen] = (await freePorts(2)).map((port) => `127.0.0.1:${port}`);
    const flags = { "data-dir": copy, listen: listen ?? "", "client-listen": clientListen ?? "", "advertise-peer": listen ?? "" };
    const twin = id === null ? cluster.newcomer(flags) : cluster.guest(2, flags);
    twin.start();
    expect(await twin.ended(60_000)).toMatchObject({ code: exitCodes.notAMember });
    expect(twin.lastLine).toMatch(/Another process runs as node 2 with the disk .*, and was started earlier/);
    expect(twin.lastLine).not.toContain("rejoin");
    expect([1, 2, 3].map(brokenLinks)).toEqual(before);
    const statuses = await cluster.settled();
    for (const { members } of statuses) {
      expect(members.find(({ nodeId }) => nodeId === 2)).toMatchObject({ peerAddress: cluster.peerAddress(2) });
    }
  },
);

test("a node that is killed and started at once is not taken for its own twin", async () => {
  for (let time = 0; time < 3; time += 1) {
    await cluster.node(2).kill();
    cluster.node(2).start();
    await cluster.settled();
  }
  expect(cluster.node(2).isRunning).toBe(true);
});
