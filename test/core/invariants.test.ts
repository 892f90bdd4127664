import { assert, InvariantBroken } from "../../src/core/assert.ts";
import { CatchUp } from "../../src/core/catch-up.ts";
import { type Before, checkInvariants, remember } from "../../src/core/invariants.ts";
import { bareMember, withVoters } from "../../src/core/members.ts";
import { encodeMembers } from "../../src/core/members-codec.ts";
import { Progress } from "../../src/core/progress.ts";
import { type Leader, RaftState } from "../../src/core/state.ts";
import type { Members } from "../../src/core/types.ts";
import { command, membersOf, optionsOf, restoredOf, snapshotOf } from "./one-node.ts";

// Each invariant is broken once on purpose: a check that cannot fire is worse than none.

/** A follower with three entries on disk, two of them applied. */
function follower(): RaftState {
  return new RaftState(optionsOf(), restoredOf({ terms: [1, 1, 2], hardState: { term: 2, votedFor: 1 }, applied: 2 }));
}

/** The leader of term 2 whose third entry opened it. */
function leader(): { state: RaftState; role: Leader } {
  const state = follower();
  const progress = new Map([2, 3].map((id) => [id, new Progress(id, 4, 0, state.options)]));
  const reads = { waiting: [], lastRound: 0, round: null };
  const role: Leader = {
    role: "leader",
    termStart: 3,
    progress,
    catchUps: new Map(),
    departing: new Map(),
    reads,
    heartbeatDueAt: 50,
    uncommittedBytes: 0,
    clock: { since: 0, time: 0 },
  };
  state.role = role;
  return { state, role };
}

function checkAfter(state: RaftState, change: (state: RaftState) => void, before: Partial<Before> = {}): () => void {
  const remembered = { ...remember(state), ...before };
  change(state);
  return () => checkInvariants(remembered, state);
}

test("nothing is broken to begin with", () => {
  expect(checkAfter(follower(), () => undefined)).not.toThrow();
  expect(checkAfter(leader().state, () => undefined)).not.toThrow();
});

test("assert stops at what does not hold, and only there", () => {
  expect(() => assert(true, "all is well")).not.toThrow();
  expect(() => assert(1 > 5, "one is more than five")).toThrow(InvariantBroken);
  expect(() => assert(false, "one is more than five")).toThrow("invariant broken: one is more than five");
});

const broken: [sentence: string, change: (state: RaftState) => void, before?: Partial<Before>][] = [
  ["time went back from 9 to 0", () => undefined, { now: 9 }],
  ["the term fell from 3 to 2", () => undefined, { term: 3 }],
  ["the vote of term 2 moved from 1 to 3", (state) => (state.votedFor = 3)],
  ["the vote of term 2 moved from 1 to null", (state) => (state.votedFor = null)],
  ["the log ends in term 3, beyond the current term 2", (state) => state.log.append(command(3, 4))],
  ["the log's beginning moved back from 2 to 0", () => undefined, { baseIndex: 2 }],
  ["all up to 3 was dropped, but only 2 is committed", (state) => state.log.dropTo(3)],
  [
    "all up to 3 was dropped, but only 2 is applied",
    (state) => {
      state.commitIndex = 3;
      state.log.dropTo(3);
    },
  ],
  [
    "a log that begins after 0 waits for another snapshot",
    (state) => (state.installing = { name: "staged", meta: snapshotOf(3, 2) }),
  ],
  ["the commit index fell from 2 to 1", (state) => (state.commitIndex = 1)],
  ["4 is committed, but the log ends at 3", (state) => (state.commitIndex = 4)],
  ["the applied index fell from 2 to 1", (state) => (state.appliedIndex = 1)],
  ["3 is applied, but only 2 is committed", (state) => (state.appliedIndex = 3)],
  [
    "4 is applied, but only 3 is on disk",
    (state) => {
      state.log.append(command(2, 4));
      state.commitIndex = 4;
      state.appliedIndex = 4;
    },
  ],
  [
    "a candidate voted for somebody else",
    (state) => {
      state.role = { role: "candidate", votes: new Map() };
      state.votedFor = 2;
    },
    { votedFor: null },
  ],
];

test.each(broken)("%s", (sentence, change, before = {}) => {
  expect(checkAfter(follower(), change, before)).toThrow(`invariant broken: ${sentence}`);
});

