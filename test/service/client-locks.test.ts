import { BalsaClient } from "../../src/client/client.ts";
import type { LeaderSeen } from "../../src/client/locks/election.ts";
import type { GivenClientOptions } from "../../src/client/values/options.ts";
import { decodeSessionCommand, encodeSessionCommand } from "../../src/machine/session-codec.ts";
import { errorOf } from "../support/error-of.ts";
import { RunningServer, until } from "./running-server.ts";

// Locks and elections of the client library, against a node that is a whole cluster by itself.

let server: RunningServer;
const clients: BalsaClient[] = [];
beforeEach(async () => {
  server = await RunningServer.start();
});
afterEach(async () => {
  server.node.writes = "run";
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await server.stop();
});

function connect(options: Partial<GivenClientOptions> = {}): BalsaClient {
  const client = new BalsaClient({ endpoints: [server.address], discover: false, ...options });
  clients.push(client);
  return client;
}

/** The cluster ends all sessions, as if they had expired. */
function expireSessions(): void {
  const opened = server.node.commands.flatMap((bytes, place) => (decodeSessionCommand(bytes).type === "openAs" ? [place + 1] : []));
  for (const session of opened) server.node.submit(encodeSessionCommand({ type: "close", session }), 1_000, () => undefined);
}

describe("a lock", () => {
  test("is held by one at a time, and whoever waits gets it when it is given back, with a higher fence", async () => {
    const [first, second] = [connect(), connect()];
    const order: string[] = [];
    let finish = (): void => undefined;
    const done = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const fences: number[] = [];
    const one = first.lock("jobs").run(async ({ fence }) => {
      fences.push(fence);
      order.push("first begins");
      await done;
      order.push("first ends");
    });
    await until(() => order.length === 1, "the first one holds it");
    const two = second.lock("jobs").run(({ fence }) => {
      fences.push(fence);
      order.push("second");
    });
    await until(() => server.node.changes.watcherCount >= 2, "the second one waits");
    finish();
    await Promise.all([one, two]);
    expect(order).toEqual(["first begins", "first ends", "second"]);
    expect(fences[1]).toBeGreaterThan(Number(fences[0]));
    expect(await first.get("jobs")).toBeNull();
  });

  test("is given back when the task throws, and the error is the task's", async () => {
    const client = connect();
    await expect(
      client.lock("jobs").run(() => {
        throw new Error("of the task");
      }),
    ).rejects.toThrow("of the task");
    expect(await client.get("jobs")).toBeNull();
  });

  test("that somebody holds is not had at once, and not within the time that is given", async () => {
    const held = await connect().lock("jobs").acquire();
    const other = connect().lock("jobs");
    expect(await other.tryAcquire()).toBeNull();
    expect(await errorOf(other.acquire({ timeoutMs: 50 }))).toMatchObject({ code: "LOCK_HELD", mayHaveHappened: false });
    const waiting = new AbortController();
    const answer = other.acquire({ signal: waiting.signal });
    waiting.abort(new Error("enough"));
    expect(await errorOf(answer)).toMatchObject({ code: "ABORTED", cause: expect.objectContaining({ message: "enough" }) });
    await held.release();
    expect(await other.tryAcquire()).not.toBeNull();
  });

  test("aborts its signal when the session is lost, and tells the task's caller so", async () => {
    const client = connect();
    const lost = client.lock("jobs").run(
      ({ signal }) =>
        new Promise<void>((resolve) => {
          signal.addEventListener("abort", () => resolve());
          expireSessions();
        }),
    );
    expect(await errorOf(lost)).toMatchObject({ code: "LOCK_LOST" });
    // It was a lock's session, not one with keys of the program's own: the next write goes on in another one.
    expect(await client.set("a", "1")).toMatchObject({ existed: false });
    expect(await client.lock("jobs").tryAcquire()).not.toBeNull();
  });

  test.each([
    ["deletes", (other: BalsaClient) => other.delete("jobs")],
    ["sets", (other: BalsaClient) => other.set("jobs", "mine")],
  ])("aborts its signal when somebody %s its key without asking", async (_what, change) => {
    const held = await connect().lock("jobs").acquire();
    await change(connect());
    await until(() => held.signal.aborted, "it is told");
    expect(held.signal.reason).toMatchObject({ code: "LOCK_LOST" });
  });

  test("aborts its signal when its client is closed, and its key is gone", async () => {
    const client = connect();
    const held = await client.lock("jobs").acquire();
    await client.close();
    expect(held.signal.aborted).toBe(true);
    expect(await connect().get("jobs")).toBeNull();
  });

  test("whose taking was not answered in time is undone, so that nobody holds it unknowingly", async () => {
    const client = connect({ requestTimeoutMs: 300 });
    await client.set("a", "1");
    server.node.writes = "loseAnswers";
    expect(await errorOf(client.lock("jobs").acquire())).toMatchObject({ mayHaveHappened: true });
    server.node.writes = "run";
    const other = connect();
    await other.lock("jobs").acquire({ timeoutMs: 5_000 });
  });

  test("is refused to a client that has no session", () => {
    expect(() => connect({ session: false }).lock("jobs")).toThrow("needs a session");
  });
});

describe("an election", () => {
  test("has one leader, whose value all see, and the next one when it resigns", async () => {
    const [one, two, observer] = [connect(), connect(), connect()];
    const seen: (LeaderSeen | null)[] = [];
    const stop = new AbortController();
    const observing = (async () => {
      for await (const leader of observer.election("scheduler").observe({ signal: stop.signal })) seen.push(leader);
    })();
    await until(() => seen.length === 1, "the observer has begun");
    const first = await one.election("scheduler").campaign("host1:80");
    const next = two.election("scheduler").campaign("host1:80");
    expect(await observer.election("scheduler").leader()).toEqual({ value: "host1:80", fence: first.fence });
    await first.release();
    const second = await next;
    await until(() => seen.length === 4, "the observer has seen all");
    expect(seen).toEqual([null, { value: "host1:80", fence: first.fence }, null, { value: "host1:80", fence: second.fence }]);
    stop.abort();
    await expect(observing).rejects.toMatchObject({ code: "ABORTED" });
  });
});

describe("a part of the map with a prefix", () => {
  test("gives and takes keys without it, in every call", async () => {
    const client = connect();
    const jobs = client.withPrefix("jobs/");
    await client.set("job", "outside");
    await jobs.set("1", "a");
    await jobs.withPrefix("sub/").set("2", "b");
    expect(await jobs.batch([{ type: "set", key: "3", value: "c" }])).toMatchObject({ succeeded: true });
    expect(await jobs.compareAndSet("3", { value: "x" }, "d")).toMatchObject({ succeeded: false, current: { key: "3" } });
    expect(await jobs.get("1")).toMatchObject({ key: "1", value: "a" });
    const keys: string[] = [];
    for await (const { key } of jobs.scan({ limit: 1 })) keys.push(key);
    expect(keys).toEqual(["1", "3", "sub/2"]);
    expect(await jobs.scanPage({ start: "2", end: "4" })).toMatchObject({ items: [{ key: "3" }], nextStart: null });
    expect(await client.get("jobs/sub/2")).toMatchObject({ value: "b" });
    const watch = jobs.watch();
    await watch.started();
    await client.set("job", "outside again");
    await jobs.delete("1");
    for await (const change of watch) {
      expect(change).toMatchObject({ type: "delete", key: "1" });
      break;
    }
    await jobs.lock("lock").run(async () => expect(await client.get("jobs/lock")).not.toBeNull());
  });
});
