// A lock: three workers add to one counter, one at a time, by reading it and writing it back. Without the lock they would
// overwrite each other. Start a cluster (npm start), then give the client addresses of its nodes.
import { BalsaClient } from "balsa";

const endpoints = process.argv.length > 2 ? process.argv.slice(2) : ["127.0.0.1:8001", "127.0.0.1:8002", "127.0.0.1:8003"];
const map = new BalsaClient({ endpoints });
await map.set("counter", "0");

/** Each worker has a client, and so a session, of its own. If its program dies, the session ends and the lock is free. */
async function work(worker: string): Promise<void> {
  const client = new BalsaClient({ endpoints, sessionTimeoutMs: 5_000 });
  for (let round = 0; round < 3; round++) {
    await client.lock("locks/counter").run(async ({ signal, fence }) => {
      const before = Number((await client.get("counter", { signal }))?.value);
      // The signal aborts when the lock is lost. What is beyond the cluster should also refuse a fence lower than the last.
      await client.set("counter", String(before + 1), { signal });
      console.log(`${worker} made ${before + 1} of ${before} (fence ${fence})`);
    });
  }
  await client.close();
}

await Promise.all(["Ada", "Grace", "Barbara"].map(work));
console.log(`counter: ${(await map.get("counter"))?.value}`);
await map.close();
