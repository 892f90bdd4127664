import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { freePorts } from "../support/free-ports.ts";
import { cli } from "./cli-world.ts";
import { Program } from "./program.ts";
import { ThreeNodes } from "./three-nodes.ts";

// `balsa node rejoin` waits for others, and ends within its --timeout whatever they do.

jest.setTimeout(60_000);

const timeoutMs = 6_000;
let folder: string;
let dataDir: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "balsa-rejoin-"));
  dataDir = join(folder, "node-3");
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

async function rejoin(members: readonly string[], ms = timeoutMs): Promise<Ended> {
  const flags = {
    id: 3,
    "data-dir": dataDir,
    join: members.join(","),
    timeout: ms,
    listen: "127.0.0.1:1",
    "client-listen": "127.0.0.1:2",
  };
  const args = ["node", "rejoin", ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])];
  const program = new Program("cli", { args });
  try {
    const { code } = await program.ended(ms + 10_000);
    return { code, output: program.output };
  } finally {
    await program.remove();
  }
}

test("where nobody listens it ends in time, and has touched nothing", async () => {
  const members = (await freePorts(2)).map((port) => `127.0.0.1:${port}`);
  expect((await rejoin(members, 1_000)).code).toBe(exitCodes.unreachable);
  expect(existsSync(dataDir)).toBe(false);
});

test("where a member takes connections and says nothing it ends in time, and has touched nothing", async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on("error", () => undefined).resume()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  expect((await rejoin([`127.0.0.1:${port}`], 1_000)).code).toBe(exitCodes.unreachable);
  expect(existsSync(dataDir)).toBe(false);
  for (const socket of sockets) socket.destroy();
  server.close();
});

test.each([["0"], ["1e3"], [""]])("a time-out of %j is wrong usage", async (timeout) => {
  const program = new Program("cli", { args: ["node", "rejoin", `--timeout=${timeout}`, "--id", "3", "--join", "127.0.0.1:1"] });
  expect((await program.ended()).code).toBe(exitCodes.usage);
  expect(program.output).toContain(`not "${timeout}"`);
});

describe("in a cluster", () => {
  let three: ThreeNodes;
  beforeAll(async () => {
    three = await ThreeNodes.start();
    await three.stopNode(3);
  });
  afterAll(() => three.remove());

  test("that is busy with another change it ends in time, says what it waited for, and that it goes on when it is run again", async () => {
    await cli("member", "add", "127.0.0.1:3", "--no-wait", "--endpoints", three.addresses.join());
    const { code, output } = await rejoin(three.addresses.slice(0, 2));
    expect(code).toBe(exitCodes.unreachable);
    expect(output).toMatch(
      /The cluster has not taken this node in yet: .* \(CHANGE_IN_PROGRESS\) Asking 127\.0\.0\.1:\d+, 127\.0\.0\.1:\d+ again\./,
    );
    expect(output).toMatch(/has not taken this node in within 6000 ms: .* run the same command again, and it goes on\.\n$/);
  });

  test("that has lost its majority it ends in time, and says that nobody knows", async () => {
    await three.stopNode(2);
    const { code, output } = await rejoin(three.addresses.slice(0, 2), 2_000);
    expect(code).toBe(exitCodes.unreachable);
    expect(output).toMatch(/No leader answered, and only the leader knows whether node 3 is down/);
    expect(existsSync(dataDir)).toBe(false);
  });
});
