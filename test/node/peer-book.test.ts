import { bootstrapMembers } from "../../src/core/members.ts";
import type { Members } from "../../src/core/types.ts";
import { PeerBook } from "../../src/node/duties/peer-book.ts";
import { incarnationId } from "../incarnations.ts";
import { HandTransport } from "./fakes.ts";

/** Node 1 tells its transport who the others are. */

function membersOf(...ids: number[]): Members {
  const nodes = ids.map((id) => ({ id, peerAddress: `peer${id}`, clientAddress: "", diskId: `disk${id}` }));
  return { ...bootstrapMembers(nodes, incarnationId), lastId: 9 };
}

function setUp(committed: Members) {
  const transport = new HandTransport();
  const book = new PeerBook({ self: 1, committed }, transport);
  const told = () => transport.peers.map(({ peers }) => [...peers.keys()].sort());
  return { book, transport, told };
}

test("the transport is told of the others, their places and the highest id, once for each change", () => {
  const { book, transport } = setUp(membersOf(1, 2));
  const members = membersOf(1, 2);
  for (let turn = 0; turn < 3; turn++) book.onTurn({ members, membersCommitted: true, peers: [] });
  expect(transport.peers).toEqual([{ peers: new Map([[2, { address: "peer2", diskId: "disk2" }]]), lastId: 9 }]);
});

test("rule 26: a leader that is being removed is heard, and answered, until its removal is committed", () => {
  const { book, told } = setUp(membersOf(1, 2, 3));
  book.onTurn({ members: membersOf(1, 2, 3), membersCommitted: true, peers: [] });
  const members = membersOf(1, 3);
  book.onTurn({ members, membersCommitted: false, peers: [] });
  expect(told()).toEqual([[2, 3]]);
  book.onTurn({ members, membersCommitted: true, peers: [] });
  expect(told()).toEqual([[2, 3], [3]]);
});

test("rule 26: so it is after a restart in the middle of that", () => {
  const { book, told } = setUp(membersOf(1, 2, 3));
  book.onTurn({ members: membersOf(1, 3, 4), membersCommitted: false, peers: [] });
  expect(told()).toEqual([[2, 3, 4]]);
});

test("rule 27: a leader keeps its link to a node that was removed for as long as it has to tell it", () => {
  const { book, told } = setUp(membersOf(1, 2, 3));
  const members = membersOf(1, 3);
  const peer = { isVoter: false, state: "replicate" as const, matchIndex: 0, nextIndex: 1, lastHeardAt: 0 };
  book.onTurn({ members, membersCommitted: true, peers: [2, 3].map((id) => ({ ...peer, id })) });
  book.onTurn({ members, membersCommitted: true, peers: [{ ...peer, id: 3 }] });
  expect(told()).toEqual([[2, 3], [3]]);
});

test("a place that changes, or a disk that becomes known, is passed on", () => {
  const { book, transport } = setUp(membersOf(1, 2));
  const members = membersOf(1, 2);
  const nodes = members.nodes.map((node) => (node.id === 2 ? { ...node, peerAddress: "elsewhere", diskId: "" } : node));
  book.onTurn({ members: { ...members, nodes }, membersCommitted: true, peers: [] });
  book.onTurn({ members, membersCommitted: true, peers: [] });
  expect(transport.peers.map(({ peers }) => peers.get(2))).toEqual([
    { address: "elsewhere", diskId: "" },
    { address: "peer2", diskId: "disk2" },
  ]);
});
