import { rmSync } from "node:fs";
import { idsPassedOver } from "../../src/node/founding/recovery.ts";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { Cluster } from "../support/harness.ts";
import { until } from "../support/until.ts";
import { balsa, type Ended } from "./balsa.ts";

// Five real processes, three of which are lost for good: no majority will ever answer again.

jest.setTimeout(180_000);

let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.start({ nodes: 5 });
  await cluster.leader();
});
afterAll(() => cluster.remove());

function client(endpoints: readonly string[], ...args: string[]): Promise<Ended> {
  return balsa("--endpoints", endpoints.join(","), ...args);
}

async function voters(wanted: readonly number[]): Promise<void> {
  await until(`the voters are ${wanted}`, 30_000, async () => {
    const { code, stdout } = await client([cluster.endpoint(1)], "member", "list", "--json");
    if (code !== 0) return undefined;
    const { members } = JSON.parse(stdout) as { members: { nodeId: number; role: string }[] };
    const found = members.map(({ nodeId, role }) => `${nodeId} ${role}`);
    return found.join() === wanted.map((id) => `${id} MEMBER_ROLE_VOTER`).join() || undefined;
  });
}

/** Once node 1 has all that is in any running node's log. */
async function firstHasAll(): Promise<void> {
  await until("node 1 has all", 20_000, async () => {
    const lasts = (await cluster.statuses()).map(({ nodeId, lastIndex, commitIndex }) => ({ nodeId, lastIndex, commitIndex }));
    const first = lasts.find(({ nodeId }) => nodeId === 1);
    return lasts.every(({ lastIndex }) => lastIndex === first?.lastIndex && lastIndex === first.commitIndex) || undefined;
  });
}

/** Runs what the recovery said for this node. Only the directory is left to fill in. */
function rejoin(id: number, said: string): Promise<Ended> {
  const [, words = ""] = new RegExp(`^ +balsa (node rejoin .*--id ${id} .*)$`, "m").exec(said) ?? [];
  return balsa(...words.split(" ").map((word) => (word === "DIR" ? cluster.dataDir(id) : word)));
}

test("three of five are lost: the survivor with most of the log becomes a cluster, with all that it had, and the others rejoin it", async () => {
  const keys = Array.from({ length: 6 }, (_, place) => `key ${place}`);
  for (const key of keys.slice(0, 3)) expect(await client(cluster.endpoints, "set", key, key)).toMatchObject({ code: 0 });
  await cluster.node(2).kill();
  for (const key of keys.slice(3)) expect(await client(cluster.endpoints, "set", key, key)).toMatchObject({ code: 0 });
  await firstHasAll();
  const [one, two] = [cluster.dataDir(1), cluster.dataDir(2)];
  const running = await balsa("cluster", "recover", "--force", "--data-dir", one);
  expect(running).toMatchObject({ code: exitCodes.storage, stderr: expect.stringContaining("in use by another process") });
  for (const id of [1, 3, 4, 5]) await cluster.node(id).kill();
  for (const id of [3, 4, 5]) rmSync(cluster.dataDir(id), { recursive: true });

  const unforced = await balsa("cluster", "recover", "--data-dir", one);
  expect(unforced.code).toBe(exitCodes.failed);
  expect(unforced.stderr).toMatch(/WARNING(.|\n)*LOST(.|\n)*Nothing was changed/);
  const behind = await balsa("cluster", "recover", "--force", "--data-dir", two, "--compare", one);
  expect(behind).toMatchObject({ code: exitCodes.failed, stderr: expect.stringContaining(`${one} has more of the log`) });
  const recovered = await balsa("cluster", "recover", "--force", "--data-dir", one, "--compare", two);
  expect(recovered).toMatchObject({ code: 0, stdout: expect.stringContaining("No members any more: node 2, 3, 4, 5.") });

  // The other survivor comes back as well: nobody listens to it, and it has no majority.
  cluster.node(2).start();
  cluster.node(1).start();
  await voters([1]);
  for (const key of keys) expect((await client([cluster.endpoint(1)], "get", key)).stdout.trim()).toBe(key);
  expect(await client([cluster.endpoint(1)], "set", "after", "all")).toMatchObject({ code: 0 });
  expect(await cluster.status(2)).toMatchObject({ nodeId: 2, leaderId: 0 });
  await until("both say so", 20_000, () => {
    const [one, two] = [1, 2].map((id) => cluster.node(id).output);
    return (
      (/Another cluster calls from/.test(one ?? "") && /Node 1 at .* does not listen to this node/.test(two ?? "")) || undefined
    );
  });
  await cluster.node(2).kill();

  const [second, third] = [6 + idsPassedOver, 7 + idsPassedOver];
  expect(await rejoin(2, recovered.stdout)).toMatchObject({ code: 0, stdout: expect.stringContaining(`This is node ${second}`) });
  cluster.node(2).start();
  await voters([1, second]);
  expect(await rejoin(3, recovered.stdout)).toMatchObject({ code: 0, stdout: expect.stringContaining(`This is node ${third}`) });
  cluster.node(3).start();
  await voters([1, second, third]);
  const { members } = JSON.parse((await client([cluster.endpoint(1)], "member", "list", "--json")).stdout);
  expect(members).toMatchObject(
    [1, 2, 3].map((id) => ({ peerAddress: cluster.peerAddress(id), clientAddress: cluster.endpoint(id) })),
  );
  await cluster.node(1).kill();
  const left = [cluster.endpoint(2), cluster.endpoint(3)];
  for (const key of keys) expect((await client(left, "get", key)).stdout.trim()).toBe(key);
  expect((await client(left, "get", "after")).stdout.trim()).toBe("all");
});
