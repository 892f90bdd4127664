import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BalsaAdmin } from "../../src/client/admin.ts";
import { openDatabase } from "../../src/storage/files/database.ts";
import { RecordDigest } from "../../src/storage/state/record-digest.ts";
import {
  checksumOfData,
  dataRange,
  decodeData,
  decodeWrite,
  encodeData,
  encodeWrite,
  lastWriteKey,
  writeKey,
} from "../../src/storage/state/state-records.ts";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { recordsIn } from "../storage/support.ts";
import { Cluster } from "../support/harness.ts";
import { UnaryCaller } from "../support/unary-caller.ts";
import { runAdvised } from "./balsa.ts";

// What goes wrong on the disk of a node that runs, and that nobody reads for long.

jest.setTimeout(60_000);

let cluster: Cluster;
let caller: UnaryCaller;

afterEach(async () => {
  caller.close();
  await cluster.remove();
});

async function write(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    expect((await caller.call(`key ${turn}`, { type: "set", value: "x".repeat(1_000) })).type).toBe("written");
  }
}

/** Changes one bit in place, as a disk does: the file stays the one that the process has open. */
function flipBitIn(directory: string): void {
  const [table = ""] = readdirSync(directory).filter((name) => name.endsWith(".ldb"));
  const bytes = readFileSync(join(directory, table));
  const place = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
  writeFileSync(join(directory, table), bytes, { flag: "r+" });
}

test.each(["state", "log"])("a bit that flips in the %s of a running node stops it, and the others go on", async (part) => {
  cluster = await Cluster.start({ nodes: 3, flags: { "scrub-period-ms": "100" } });
  caller = new UnaryCaller({ endpoint: cluster.endpoint(1), timeoutMs: 5_000 });
  await cluster.leader();
  await write(20);
  // LevelDB has all of it in tables once it is opened again.
  const node = cluster.node(3);
  await node.terminate();
  node.start();
  await cluster.whole();
  flipBitIn(join(cluster.dataDir(3), part));
  expect(await node.ended(10_000)).toEqual({ code: exitCodes.storage, signal: null });
  // A line of the log that a thread still has in hand may come after it.
  expect(node.output).toMatch(
    // By whichever reads it first: the round through the files, or a command that needs the record.
    new RegExp(`^Node 3: The ${part} in .* is damaged: (the block at byte \\d+ )?fails its checksum\\. Check the disk\\.`, "m"),
  );
  await cluster.leader();
  await write(2);
});

/** Changes a record so that everything in the state fits together: as a machine does that computes something wrong. */
async function changeQuietly(directory: string): Promise<void> {
  const database = await openDatabase(directory, { mayCreate: false, writeBufferBytes: 65_536, cacheBytes: 65_536 });
  const last = decodeWrite(lastWriteKey, (await database.get(lastWriteKey)) ?? Buffer.alloc(0)).record;
  const records = await recordsIn(database, dataRange);
  const [key, found] = records.at(-1) ?? [Buffer.alloc(0), Buffer.alloc(0)];
  const { value, checksum } = decodeData(key, found);
  const wrong = Buffer.from(value).fill("y", value.length - 1);
  const record = encodeData(key, wrong);
  const digest = new RecordDigest(last.count, last.bytes, last.digest);
  digest.remove(checksum, 0);
  digest.add(checksumOfData(record), 0);
  await database.put(key, record);
  for (const place of [lastWriteKey, writeKey(last.number)]) {
    await database.put(place, encodeWrite(place, { ...last, digest: digest.halves }).value);
  }
  await database.close();
}

test.each(["a follower", "the leader"])(
  "a state that differs although all of it is sound stops %s, and the others go on",
  async (who) => {
    cluster = await Cluster.start({
      nodes: 3,
      flags: { "compare-ms": who === "the leader" ? "8000" : "500", "scrub-period-ms": "50" },
    });
    caller = new UnaryCaller({ endpoint: cluster.endpoint(1), timeoutMs: 5_000 });
    await cluster.leader();
    await write(20);
    const node = cluster.node(3);
    await node.terminate();
    await changeQuietly(join(cluster.dataDir(3), "state"));
    node.start();
    if (who === "the leader") {
      await cluster.whole();
      const admin = new BalsaAdmin({ endpoints: cluster.endpoints });
      expect(await admin.transferLeadership(3)).toBe(3);
    }
    expect(await node.ended(20_000)).toEqual({ code: exitCodes.storage, signal: null });
    // A line of the log that a thread still has in hand may come after it.
    expect(node.output).toMatch(
      /^Node 3: After entry \d+ the state of this node is another one .* the nodes 1, 2 have .* run: balsa node rejoin --data-dir /m,
    );
    await cluster.leader();
    await write(2);
    for (const id of [1, 2]) expect(cluster.node(id).exit).toBeNull();
    // Whoever starts what has stopped again, as a supervisor does, is told the same, before the node has said a word to the others.
    const before = node.output.length;
    node.start();
    expect(await node.ended(10_000)).toEqual({ code: exitCodes.storage, signal: null });
    const again = node.output.slice(before);
    const [refusal = ""] = /^Node 3: .*$/m.exec(again) ?? [];
    expect(refusal).toMatch(/ another one than that of the majority, and has stopped\. .* run: balsa node rejoin --data-dir /);
    expect(again).not.toContain("Serving clients");
    expect(await runAdvised(refusal)).toMatchObject({ code: 0, stdout: expect.stringContaining("This is node 4 of cluster") });
  },
);
