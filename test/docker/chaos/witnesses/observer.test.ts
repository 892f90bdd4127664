import type { NodeAnswer } from "../types.ts";
import { Leaders } from "./leaders.ts";
import { Lives } from "./lives.ts";

// What can be told of nodes by asking them: who leads, and whether a process is still the same one.

test("a process that goes on is one life, and one that was started anew another", () => {
  const lives = new Lives();
  lives.note(answer({ uptimeMs: 5_000 }), { from: 100, to: 120 });
  lives.note(answer({ uptimeMs: 5_151 }), { from: 250, to: 262 });
  lives.note(answer({ uptimeMs: 300 }), { from: 1_000, to: 1_010 });
  lives.note(answer({ uptimeMs: 305 }), { from: 2_000, to: 2_010 });
  expect(lives.all.map(({ place, seenAt }) => ({ place, seenAt }))).toEqual([
    { place: 3, seenAt: 250 },
    { place: 3, seenAt: 1_000 },
    { place: 3, seenAt: 2_000 },
  ]);
  const [first, second] = lives.all;
  expect(first?.startedAt).toBeLessThan(-4_880);
  expect(second?.startedAt).toBe(711);
});

test("an answer that comes late does not make another process of the same one", () => {
  const lives = new Lives();
  lives.note(answer({ uptimeMs: 5_000 }), { from: 100, to: 101 });
  lives.note(answer({ uptimeMs: 5_950 }), { from: 150, to: 1_100 });
  expect(lives.all).toMatchObject([{ place: 3, seenAt: 150 }]);
});

test("who leads is told by place and id, once for each term, and nobody leads where one has a higher term", () => {
  const noted = new Leaders();
  noted.note([answer({ role: "ROLE_LEADER", term: 2 })], 10);
  noted.note([answer({ role: "ROLE_LEADER", term: 2 })], 20);
  noted.note([answer({ role: "ROLE_LEADER", term: 2 }), answer({ role: "ROLE_CANDIDATE", term: 3 })], 30);
  noted.note([answer({ role: "ROLE_LEADER", term: 2 }), answer({ role: "ROLE_LEADER", term: 4 }, 5)], 40);
  expect(noted.leading).toEqual([
    { at: 10, place: 3, nodeId: 8, term: 2 },
    { at: 30, place: null, nodeId: null, term: 3 },
    { at: 40, place: 5, nodeId: 8, term: 4 },
  ]);
});

/** What node 8 says. */
function answer(status: Partial<NodeAnswer["status"]>, place = 3): NodeAnswer {
  return { place, status: { nodeId: 8, term: 1, role: "ROLE_FOLLOWER", uptimeMs: 1, ...status } as NodeAnswer["status"] };
}
