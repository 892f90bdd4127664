import { createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { freePorts } from "../support/free-ports.ts";
import { cli, cliRead, type Ran, type Reader } from "./cli-world.ts";
import { ThreeNodes } from "./three-nodes.ts";

// Whatever becomes of the cluster, a command ends within its --timeout, with a sentence that says what is known.

jest.setTimeout(60_000);

const timeoutMs = 1_000;
/** Beyond the time-out: the end of a session, and what a busy machine takes. Less than the time-out that is usual. */
const endsWithinMs = timeoutMs + 3_500;

const { done, failed, unreachable } = exitCodes;

/** One call of each command that asks a cluster, and how it ends where no majority is up. */
const commands: Readonly<Record<string, { readonly words: readonly string[]; readonly withoutMajority: number }>> = {
  get: { words: ["get", "a"], withoutMajority: unreachable },
  "get --local": { words: ["get", "begun", "--local"], withoutMajority: done },
  set: { words: ["set", "a", "b"], withoutMajority: unreachable },
  delete: { words: ["delete", "a"], withoutMajority: unreachable },
  cas: { words: ["cas", "a", "--absent", "--new-value", "b"], withoutMajority: unreachable },
  scan: { words: ["scan"], withoutMajority: unreachable },
  watch: { words: ["watch"], withoutMajority: unreachable },
  status: { words: ["status"], withoutMajority: done },
  "session list": { words: ["session", "list"], withoutMajority: unreachable },
  "session end": { words: ["session", "end", String(Number.MAX_SAFE_INTEGER)], withoutMajority: unreachable },
  "session end --address": { words: ["session", "end", "--address", "127.0.0.1"], withoutMajority: unreachable },
  transfer: { words: ["transfer"], withoutMajority: unreachable },
  "member list": { words: ["member", "list"], withoutMajority: done },
  "member add": { words: ["member", "add", "127.0.0.1:1"], withoutMajority: unreachable },
  "member add --no-wait": { words: ["member", "add", "127.0.0.1:1", "--no-wait"], withoutMajority: unreachable },
  "member promote": { words: ["member", "promote", "2"], withoutMajority: unreachable },
  "member cancel": { words: ["member", "cancel"], withoutMajority: unreachable },
  "member move": { words: ["member", "move", "2", "--peer", "127.0.0.1:1"], withoutMajority: unreachable },
  "member remove": { words: ["member", "remove", "2"], withoutMajority: unreachable },
  "member replace": { words: ["member", "replace", "2"], withoutMajority: unreachable },
  "fault list": { words: ["fault", "list"], withoutMajority: failed },
  "fault clear": { words: ["fault", "clear"], withoutMajority: failed },
  "fault set link": { words: ["fault", "set", "link", "all", "--cut", "--node", "1"], withoutMajority: failed },
  "fault set turn": { words: ["fault", "set", "turn", "5", "--node", "1"], withoutMajority: failed },
  "fault set disk": { words: ["fault", "set", "disk", "--fail", "--node", "1"], withoutMajority: failed },
  "fault set exit": { words: ["fault", "set", "exit", "--node", "1"], withoutMajority: failed },
};
/** These ask no cluster, or run until they are told to stop. `balsa node rejoin` has a time-out of its own. */
const others = ["verify", "serve", "node", "cluster", "dashboard", "help"];

async function inTime(endpoints: readonly string[], name: string, reader: Reader = {}, more: readonly string[] = []): Promise<Ran> {
  const from = performance.now();
  const words = [...(commands[name]?.words ?? []), "--endpoints", endpoints.join(), "--timeout", String(timeoutMs), ...more];
  const ran = await cliRead(reader, ...words);
  expect(performance.now() - from).toBeLessThan(endsWithinMs);
  return ran;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return `127.0.0.1:${port}`;
}

const names = Object.keys(commands);
const surely = (text: string) => !/may have|or may yet/.test(text);

test("every command is either in this test's list, or asks no cluster", async () => {
  const leaves = async (...group: string[]): Promise<string[]> => {
    const { out } = await cli(...group, "--help");
    const listed = [...(out.split("Commands:\n")[1] ?? "").matchAll(/^ {2}([a-z]+)/gm)].map(([, name = ""]) => name);
    if (listed.length === 0) return [group.join(" ")];
    const wanted = listed.filter((name) => name !== "help" && !(group.length === 0 && others.includes(name)));
    return (await Promise.all(wanted.map((name) => leaves(...group, name)))).flat();
  };
  const found = await leaves();
  expect(found.length).toBeGreaterThan(15);
  expect(found.filter((name) => !names.includes(name))).toEqual([]);
});

describe("where nobody listens", () => {
  let endpoints: string[];
  beforeAll(async () => {
    endpoints = (await freePorts(3)).map((port) => `127.0.0.1:${port}`);
  });

  test.each(names)("%s ends in time, and surely did nothing", async (name) => {
    const { code, out, complaints } = await inTime(endpoints, name);
    expect(code).toBe(unreachable);
    expect(complaints.filter((line) => !surely(line))).toEqual([]);
    expect(out + complaints.join()).not.toBe("");
  });
});

/** Keeps the sockets of a server, so that both can be closed. */
function closable(server: Server): () => void {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket.on("error", () => undefined)));
  return () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
}

/** A node that takes connections and says nothing, not even what HTTP/2 begins with. */
function silentNode(): Server {
  return createServer((socket) => socket.resume());
}

