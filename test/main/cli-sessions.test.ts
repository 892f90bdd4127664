import { BalsaClient } from "../../src/client/client.ts";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { cli } from "./cli-world.ts";
import { type OneNode, startOneNode } from "./one-node.ts";

jest.setTimeout(30_000);

let node: OneNode;
const clients: BalsaClient[] = [];
beforeEach(async () => {
  node = await startOneNode({ sessionsPerClientMax: 12 });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await node.remove();
});

function balsa(...words: string[]) {
  return cli(...words, "--endpoints", node.address, "--timeout", "10000");
}

/** A client that holds a lock. */
async function holder(name: string, key: string): Promise<BalsaClient> {
  const client = new BalsaClient({ endpoints: [node.address], name });
  clients.push(client);
  await client.set(key, "mine", { attached: true });
  return client;
}

async function idOf(name: string): Promise<number> {
  const { out } = await balsa("session", "list", "--json");
  const sessions: { name: string; sessionId: number }[] = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return sessions.find((session) => session.name === name)?.sessionId ?? 0;
}

test("a list shows whose sessions there are, with their keys if asked, and no more lines than sessions", async () => {
  await holder("worker\n\x1b[31m 1", "lock/a\n");
  await holder("worker 2", "lock/b");
  const { code, out } = await balsa("session", "list", "--keys");
  expect(code).toBe(exitCodes.done);
  expect(out).toMatch(/│ \d+ +│ worker\\n\\u001b\[31m 1 +│ 127\.0\.0\.1 +│ \d+ s +│ \d+ s +│ 10 s +│ lock\/a\\n +│/);
  expect(out).toMatch(/worker 2 .*lock\/b/);
  expect(out).toMatch(/2 of at most 10000 sessions are open\.\n$/);
  expect((await balsa("session", "list", "--address", "10.9.9.9")).out).toBe("2 of at most 10000 sessions are open.\n");
});

test("a session that is ended lets go of its keys, and its client is told", async () => {
  const first = await holder("first", "lock");
  const id = await idOf("first");
  expect(await balsa("session", "end", String(id))).toMatchObject({ code: exitCodes.done, out: "1 of 1 sessions ended.\n" });
  expect((await balsa("get", "lock")).code).toBe(exitCodes.failed);
  await expect(first.set("a", "b")).rejects.toMatchObject({ code: "SESSION_LOST" });
  expect(await balsa("session", "end", String(id))).toMatchObject({
    code: exitCodes.failed,
    complaints: [`There is no session ${id}.`],
  });
  expect((await balsa("session", "end")).code).toBe(exitCodes.usage);
  expect((await balsa("session", "end", "1", "--address", "127.0.0.1")).code).toBe(exitCodes.usage);
});

test("a program that has taken all sessions of its address is seen and ended, and the next client gets one", async () => {
  for (let at = 0; at < 12; at += 1) await holder(`bad ${at}`, `key ${at}`);
  expect(await balsa("set", "a", "b")).toMatchObject({
    code: exitCodes.failed,
    complaints: [expect.stringContaining("TOO_MANY_SESSIONS_OF_CLIENT")],
  });
  expect(await balsa("session", "end", "--address", "127.0.0.1")).toMatchObject({ out: "12 of 12 sessions ended.\n" });
  expect((await balsa("set", "a", "b")).code).toBe(exitCodes.done);
});

test("a command leaves no session behind, whether it was done or refused", async () => {
  await balsa("set", "a", "b");
  await balsa("cas", "a", "--absent", "--new-value", "c");
  await balsa("delete", "a");
  expect((await balsa("session", "list")).out).toBe("0 of at most 10000 sessions are open.\n");
});
