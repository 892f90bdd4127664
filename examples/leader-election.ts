// A leader for your own program: of all its processes at most one leads, and when it goes another one takes over.
// Here three candidates run in one program, and the leader resigns after a while. Start a cluster (npm start) first.
import { setTimeout as sleep } from "node:timers/promises";
import { BalsaClient } from "balsa";

const endpoints = process.argv.length > 2 ? process.argv.slice(2) : ["127.0.0.1:8001", "127.0.0.1:8002", "127.0.0.1:8003"];
const office = "service/leader";

/** Stands for election until it has led once. */
async function stand(name: string): Promise<void> {
  const deposed = new AbortController();
  const client = new BalsaClient({ endpoints, sessionTimeoutMs: 5_000, onSessionLost: (error) => deposed.abort(error) });
  try {
    for (;;) {
      // Who finds the office empty takes it. It is attached: empty again once this client's session ends, however that comes.
      const election = await client.compareAndSet(office, { absent: true }, name, { attached: true });
      if (election.succeeded) return await lead(name, deposed.signal);
      await untilEmpty(client, election.revision);
    }
  } finally {
    // Resigns at once, instead of leaving the others to wait until the session expires.
    await client.close();
  }
}

/** What only the leader does. It stops when it cannot be sure any more that it leads. */
async function lead(name: string, deposed: AbortSignal): Promise<void> {
  for (let task = 1; task <= 3 && !deposed.aborted; task++) {
    console.log(`${name} does task ${task}`);
    await sleep(20);
  }
}

async function untilEmpty(client: BalsaClient, since: number): Promise<void> {
  for await (const change of client.watch({ key: office, from: since })) if (change.type === "delete") return;
}

// Anyone may follow who leads.
const observer = new BalsaClient({ endpoints });
const watch = observer.watch({ key: office });
await watch.started();
const candidates = Promise.all(["Ada", "Grace", "Barbara"].map(stand));
let terms = 0;
for await (const change of watch) {
  if (change.type === "set") console.log(`${change.value} leads, since revision ${change.revision}`);
  else if (++terms === 3) break;
}
await candidates;
await observer.close();
