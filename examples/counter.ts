// A machine of one's own: named counters, kept by three nodes. A command is text: "visits 1" adds 1 to visits.
// Here all three run in one program; in earnest each runs in a process of its own, on a machine of its own.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNode, type Machine } from "balsa";

/** What is replicated: logic over records, without a clock, chance or fields, so that every node comes to the same. */
const counters: Machine = {
  reads: (_at, command) => [keyOf(command)],
  apply: (_at, command, records) => {
    const [, step] = wordsOf(command);
    const sum = numberOf(records.get(keyOf(command))) + Number(step);
    if (!Number.isSafeInteger(sum)) return Buffer.from("refused: that is no whole number");
    records.put(keyOf(command), Buffer.from(String(sum)));
    return Buffer.from(String(sum));
  },
};

const wordsOf = (command: Uint8Array): string[] => Buffer.from(command).toString().split(" ");
const keyOf = (command: Uint8Array): Buffer => Buffer.from(wordsOf(command)[0] ?? "");
const numberOf = (record: Uint8Array | undefined): number => Number(record === undefined ? 0 : Buffer.from(record).toString());

const [port1 = "7301", port2 = "7302", port3 = "7303"] = process.argv.slice(2);
const data = mkdtempSync(join(tmpdir(), "counter-"));
const peers = { 1: `127.0.0.1:${port1}`, 2: `127.0.0.1:${port2}`, 3: `127.0.0.1:${port3}` };
const start = (id: 1 | 2 | 3) => createNode({ id, peers, listen: peers[id], dataDir: join(data, `node-${id}`), machine: counters });
const nodes = await Promise.all([start(1), start(2), start(3)]);

// Any node takes a command; it is answered once it is on the disks of a majority and applied.
for (const node of nodes) {
  const { result } = await node.submit(Buffer.from("visits 1"));
  console.log(`node ${node.id}: visits is now ${Buffer.from(result).toString()}`);
}

// A read at any node sees every command that was answered before it.
const [visits] = await nodes[0].read([Buffer.from("visits")]);
console.log(`visits: ${numberOf(visits)}`);

await Promise.all(nodes.map((node) => node.stop()));
