import { describeMessage } from "../../src/core/describe.ts";
import type { PeerMessage } from "../../src/core/messages.ts";
import { Random } from "../../src/core/random.ts";
import type { Entry, SnapshotMeta } from "../../src/core/types.ts";
import { learner4, naming, planned } from "./changing.ts";
import { command, OneNode, snapshotOf } from "./one-node.ts";

// Messages of every kind, with numbers just inside and just outside of what can be, from members and from nobody: a node
// in any role takes all of them in, and no invariant of its own breaks. They keep to what the wire has checked.

const runs = 300;
const steps = 120;

test.each([1, 2, 3, 4])("no message breaks a node, whatever it says (part %i)", (part) => {
  for (let run = 1; run <= runs / 4; run += 1) liveThrough(1_000 * part + run);
});

function liveThrough(seed: number): void {
  const random = new Random(seed);
  const node = someNode(seed, random);
  const heard: string[] = [];
  try {
    for (let step = 0; step < steps; step += 1) {
      const { commitIndex, term } = node.view;
      takeStep(node, random, heard);
      expect(node.view.commitIndex).toBeGreaterThanOrEqual(commitIndex);
      expect(node.view.term).toBeGreaterThanOrEqual(term);
      node.forget();
    }
  } catch (error) {
    throw new Error(`seed ${seed}: ${error}\n${heard.slice(-10).join("\n")}`);
  }
}

function someNode(seed: number, random: Random): OneNode {
  const terms = [1, 1, 2, 2, 5].slice(0, random.between(0, 5));
  const applied = random.between(0, terms.length);
  const isCut = random.between(1, 3) === 1 && applied > 0;
  const base = { index: 2, term: 1, time: 0 };
  const entries = [...terms.map((term, place): Entry => command(term, place + 1))];
  const far = pick(random, [0, 20_000, 2 ** 52 - 3]);
  const hardState = { term: (terms.at(-1) ?? 0) + far, votedFor: null };
  const voters = pick(random, [[1], [1, 2, 3], [1, 2, 3, 4, 5], []]);
  const node =
    isCut && applied >= 2
      ? new OneNode({ voters, seed }, { base, entries: entries.slice(2), applied, hardState })
      : new OneNode({ voters, seed }, { entries, applied, hardState });
  const role = random.between(1, 3);
  if (role === 1 && voters.includes(1) && node.view.term < 2 ** 52) node.lead();
  if (role === 2) node.follow(2, node.view.term + 1 > 2 ** 52 ? node.view.term : node.view.term + 1);
  return node;
}

function takeStep(node: OneNode, random: Random, heard: string[]): void {
  const dice = random.between(1, 12);
  if (dice === 1) node.pass(random.between(1, 400));
  else if (dice === 2) node.pass(pick(random, [50, 3_100]));
  else if (dice === 3) node.persist();
  else if (dice === 4) node.propose("x");
  else if (dice === 5) node.read(random.between(1, 2 ** 30));
  else if (dice === 6) node.step({ type: "durable", index: node.view.appliedIndex });
  else if (dice === 7) node.step(someSnapshot(node, random));
  else {
    const message = someMessage(node, random);
    heard.push(describeMessage(message));
    node.hear(message);
  }
}

function someSnapshot(node: OneNode, random: Random) {
  const index = Math.max(1, someIndex(node, random));
  const term = Math.max(1, someTerm(node, random));
  const snapshot: SnapshotMeta = snapshotOf(index, Math.max(1, Math.min(term, someTerm(node, random))), {
    time: pick(random, [0, 0, 5, 2 ** 52]),
    membersIndex: Math.min(index, someIndex(node, random)),
  });
  return {
    type: "snapshotReceived",
    ticket: 1,
    from: someId(random),
    term,
    snapshot,
    name: `staged-${random.between(1, 9)}`,
  } as const;
}

function someMessage(node: OneNode, random: Random): PeerMessage {
  const head = { from: someId(random), to: 1, term: someTerm(node, random) };
  const index = () => someIndex(node, random);
  const term = () => someTerm(node, random);
  const flag = () => random.between(0, 1) === 1;
  switch (random.between(1, 10)) {
    case 1:
      return { ...head, type: "voteRequest", preVote: flag(), transfer: flag(), lastLogIndex: index(), lastLogTerm: term() };
    case 2:
      return { ...head, type: "voteReply", preVote: flag(), granted: flag() };
    case 3:
    case 4:
      return someAppend(node, random, head);
    case 5:
      return { ...head, type: "appendMatch", matchIndex: index() };
    case 6:
      return { ...head, type: "appendConflict", prevIndex: index(), hintIndex: index(), hintTerm: term() };
    case 7:
      return { ...head, type: "heartbeat", commit: index(), round: index(), lastSent: index(), confirmed: index() };
    case 8:
      return {
        ...head,
        type: "heartbeatReply",
        round: index(),
        lastSent: index(),
        receivedIndex: index(),
        matchIndex: index(),
        lacks: flag() ? 0 : index(),
      };
    case 9:
      return flag()
        ? { ...head, type: "readIndexRequest", id: index() }
        : { ...head, type: "readIndexReply", id: index(), index: index() };
    default:
      return { ...head, type: "timeoutNow" };
  }
}

/** A run without a gap whose terms never fall, and do not exceed the message's: the wire sees to that. */
function someAppend(node: OneNode, random: Random, head: { from: number; to: number; term: number }): PeerMessage {
  const prevIndex = someIndex(node, random);
  const prevTerm = pick(random, [prevIndex === 0 ? 0 : someTerm(node, random), 1, 2]);
  const entries: Entry[] = [];
  let term = Math.max(1, prevTerm);
  for (let count = random.between(0, 4); count > 0 && term <= head.term; count -= 1) {
    term = Math.min(head.term, term + pick(random, [0, 0, 1]));
    const at = prevIndex + 1 + entries.length;
    entries.push(random.between(1, 6) === 1 ? naming(term, at, pick(random, [learner4, planned])) : command(term, at));
  }
  return { ...head, type: "append", prevIndex, prevTerm, entries, commit: someIndex(node, random) };
}

function someId(random: Random): number {
  return pick(random, [1, 2, 2, 3, 3, 4, 77, 2 ** 52]);
}

/** In every other world nobody speaks of later terms, or no leader would lead for long. */
function someTerm({ view, options }: OneNode, random: Random): number {
  const later = options.seed % 2 === 0 ? [] : [view.term + 1, view.term + 20_000, 2 ** 52];
  return Math.max(0, pick(random, [view.term, view.term, view.term, view.term - 1, 1, 2, ...later]));
}

function someIndex({ view }: OneNode, random: Random): number {
  const { firstIndex, lastIndex, commitIndex } = view;
  return Math.max(
    0,
    pick(random, [
      firstIndex - 2,
      firstIndex - 1,
      commitIndex,
      commitIndex + 1,
      lastIndex - 1,
      lastIndex,
      lastIndex,
      lastIndex + 1,
      2 ** 52,
    ]),
  );
}

function pick<T>(random: Random, list: readonly T[]): T {
  const found = list[random.between(0, list.length - 1)];
  if (found === undefined) throw new Error("nothing to choose from");
  return found;
}
