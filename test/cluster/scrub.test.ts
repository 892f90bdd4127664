import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/main/exit-codes.ts";
import { Cluster } from "./harness.ts";
import { UnaryCaller } from "./unary-caller.ts";

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
  expect(node.lastLine).toMatch(
    new RegExp(`^Node 3: The ${part} in .* is damaged: the block at byte \\d+ fails its checksum\\. Check the disk\\.`),
  );
  await cluster.leader();
  await write(2);
});