/** A node that takes requests and never answers. */
function idleNode(): Server {
  return createHttp2Server().on("stream", (stream) => stream.on("error", () => undefined).resume());
}

describe.each([
  ["takes connections and says nothing", silentNode],
  ["takes requests and never answers", idleNode],
])("where a node %s", (_, create) => {
  const server = create();
  const close = closable(server);
  let endpoint: string;
  beforeAll(async () => {
    endpoint = await listen(server);
  });
  afterAll(close);

  test.each(names)("%s ends in time, and surely did nothing", async (name) => {
    const { code, out, complaints } = await inTime([endpoint], name);
    expect(code).toBe(unreachable);
    expect(surely(out + complaints.join())).toBe(true);
  });
});

describe("where all but one of the named nodes say nothing", () => {
  const servers = [silentNode(), idleNode(), silentNode(), idleNode()];
  const closes = servers.map(closable);
  let three: ThreeNodes;
  let endpoints: string[];
  beforeAll(async () => {
    three = await ThreeNodes.start();
    endpoints = [...(await Promise.all(servers.map(listen))), three.addresses[0] ?? ""];
  });
  afterAll(async () => {
    for (const close of closes) close();
    await three.remove();
  });

  test.each(names)("%s reaches the cluster through the one", async (name) => {
    // A busy machine takes its time for what is done. A watch that has begun tells the first change, and ends with its reader.
    const more = ["--timeout", "3000", ...(name === "watch" ? ["--from", "1"] : [])];
    const { complaints } = await inTime(endpoints, name, { outputsMax: 1 }, more);
    expect(complaints.join()).not.toMatch(/UNREACHABLE|DEADLINE_EXCEEDED|SESSION_NOT_OPENED|may have/);
  });
});

describe("where a majority is down", () => {
  let three: ThreeNodes;
  beforeAll(async () => {
    three = await ThreeNodes.start();
    await Promise.all([2, 3].map((id) => three.stopNode(id)));
    // The one that is left must have noticed, or it would take what it cannot do.
    for (;;) {
      const [status] = JSON.parse((await cli("status", "--json", "--endpoints", three.addresses[0] ?? "")).out);
      if (status.leaderId === 0) break;
    }
  });
  afterAll(() => three.remove());

  test.each(names)("%s ends in time, and a write that was not done surely did nothing", async (name) => {
    const { code, complaints } = await inTime(three.addresses, name);
    expect(code).toBe(commands[name]?.withoutMajority);
    expect(complaints.filter((line) => !surely(line))).toEqual([]);
  });
});

describe("a change that has begun and does not end", () => {
  let three: ThreeNodes;
  beforeAll(async () => {
    three = await ThreeNodes.start();
  });
  afterAll(() => three.remove());
  // Long enough that the beginning of the change is surely over, also on a busy machine: only its end is waited for in vain.
  const givesUpMs = 4_000;
  const run = (...words: string[]) => cli(...words, "--endpoints", three.addresses.join(), "--timeout", String(givesUpMs));

  test("is told as one that goes on, and with what it waits for", async () => {
    const from = performance.now();
    const added = await run("member", "add", "127.0.0.1:1");
    expect(performance.now() - from).toBeLessThan(givesUpMs + endsWithinMs - timeoutMs);
    expect(added).toMatchObject({
      code: unreachable,
      out: expect.stringMatching(/^Node 4 is a learner\./),
      complaints: [
        expect.stringMatching(/^The change has begun and goes on by itself.* it has not joined yet\. .*balsa member cancel/),
      ],
    });
    const asJson = await run("member", "promote", "4", "--json");
    expect(asJson.code).not.toBe(done);
    expect((await run("member", "cancel")).code).toBe(done);
    expect((await run("member", "remove", "4", "--timeout", "20000")).code).toBe(done);
  });

  test("is known to be over where the only node that was named is gone: the others are asked", async () => {
    const { members, leaderId } = JSON.parse((await run("member", "list", "--json")).out);
    const { clientAddress } = members.find(({ nodeId }: { nodeId: number }) => nodeId === leaderId);
    const [host, port] = clientAddress.split(":");
    const sockets = new Set<Socket>();
    const way = createServer((socket) => {
      const there = connect({ host, port: Number(port) });
      for (const end of [socket, there]) sockets.add(end.on("error", () => undefined));
      socket.pipe(there).pipe(socket);
    });
    const endpoint = await listen(way);
    const onOutput = () => {
      way.close();
      for (const socket of sockets) socket.destroy();
    };
    const words = ["member", "remove", String(leaderId), "--endpoints", endpoint, "--timeout", "10000"];
    expect(await cliRead({ onOutput }, ...words)).toMatchObject({
      code: done,
      out: expect.stringContaining(`Node ${leaderId} is no member any more.`),
    });
  });
});

test("what was seen of a change is told when the time is up, also if no node answers any more", async () => {
  const three = await ThreeNodes.start();
  const stops: Promise<unknown>[] = [];
  let outputs = 0;
  const onOutput = () => {
    outputs += 1;
    // By then it has been said what the change waits for.
    if (outputs === 2) stops.push(...[1, 2, 3].map((id) => three.stopNode(id)));
  };
  const words = ["member", "add", "127.0.0.1:1", "--endpoints", three.addresses.join(), "--timeout", "4000"];
  const { code, complaints } = await cliRead({ onOutput }, ...words);
  expect(stops).toHaveLength(3);
  expect(code).toBe(unreachable);
  expect(complaints.join()).toContain("it has not joined yet");
  await Promise.all(stops);
  await three.remove();
});
