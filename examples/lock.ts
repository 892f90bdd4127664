// A lock: three workers add to one counter, one at a time, by reading it and writing it back. Without the lock they would
// overwrite each other. Start a cluster (npm start), then give the client addresses of its nodes.
import { BalsaClient } from "balsa";

const endpoints = process.argv.length > 2 ? process.argv.slice(2) : ["127.0.0.1:8001", "127.0.0.1:8002", "127.0.0.1:8003"];

interface Held {
  /** Aborted when the lock is lost: when the cluster has not been reached for as long as a session lasts. */
  readonly signal: AbortSignal;
  /** Higher for each later holder: what the lock protects can refuse whoever comes with a lower one. */
  readonly fence: number;
}

/** Waits for the lock, runs the task, lets go of the lock. If this program dies, its session ends and the lock is free. */
async function withLock(name: string, task: (held: Held) => Promise<void>): Promise<void> {
  const lost = new AbortController();
  const client = new BalsaClient({ endpoints, sessionTimeoutMs: 5_000, onSessionLost: (error) => lost.abort(error) });
  try {
    for (;;) {
      // Only one of all who try finds no such key. The key is attached: it goes with this client's session.
      const taken = await client.compareAndSet(name, { absent: true }, `process ${process.pid}`, { attached: true });
      if (taken.succeeded) return await task({ signal: lost.signal, fence: taken.revision });
      await untilDeleted(client, name, taken.revision);
    }
  } finally {
    await client.close();
  }
}

/** Nothing is missed between the look and the wait: the watch goes back to the moment of the look. */
async function untilDeleted(client: BalsaClient, key: string, since: number): Promise<void> {
  for await (const change of client.watch({ key, from: since })) if (change.type === "delete") return;
}

const map = new BalsaClient({ endpoints });
await map.set("counter", "0");

async function work(worker: string): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await withLock("locks/counter", async ({ signal, fence }) => {
      const before = Number((await map.get("counter"))?.value);
      signal.throwIfAborted();
      await map.set("counter", String(before + 1));
      console.log(`${worker} made ${before + 1} of ${before} (fence ${fence})`);
    });
  }
}

await Promise.all(["Ada", "Grace", "Barbara"].map(work));
console.log(`counter: ${(await map.get("counter"))?.value}`);
await map.close();
