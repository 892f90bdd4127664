import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import { forward } from "../../src/node/requests/requests.ts";
import { accept, FakePeer } from "./fake-peer.ts";
import { entriesOf } from "./messages.ts";
import { listen, startNodes, TestNode } from "./test-node.ts";
import { until } from "./until.ts";

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(30_000);

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Bytes that look random and are the same in each run. */
function noise(seed: number, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, at) => createHash("sha256").update(`${seed} ${at}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const settings = Buffer.from("000000040000000000", "hex");

test("garbage on the peer port harms nobody: noise, half a preface, HTTP/1, noise within HTTP/2", async () => {
  const nodes = await startNodes(2);
  stops.push(...nodes.map((node) => () => node.stop()));
  const [one, two] = nodes;
  const port = Number(one?.transport.links()[0]?.address.split(":")[1]);
  const openings = [
    Buffer.alloc(0),
    preface.subarray(0, 10),
    Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    preface,
    Buffer.concat([preface, settings]),
  ];
  const sockets = openings.flatMap((opening, at) =>
    [1, 9, 1000, 100_000].map((length) => sendTo(port, Buffer.concat([opening, noise(at + length, length)]))),
  );
  for (let at = 0; at < 50; at++) {
    one?.transport.send([
      { type: "append", from: 1, to: 2, term: 3, prevIndex: at, prevTerm: 3, entries: entriesOf(at, 1), commit: 0 },
    ]);
    await until("messages pass all the while", () => two?.received.length === at + 1);
  }
  await until("all the garbage was sent", () =>
    sockets.every((socket) => socket.destroyed || (!socket.connecting && socket.writableLength === 0)),
  );
  expect(nodes.every((node) => node.connected())).toBe(true);
  expect(one?.transport.counters.linksLost).toBe(0);
  for (const socket of sockets) socket.destroy();
});

test("a peer that answers garbage is given up and tried again, and a forwarded command still gets its outcome", async () => {
  let answers = 0;
  const answer = (stream: ServerDuplexStream<Buffer, Buffer>) => {
    accept(stream);
    stream.once("data", () => stream.on("data", () => stream.write(noise(answers++, 40))));
  };
  const liar = new FakePeer({ onVote: (reply) => reply(null, noise(answers++, 40)), onAppends: answer, onForwards: answer });
  await liar.listen();
  const limits = { backOffMinMs: 5, backOffMaxMs: 5 };
  const one = new TestNode({ id: 1, peers: new Map([[2, liar.address]]), limits }, (await listen()).server);
  stops.push(
    () => one.stop(),
    () => liar.stop(),
  );
  const heard: string[] = [];
  const tricks = [
    () => one.transport.ask(2, forward, Buffer.from("command"), ({ type }) => heard.push(type)),
    () => one.transport.send([{ type: "heartbeat", from: 1, to: 2, term: 3, commit: 0, round: 0, lastSent: 0, confirmed: 0 }]),
    () =>
      one.transport.send([
        { type: "voteRequest", from: 1, to: 2, term: 3, preVote: false, transfer: false, lastLogIndex: 0, lastLogTerm: 0 },
      ]),
  ];
  for (const [at, trick] of tricks.entries()) {
    await until("the link is connected", () => one.linkTo(2) === "connected");
    trick();
    await until("the lie is found", () => one.transport.counters.malformedRefused === at + 1);
    expect(one.linkTo(2)).toBe("broken");
  }
  expect(heard).toEqual(["unknown"]);
  expect(one.received).toEqual([]);
});

/** The caller goes on listening, so that whatever the other end does is seen through. */
function sendTo(port: number, bytes: Buffer): Socket {
  const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
  return socket.on("error", () => {}).resume();
}
