import type { View } from "../../src/core/api.ts";
import { MissingLeader, missingSentence } from "../../src/server/node/missing-leader.ts";
import type { LinkStatus } from "../../src/transport/grpc-transport.ts";

const link = (peer: number, state: LinkStatus["state"], ...addresses: string[]): LinkStatus => ({
  peer,
  address: addresses[0] ?? "",
  addresses,
  state,
});
const leaderless = { id: 1, voters: [1, 2, 3], passedMs: 10_000 };

test("whoever does not reach enough of the voters says whom, where it looked, and what to do", () => {
  const links = [link(2, "broken", "a:7000", "b:7000"), link(3, "broken", "c:7000")];
  expect(missingSentence(leaderless, links)).toBe(
    "There has been no leader for 10 s: of the voters 1, 2, 3 this node does not reach node 2 at a:7000 or b:7000, node 3 at c:7000. " +
      "If they are down, start them. If they are at other addresses now, start each node with --peers that says where all of them are.",
  );
  expect(missingSentence(leaderless, [])).toContain("node 2 (its address is not known), node 3 (its address is not known)");
});

test("with enough of them reached it is nothing of addresses", () => {
  expect(missingSentence(leaderless, [link(2, "connected", "a:7000"), link(3, "broken", "c:7000")])).toBeNull();
  expect(missingSentence({ ...leaderless, voters: [1] }, [])).toBeNull();
});

test("it is said once, each time that it lasts", () => {
  let now = 0;
  let leader: number | null = null;
  const said: string[] = [];
  const missing = new MissingLeader({
    now: () => now,
    view: () => ({ id: 1, leader, members: { voters: [1, 2, 3] } }) as unknown as View,
    links: () => [],
    warn: (sentence) => said.push(sentence),
  });
  const lookUntil = (end: number) => {
    for (; now < end; now += 1_000) missing.look();
  };
  lookUntil(9_999);
  expect(said).toHaveLength(0);
  lookUntil(60_000);
  expect(said).toHaveLength(1);
  leader = 2;
  lookUntil(61_000);
  leader = null;
  lookUntil(70_000);
  expect(said).toHaveLength(1);
  lookUntil(80_000);
  expect(said).toHaveLength(2);
});
