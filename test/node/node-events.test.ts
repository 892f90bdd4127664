import type { View } from "../../src/core/api.ts";
import { describeNodeEvent, describeSpoken, type NodeEvent, type ShellEvent } from "../../src/node/ports/node-events.ts";

const events: [event: ShellEvent, line: string][] = [
  [{ type: "snapshotProgress", direction: "to", peer: 2, bytes: 5, of: 9 }, "Snapshot to node 2: 5 of 9 bytes are there."],
  [{ type: "scrubbed", bytes: 10, forMs: 2.4 }, "Read all records again, 10 bytes in 2 ms: they are sound."],
  [{ type: "scrubCutShort", why: "too many open files" }, "Could not read all records again this time: too many open files."],
  [{ type: "damageFound", what: "The log is damaged." }, "The log is damaged."],
  [{ type: "stateDiffers", index: 9, nodes: [1, 2] }, "After entry 9 the state of this node is not that of node 1, 2."],
];

test.each(events)("%j is described", (event, line) => {
  expect(describeNodeEvent(event)).toBe(line);
});

test("every kind of event that befalls the shell is described here", () => {
  const kinds: Record<ShellEvent["type"], true> = {
    snapshotProgress: true,
    scrubbed: true,
    scrubCutShort: true,
    damageFound: true,
    stateDiffers: true,
  };
  expect(new Set(events.map(([{ type }]) => type))).toEqual(new Set(Object.keys(kinds)));
});

test("an event is spoken in the role and term in which the node met it", () => {
  const view = { id: 2, term: 4, role: "candidate" } as View;
  const spoken = (event: NodeEvent): string => describeSpoken(event, view);
  expect(spoken({ type: "timerExpired", role: "follower", term: 3 })).toBe(
    "[Node 2][Term 3][Follower] Timer expired. Becoming Candidate.",
  );
  expect(spoken({ type: "stateChange", from: "candidate", to: "leader", term: 3, why: "a majority voted for it" })).toBe(
    "[Node 2][Term 3][Candidate] Candidate becomes Leader: a majority voted for it.",
  );
  expect(spoken({ type: "electionStarted", term: 4, preVote: true })).toBe(
    "[Node 2][Term 4][Candidate] Asking who would vote for it in term 4.",
  );
  expect(spoken({ type: "scrubCutShort", why: "no file" })).toBe(
    "[Node 2][Term 4][Candidate] Could not read all records again this time: no file.",
  );
});
