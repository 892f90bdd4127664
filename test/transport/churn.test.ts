import { createHash } from "node:crypto";
import type { PeerPlace } from "../../src/node/ports.ts";
import { chunkOf } from "./messages.ts";
import { listen, TestNode } from "./test-node.ts";
import { until } from "./until.ts";

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(60_000);

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Numbers from 0 up to `below` that look random and are the same in each run. */
function chooser(seed: string): (below: number) => number {
  let drawn = 0;
  return (below) => createHash("sha256").update(`${seed} ${drawn++}`).digest().readUInt32BE() % below;
}

test.each(["a", "b", "c"])(
  "members come and go, move, and change their disks: each command and each piece gets exactly one outcome (%s)",
  async (seed) => {
    const choose = chooser(seed);
    const limits = { backOffMinMs: 2, backOffMaxMs: 5, chunkTimeoutMs: 200 };
    const servers = await Promise.all([1, 2, 3].map(() => listen()));
    const nodes = servers.map(({ server }, at) => {
      const node = new TestNode({ id: at + 1, diskId: `disk-${at + 1}`, peers: new Map(), lastId: 0, limits }, server);
      stops.push(() => node.stop());
      return node;
    });
    const outcomes: number[] = [];
    const call = (node: TestNode): void => {
      const at = outcomes.push(0) - 1;
      const done = (): void => {
        outcomes[at] = (outcomes[at] ?? 0) + 1;
      };
      const to = 1 + choose(3);
      if (choose(2) === 0) node.transport.forward(to, Buffer.alloc(choose(1_000)), done);
      else node.transport.sendChunk(to, chunkOf({ records: Buffer.alloc(choose(100_000)) }), done);
    };
    const answer = (node: TestNode): void => {
      for (const { done } of node.forwarded.splice(0)) if (choose(4) > 0) done({ type: "done", index: 1, result: Buffer.alloc(8) });
      for (const { done } of node.chunks.splice(0)) if (choose(4) > 0) done({ type: "next", cursor: null });
    };
    for (let round = 0; round < 150; round++) {
      for (const node of nodes) {
        for (let calls = choose(3); calls > 0; calls--) call(node);
        if (choose(4) === 0) node.transport.setPeers(placesFor(servers, choose), choose(2) * 3);
        answer(node);
      }
      await new Promise((resolve) => setTimeout(resolve, choose(4)));
    }
    for (const node of nodes) node.transport.close();
    await until("nothing is under way", () => outcomes.every((count) => count > 0));
    expect(outcomes.every((count) => count === 1)).toBe(true);
  },
);

/** Each node may be a member or not, be found or not, and have its own disk, none that is known, or seldom another. */
function placesFor(servers: readonly { readonly address: string }[], choose: (below: number) => number): Map<number, PeerPlace> {
  const places = new Map<number, PeerPlace>();
  for (const [at, { address }] of servers.entries()) {
    if (choose(4) === 0) continue;
    const diskId = ["", `disk-${at + 1}`, `disk-${at + 1}`, "another"][choose(4)] ?? "";
    places.set(at + 1, { address: choose(5) === 0 ? "" : address, diskId });
  }
  return places;
}
