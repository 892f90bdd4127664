import type { PeerMessage } from "../../src/core/messages.ts";
import type { Outcome } from "../../src/node/ports/ports.ts";
import { forward } from "../../src/node/requests/requests.ts";
import { entriesOf, repliesOf, requestsOf } from "./messages.ts";
import { startNodes, type TestNode } from "./test-node.ts";
import { until } from "./until.ts";

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(30_000);

let nodes: TestNode[] = [];
afterEach(() => {
  for (const node of nodes) node.stop();
});

async function start(count: number): Promise<TestNode[]> {
  nodes = await startNodes(count);
  return nodes;
}

test("each type of message reaches the node it is for, and no other", async () => {
  const [one, two, three] = await start(3);
  one?.transport.send(requestsOf(1, 2));
  await until("all requests arrived", () => two?.received.length === requestsOf(1, 2).length);
  expect(two?.received).toEqual(expect.arrayContaining(requestsOf(1, 2)));
  two?.transport.send(repliesOf(2, 1));
  await until("all replies arrived", () => one?.received.length === repliesOf(2, 1).length);
  expect(one?.received).toEqual(expect.arrayContaining(repliesOf(2, 1)));
  expect(three?.received).toEqual([]);
});

test("messages of one stream arrive in the order in which they were sent, large and small", async () => {
  const [one, two] = await start(2);
  const sent: PeerMessage[] = [];
  for (let index = 0; index < 300; index++) {
    const head = { from: 1, to: 2, term: 3 };
    const entries = entriesOf(index, 1, 3, index % 7 === 0 ? 100_000 : 10);
    sent.push({ ...head, type: "append", prevIndex: index, prevTerm: 3, entries, commit: index });
    sent.push({ ...head, type: "heartbeat", commit: index, round: index, lastSent: index, confirmed: 0 + 1 });
  }
  for (const message of sent) one?.transport.send([message]);
  await until("all arrived", () => two?.received.length === sent.length);
  expect(two?.received.map(numberOf)).toEqual(sent.map(numberOf));
});

function numberOf(message: PeerMessage): string {
  if (message.type === "append") return `append after ${message.prevIndex} of ${message.entries[0]?.data.length} bytes`;
  return message.type === "heartbeat" ? `heartbeat ${message.round}` : message.type;
}

test("a forwarded command gets its outcome, whatever it is", async () => {
  const [one, two] = await start(2);
  const outcomes: Outcome[] = [
    { type: "done", index: 7, result: Buffer.from("seven") },
    { type: "refused", reason: "notLeader", leader: 3 },
    { type: "unknown", reason: "leaderChanged" },
  ];
  const heard: Outcome[] = [];
  for (const [at] of outcomes.entries())
    one?.transport.ask(2, forward, Buffer.from(`command ${at}`), (outcome) => heard.push(outcome));
  await until("the commands arrived", () => two?.forwarded.length === outcomes.length);
  expect(two?.forwarded.map(({ command }) => command)).toEqual(["command 0", "command 1", "command 2"]);
  for (const [at, outcome] of outcomes.entries()) two?.forwarded[at]?.done(outcome);
  await until("the outcomes arrived", () => heard.length === outcomes.length);
  expect(heard).toEqual(outcomes);
});

test("the commands of one turn share a message, and so do their results", async () => {
  const [one, two] = await start(2);
  const before = { one: one?.transport.counters.messagesSent ?? 0, two: two?.transport.counters.messagesSent ?? 0 };
  let heard = 0;
  for (let at = 0; at < 500; at++) one?.transport.ask(2, forward, Buffer.from("command"), () => heard++);
  await until("the commands arrived", () => two?.forwarded.length === 500);
  for (const { done } of two?.forwarded ?? []) done({ type: "done", index: 1, result: Buffer.alloc(8) });
  await until("the outcomes arrived", () => heard === 500);
  expect((one?.transport.counters.messagesSent ?? 0) - before.one).toBe(1);
  expect((two?.transport.counters.messagesSent ?? 0) - before.two).toBe(1);
});

test("what has nowhere to go is dropped and counted: to a node that is no peer, and an answer to nobody", async () => {
  const [one] = await start(2);
  const dropped = one?.transport.counters.messagesDropped ?? 0;
  one?.transport.send([...requestsOf(1, 9), ...repliesOf(1, 9)]);
  expect(one?.transport.counters.messagesDropped).toBe(dropped + requestsOf(1, 9).length + repliesOf(1, 9).length);
  const heard: Outcome[] = [];
  one?.transport.ask(9, forward, Buffer.from("command"), (outcome) => heard.push(outcome));
  expect(heard).toEqual([]);
  await until("the refusal came", () => heard.length === 1);
  expect(heard).toEqual([{ type: "refused", reason: "notLeader", leader: null }]);
});

test("a node that closes ends its forwarded commands at once, and takes in nothing more", async () => {
  const [one, two] = await start(2);
  const heard: Outcome[] = [];
  one?.transport.ask(2, forward, Buffer.from("sent"), (outcome) => heard.push(outcome));
  await until("the command arrived", () => two?.forwarded.length === 1);
  one?.transport.ask(2, forward, Buffer.from("not sent yet"), (outcome) => heard.push(outcome));
  one?.transport.close();
  expect(heard).toEqual([
    { type: "unknown", reason: "stopping" },
    { type: "refused", reason: "stopping", leader: null },
  ]);
  await until("the other node sees it", () => two?.linkTo(1) === "broken");
});

test("a node that closes still tells the outcomes that it knows", async () => {
  const [one, two] = await start(2);
  const heard: Outcome[] = [];
  one?.transport.ask(2, forward, Buffer.from("refused"), (outcome) => heard.push(outcome));
  one?.transport.ask(2, forward, Buffer.from("not known"), (outcome) => heard.push(outcome));
  await until("the commands arrived", () => two?.forwarded.length === 2);
  two?.forwarded[0]?.done({ type: "refused", reason: "stopping", leader: null });
  two?.transport.close();
  await until("both have an outcome", () => heard.length === 2);
  expect(heard).toEqual([
    { type: "refused", reason: "stopping", leader: null },
    { type: "unknown", reason: "leaderChanged" },
  ]);
});
