import { bareMember, bootstrapMembers } from "../../src/core/members.ts";
import { encodeMembers } from "../../src/core/members-codec.ts";
import type { Entry, Members, NodeId } from "../../src/core/types.ts";
import { CommittedLog } from "../../src/sim/checks/committed-log.ts";
import { incarnationId } from "../incarnations.ts";

function membersOf(voters: readonly NodeId[], changed: Partial<Members> = {}): Members {
  const { outgoing = [], learners = [] } = changed;
  const ids = [...new Set([...voters, ...outgoing, ...learners])].sort();
  return { ...bootstrapMembers(ids.map(bareMember), incarnationId), voters, ...changed };
}

function makeLog() {
  const sentences: string[] = [];
  const log = new CommittedLog((sentence) => sentences.push(sentence), membersOf([1, 2, 3]));
  const add = (entry: Partial<Entry>, term = 1) =>
    log.add({ index: log.length + 1, term, kind: "command", time: 0, data: new Uint8Array(0), ...entry }, term);
  const name = (members: Members) => add({ kind: "members", data: encodeMembers(members) });
  return { log, sentences, add, name };
}

test("members come and go through joint configurations, under ids that are new", () => {
  const { log, sentences, name } = makeLog();
  name(membersOf([1, 2, 3], { learners: [4], plan: { promote: [4], remove: [1] }, lastId: 4 }));
  name(membersOf([2, 3, 4], { outgoing: [1, 2, 3], lastId: 4 }));
  name(membersOf([2, 3, 4], { lastId: 4 }));
  expect(sentences).toEqual([]);
  expect(log.members.voters).toEqual([2, 3, 4]);
  expect(log.membersAsOf(1).members.voters).toEqual([1, 2, 3]);
  expect(log.membersAsOf(0).index).toBe(0);
});

test("what was committed before a term is known", () => {
  const { log, add } = makeLog();
  for (const term of [1, 1, 3, 3]) add({}, term);
  expect([1, 2, 3, 4].map((term) => log.lastBefore(term))).toEqual([0, 2, 2, 4]);
});

type Log = ReturnType<typeof makeLog>;

const wrongs: [what: string, sentence: RegExp, happens: (log: Log) => void][] = [
  [
    "voters that change without a joint step",
    /^Entry 1 puts voters 2,3,4 in the place of 1,2,3 without a joint step/,
    ({ name }) => name(membersOf([2, 3, 4], { lastId: 4 })),
  ],
  [
    "voters that change while they are joint",
    /^Entry 2 changes the voters from 1,2 to 1,3 while they are joint/,
    ({ name }) => {
      name(membersOf([1, 2], { outgoing: [1, 2, 3], lastId: 3 }));
      name(membersOf([1, 3], { outgoing: [1, 2, 3], lastId: 3 }));
    },
  ],
  [
    "an id that comes back",
    /^Entry 3 makes node 4 a member again; its id was used/,
    ({ name }) => {
      name(membersOf([1, 2, 3], { learners: [4], lastId: 4 }));
      name(membersOf([1, 2, 3], { lastId: 4 }));
      name(membersOf([1, 2, 3], { learners: [4], lastId: 4 }));
    },
  ],
  [
    "ids that are forgotten",
    /^Entry 2 forgets that ids up to 4 were used/,
    ({ name }) => {
      name(membersOf([1, 2, 3], { learners: [4], lastId: 4 }));
      name(membersOf([1, 2, 3], { lastId: 3 }));
    },
  ],
  [
    "a clock that falls",
    /^The log's clock falls from 5 to 4 at entry 2/,
    ({ add }) => {
      add({ time: 5 });
      add({ time: 4 });
    },
  ],
];

test.each(wrongs)("%s is noticed", (_what, sentence, happens) => {
  const log = makeLog();
  happens(log);
  expect(log.sentences[0]).toMatch(sentence);
});
