// A leader for your own program: of all its processes at most one leads, and when it goes another one takes over.
// Here three candidates run in one program, and each resigns after a while. Start a cluster (npm start) first.
import { setTimeout as sleep } from "node:timers/promises";
import { BalsaClient } from "balsa";

const endpoints = process.argv.length > 2 ? process.argv.slice(2) : ["127.0.0.1:8001", "127.0.0.1:8002", "127.0.0.1:8003"];
const office = "service/leader";

/** Waits until it leads, works for a while, and resigns. If its program dies, its session ends, and with it its leadership. */
async function stand(name: string): Promise<void> {
  const client = new BalsaClient({ endpoints, sessionTimeoutMs: 5_000 });
  const leadership = await client.election(office).campaign(name);
  // It stops when it cannot be sure any more that it leads.
  for (let task = 1; task <= 3 && !leadership.signal.aborted; task++) {
    console.log(`${name} does task ${task}`);
    await sleep(20);
  }
  await leadership.release();
  await client.close();
}

// Anyone may follow who leads.
const observer = new BalsaClient({ endpoints });
let candidates: Promise<unknown> | null = null;
let terms = 0;
for await (const leader of observer.election(office).observe()) {
  if (leader !== null) console.log(`${leader.value} leads, since revision ${leader.fence}`);
  else if (candidates === null) candidates = Promise.all(["Ada", "Grace", "Barbara"].map(stand));
  else if (++terms === 3) break;
}
await candidates;
await observer.close();
