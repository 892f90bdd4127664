import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BalsaAdmin } from "../../src/client/admin.ts";
import { createNode } from "../../src/server/embed/create-node.ts";
import type { BalsaNode } from "../../src/server/embed/embedded-node.ts";
import { freePorts } from "../support/free-ports.ts";

jest.setTimeout(60_000);

let folder: string;
let node: BalsaNode;
let admin: BalsaAdmin;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "balsa-addresses-"));
  const [port = 0] = await freePorts(1);
  node = await createNode({ id: 1, dataDir: folder, clientListen: `127.0.0.1:${port}` });
  admin = new BalsaAdmin({ endpoints: [`127.0.0.1:${port}`] });
});

afterEach(async () => {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
});

const machine = (peerAddress: string, diskId: string) => ({ peerAddress, clientAddress: "", diskId, learner: true });

test("of two machines that wait behind a third change for one peer address, one becomes a member", async () => {
  const others = [machine("there:7000", "earth"), machine("elsewhere:7000", "moon")];
  const wanted = [machine("here:7000", "mars"), machine("here:7000", "venus")];
  const results = await Promise.allSettled([...others, ...wanted].map((each) => admin.addNode(each)));
  const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  expect(refused).toMatchObject([{ code: "ADDRESS_IN_USE", mayHaveHappened: false }]);
  const { members } = await admin.members();
  const addresses = members.filter(({ nodeId }) => nodeId !== 1).map(({ peerAddress }) => peerAddress);
  expect(addresses.sort()).toEqual(["elsewhere:7000", "here:7000", "there:7000"]);
});

test("of two moves of one member that wait, neither takes the other one back", async () => {
  const { nodeId } = await admin.addNode(machine("there:7000", "earth"));
  await Promise.all([
    admin.addNode(machine("elsewhere:7000", "moon")),
    admin.changeAddress({ nodeId, peerAddress: "here:7000", clientAddress: "" }),
    admin.changeAddress({ nodeId, peerAddress: "", clientAddress: "here:8000" }),
  ]);
  const { members } = await admin.members();
  expect(members.find((member) => member.nodeId === nodeId)).toMatchObject({
    peerAddress: "here:7000",
    clientAddress: "here:8000",
  });
});