describe("of a leader", () => {
  const cases: [sentence: string, change: (state: RaftState, role: Leader) => void, before?: Partial<Before>][] = [
    ["a leader voted for somebody else", (state) => (state.votedFor = 3), { votedFor: null }],
    ["a leader cut its own log", (state) => state.log.splice([command(1, 3)], 0)],
    ["a leader cut its own log", () => undefined, { lastIndex: 4 }],
    ["a leader's term does not open with an entry of its own", (state) => (state.term = 3)],
    ["a leader's term does not open with an entry of its own", (state, role) => (state.role = { ...role, termStart: 4 })],
    ["node 2 matches 9, beyond the log's end 3", (_state, role) => role.progress.get(2)?.matched(9)],
    ["node 3 is to get 5, beyond the log's end 3", (_state, role) => sentBeyond(role.progress.get(3))],
    ["node 3 waits for a snapshot, but it has all before 1", (_state, role) => role.progress.get(3)?.needSnapshot()],
    [
      "node 3 should have been looked after at 0",
      (state, role) => {
        state.commitIndex = 3;
        state.appliedIndex = 3;
        state.log.dropTo(3);
        role.progress.get(2)?.matched(3);
        role.progress.get(3)?.needSnapshot();
        role.progress.get(3)?.snapshotFailed(0);
      },
    ],
    ["more bytes were committed than appended", (_state, role) => (role.uncommittedBytes = -1)],
    ["3 is committed, but a quorum holds only 0", (state) => (state.commitIndex = 3)],
    [
      "a leader of term 2 committed by counting an entry of another term",
      (state, role) => {
        role.progress.get(2)?.matched(3);
        state.commitIndex = 2;
      },
      { commitIndex: 1 },
    ],
  ];

  test.each(cases)("%s", (sentence, change, before = {}) => {
    const { state, role } = leader();
    expect(checkAfter(state, (changed) => change(changed, role), before)).toThrow(`invariant broken: ${sentence}`);
  });

  describe("whose members change", () => {
    const three = membersOf(1, 2, 3);
    const joint = withVoters(three, [1, 2], []);

    /** As `leader`, but its fourth entry names these members. */
    function naming(members: Members, { commitIndex = 3 } = {}): { state: RaftState; role: Leader; remembered: Before } {
      const { state, role } = leader();
      for (const progress of role.progress.values()) progress.matched(3);
      state.commitIndex = commitIndex;
      const remembered = remember(state);
      state.log.append({ ...command(2, 4), kind: "members", data: encodeMembers(members) });
      return { state, role, remembered };
    }

    test("nothing is broken when they may", () => {
      const { state, remembered } = naming(joint);
      expect(() => checkInvariants(remembered, state)).not.toThrow();
    });

    test("before an entry of its term is committed", () => {
      const { state, remembered } = naming(joint, { commitIndex: 2 });
      expect(() => checkInvariants(remembered, state)).toThrow(
        "invariant broken: the members changed at 4 before those of 0 were committed in this term",
      );
    });

    test("before the last change is committed", () => {
      const { state, remembered } = naming(joint);
      const uncommitted = { ...remembered, members: { index: 4, members: joint } };
      expect(() => checkInvariants(uncommitted, state)).toThrow("the members changed at 4 before those of 4 were committed");
    });

    test("a joint configuration that both majorities have agreed to and that it does not leave", () => {
      const { state, role } = naming(joint);
      for (const progress of role.progress.values()) progress.matched(4);
      state.log.takeUnsaved();
      state.log.stored();
      state.commitIndex = 4;
      expect(() => checkInvariants(remember(state), state)).toThrow("the joint configuration of 4 is committed and was not left");
    });

    test("leading on as no member any more", () => {
      const { state, role } = naming(withVoters({ ...three, voters: [2, 3] }, [2, 3], []));
      for (const progress of role.progress.values()) progress.matched(4);
      state.commitIndex = 4;
      expect(() => checkInvariants(remember(state), state)).toThrow("this node leads, but by 4 it is no voter");
    });

    test("a member that is not led", () => {
      const { state, role } = leader();
      role.progress.delete(3);
      expect(() => checkInvariants(remember(state), state)).toThrow("nodes 2 are led, but the others are 2,3");
    });

    test("a member that is led as if it had left", () => {
      const { state, role } = leader();
      role.progress.set(4, new Progress(4, 4, 0, state.options));
      role.departing.set(3, { node: bareMember(3), index: 1, until: 9, toldAt: null });
      expect(() => checkInvariants(remember(state), state)).toThrow("a member is departing");
    });

    test("a voter that is watched like a learner", () => {
      const { state, role } = leader();
      role.catchUps.set(3, new CatchUp(3, 0));
      expect(() => checkInvariants(remember(state), state)).toThrow("those who are to catch up are not the learners");
    });
  });

  test("node 2 matches what it is to get", () => {
    const { state, role } = leader();
    const confused = { id: 2, matchIndex: 3, nextIndex: 3 } as Progress;
    state.role = { ...role, progress: new Map([[2, confused]]) };
    expect(checkAfter(state, () => undefined)).toThrow("invariant broken: node 2 matches 3, but its next is 3");
  });
});

test("more is durable than the log has", () => {
  const state = follower();
  const log = Object.create(state.log, {
    durableIndex: { value: 9 },
    lastIndex: { value: 3 },
    lastTerm: { value: 2 },
    base: { value: state.log.base },
    members: { value: state.log.members },
    truncations: { value: 0 },
  });
  const confused = Object.create(state, { log: { value: log }, roleName: { value: "follower" } });
  expect(checkAfter(confused, () => undefined)).toThrow("invariant broken: 9 is durable, but the log ends at 3");
});

function sentBeyond(progress: Progress | undefined): void {
  progress?.matched(3);
  progress?.sent(4, 0);
}
