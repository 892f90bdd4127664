import { cpSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { Cluster } from "../support/harness.ts";
import { balsa } from "./balsa.ts";

// Real processes, and parts of their data directories put where they do not belong.

jest.setTimeout(120_000);

let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.start({ nodes: 3 });
  await cluster.leader();
  await balsa("--endpoints", cluster.endpoints.join(","), "set", "key", "value");
  await cluster.settled();
});
afterAll(() => cluster.remove());

test.each([
  ["log and log.mark", ["log", "log.mark"]],
  ["log", ["log"]],
  ["log.mark", ["log.mark"]],
  ["state", ["state"]],
])(
  "%s of node 2 in the directory of node 3: refused, with whose it is and the way out; with its own again node 3 starts",
  async (_, parts) => {
    const [two, three] = [cluster.node(2), cluster.node(3)];
    await three.terminate();
    await two.terminate();
    const aside = join(cluster.folder, "aside");
    cpSync(cluster.dataDir(3), aside, { recursive: true });
    for (const part of parts) {
      rmSync(join(cluster.dataDir(3), part), { recursive: true });
      cpSync(join(cluster.dataDir(2), part), join(cluster.dataDir(3), part), { recursive: true });
    }
    two.start();
    for (let time = 0; time < 2; time += 1) {
      three.start();
      expect(await three.ended(20_000)).toMatchObject({ code: exitCodes.storage });
      expect(three.lastLine).toMatch(
        /is of node 2 with the disk .*, but this is the data directory of node 3 with .*run: balsa node rejoin/,
      );
    }
    rmSync(cluster.dataDir(3), { recursive: true });
    renameSync(aside, cluster.dataDir(3));
    three.start();
    await cluster.whole();
    await cluster.settled();
  },
);
