import type { Heartbeat, PeerMessage } from "../../src/core/messages.ts";
import type { Answered, PeerCall } from "../../src/node/ports/peer-calls.ts";
import type { Transport, TransportHandler } from "../../src/node/ports/ports.ts";
import { type CallPart, ObservingTransport, type TransportWatcher } from "../../src/transport/observed/observing-transport.ts";

/** What passes is told and numbered while somebody watches, and only then. */

class Watcher implements TransportWatcher {
  isWatching = true;
  readonly seen: unknown[][] = [];
  readonly onSent = (message: PeerMessage) => void this.seen.push(["sent", message.type, message.sequence]);
  readonly onReceived = (message: PeerMessage) => void this.seen.push(["received", message.type, message.sequence]);
  readonly onPartSent = (part: CallPart) => void this.seen.push(["sent", ...wordsOf(part)]);
  readonly onPartReceived = (part: CallPart) => void this.seen.push(["received", ...wordsOf(part)]);
  readonly onPartUnsent = (part: CallPart) => void this.seen.push(["unsent", ...wordsOf(part)]);
}

function wordsOf({ call, isAnswer, content, from, to, sequence }: CallPart): unknown[] {
  return [isAnswer ? `${call.name} answered` : call.name, content, `${from}->${to}`, sequence];
}

const ping: PeerCall<string, string> = { name: "ping", unsent: "unsent", broken: "broken" };
const beat: Heartbeat = { type: "heartbeat", from: 1, to: 2, term: 3, commit: 0, round: 0, lastSent: 0, confirmed: 0 };

let watcher: Watcher;
let sent: PeerMessage[];
let asked: { question: unknown; done: Answered<never>; sequence: number | undefined }[];
let handled: unknown[];
let transport: ObservingTransport;
let handler: TransportHandler;

beforeEach(() => {
  watcher = new Watcher();
  [sent, asked, handled] = [[], [], []];
  const inner: Transport = {
    send: (messages) => sent.push(...messages),
    ask: (_to, _call, question, done, sequence) => asked.push({ question, done, sequence }),
    setPeers: () => undefined,
  };
  transport = new ObservingTransport({ self: 1, firstSequence: 1_000 }, inner, watcher);
  handler = transport.handlerFor({
    onMessage: (message) => handled.push(message),
    onAsk: (_from, call, _question, done) => done(call.broken),
    onPeerDisk: (id, diskId) => handled.push([id, diskId]),
    onRefused: (by, reason, why) => handled.push([by, reason, why]),
  });
});

test("each message that is sent gets the next number, and is told", () => {
  transport.send([beat, { ...beat, to: 3 }]);
  transport.send([beat]);
  expect(sent.map(({ sequence }) => sequence)).toEqual([1_001, 1_002, 1_003]);
  expect(watcher.seen).toEqual([1_001, 1_002, 1_003].map((sequence) => ["sent", "heartbeat", sequence]));
});

test("while nobody watches, messages are sent as they are", () => {
  watcher.isWatching = false;
  transport.send([beat]);
  transport.ask(2, ping, "?", () => undefined);
  expect(sent[0]).toBe(beat);
  expect(asked).toMatchObject([{ question: "?", sequence: undefined }]);
  handler.onMessage(beat);
  expect(handled).toEqual([beat]);
  expect(watcher.seen).toEqual([]);
});

test("what comes is told with the number that its sender gave it, if any, and goes on as it is", () => {
  const numbered = { ...beat, from: 2, to: 1, sequence: 77 };
  handler.onMessage(numbered);
  handler.onMessage(beat);
  handler.onPeerDisk(2, "disk");
  handler.onRefused(2, "removed", "why");
  expect(handled).toEqual([numbered, beat, [2, "disk"], [2, "removed", "why"]]);
  expect(watcher.seen).toEqual([
    ["received", "heartbeat", 77],
    ["received", "heartbeat", undefined],
  ]);
});

test("a question and its answer are told, each with its number", () => {
  const answers: string[] = [];
  transport.ask(2, ping, "?", (answer) => answers.push(answer));
  const done = asked[0]?.done as Answered<unknown> | undefined;
  done?.("!", 55);
  expect(answers).toEqual(["!"]);
  expect(watcher.seen).toEqual([
    ["sent", "ping", "?", "1->2", 1_001],
    ["received", "ping answered", "!", "2->1", 55],
  ]);
});

test("a question that was not sent is told as such; of one that nobody answered nothing more is known", () => {
  for (const outcome of ["unsent", "broken"]) {
    transport.ask(2, ping, "?", () => undefined);
    (asked.at(-1)?.done as Answered<unknown> | undefined)?.(outcome);
  }
  expect(watcher.seen.map(([what, ...rest]) => [what, rest.at(-1)])).toEqual([
    ["sent", 1_001],
    ["unsent", 1_001],
    ["sent", 1_002],
  ]);
});

test("a question that comes is told, and so is the answer that goes, with a number of this node", () => {
  const gone: [answer: string, sequence: number | undefined][] = [];
  handler.onAsk(3, ping, "?", (answer, sequence) => gone.push([answer, sequence]), 9);
  expect(gone).toEqual([["broken", 1_001]]);
  expect(watcher.seen).toEqual([
    ["received", "ping", "?", "3->1", 9],
    ["sent", "ping answered", "broken", "1->3", 1_001],
  ]);
});
