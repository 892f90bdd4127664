import { until } from "../service/running-server.ts";
import { ask, Doorway, talk } from "./doorway.ts";
import { RawClient } from "./raw-client.ts";
import { callHeaders, flags, frame, greeting, grpcMessage, preface, types } from "./raw-http2.ts";

let doorway: Doorway;

afterEach(() => doorway.close());

function pong(client: RawClient): void {
  for (const { payload } of client.pings) client.send(frame(types.ping, flags.ack, 0, payload));
  client.frames.length = 0;
}

test("a connection that does not begin to speak HTTP/2 in time is closed, also one that begins and does not go on", async () => {
  doorway = await Doorway.open({ handshakeTimeoutMs: 100 });
  const silent = await RawClient.open(doorway.port, Buffer.alloc(0));
  const slow = await RawClient.open(doorway.port, preface.subarray(0, 1));
  let at = 1;
  const drip = setInterval(() => slow.send(preface.subarray(at, ++at)), 20);
  await until(() => silent.ending !== null && slow.ending !== null, "both are closed");
  clearInterval(drip);
  expect(doorway.door.counters.closed.silent).toBe(2);
  expect(doorway.count).toBe(0);
});

test("a connection without calls is told to go and then closed", async () => {
  doorway = await Doorway.open({ idleTimeoutMs: 100 });
  const client = await RawClient.open(doorway.port);
  await until(() => client.isToldToGo, "it is told to go");
  await until(() => client.ending !== null, "it is closed");
  await until(() => doorway.count === 0, "its place is free");
  expect(doorway.door.counters.closed).toMatchObject({ idle: 1, over: 0 });
});

test("an open stream keeps a connection, however quiet it is", async () => {
  doorway = await Doorway.open({ idleTimeoutMs: 60, connectionKeepaliveMs: 40, connectionKeepaliveTimeoutMs: 5_000 });
  const client = doorway.client();
  const call = talk(client);
  const answers: number[] = [];
  call.on("data", (bytes: Buffer) => answers.push(bytes.length));
  call.on("error", () => {});
  call.write(Buffer.from("1"));
  await until(() => answers.length === 1, "the first answer");
  const quiet = await RawClient.open(doorway.port);
  await until(() => quiet.isToldToGo, "one without a call is told to go meanwhile");
  call.write(Buffer.from("2"));
  await until(() => answers.length === 2, "the second answer");
  expect(doorway.door.counters.accepted).toBe(2);
  call.cancel();
  client.close();
  quiet.close();
});

test("a gRPC client whose connection was closed for idleness connects again and notices nothing", async () => {
  doorway = await Doorway.open({ idleTimeoutMs: 50 });
  const client = doorway.client();
  for (let round = 1; round <= 3; round++) {
    expect(await ask(client, 10)).toHaveLength(10);
    await until(() => doorway.door.counters.closed.idle === round || doorway.count === 0, "the connection is closed");
  }
  expect(doorway.door.counters.accepted).toBe(3);
  client.close();
});

test("a call that crosses the goodbye is not begun, and its client knows: it makes it again, and notices nothing", async () => {
  doorway = await Doorway.open({ idleTimeoutMs: 30 });
  const raw = await RawClient.open(doorway.port);
  await until(() => raw.isToldToGo, "it is told to go");
  raw.send(frame(types.headers, flags.endHeaders, 1, callHeaders("/test.Echo/Ask")));
  raw.send(frame(types.data, flags.endStream, 1, grpcMessage(Buffer.from("7"))));
  await until(() => raw.ending !== null, "it is closed");
  expect(raw.frames.find(({ type }) => type === types.goaway)?.payload).toEqual(Buffer.alloc(8));
  expect(doorway.asked).toEqual([]);
  // As close to the moment of the goodbye as chance will have it, again and again.
  const client = doorway.client();
  for (let round = 0; round < 60; round++) {
    expect(await ask(client, round)).toHaveLength(round);
    await new Promise((resolve) => setTimeout(resolve, 25 + (round % 20)));
  }
  expect(doorway.asked).toHaveLength(60);
  expect(doorway.door.counters.closed.idle).toBeGreaterThan(1);
  client.close();
  raw.close();
});

test("a client that has vanished without a word is closed, one that answers probes is not", async () => {
  doorway = await Doorway.open({ connectionKeepaliveMs: 40, connectionKeepaliveTimeoutMs: 200 });
  const vanished = await RawClient.open(doorway.port);
  const quiet = await RawClient.open(doorway.port);
  const pongs = setInterval(() => pong(quiet), 5);
  await until(() => vanished.ending !== null, "the one is closed");
  expect(vanished.pings.length).toBeGreaterThan(0);
  expect(quiet.ending).toBeNull();
  expect(doorway.door.counters.closed.vanished).toBe(1);
  clearInterval(pongs);
  quiet.close();
});

test("a node that stood still for longer than a probe may take blames nobody", async () => {
  doorway = await Doorway.open({ connectionKeepaliveMs: 40, connectionKeepaliveTimeoutMs: 120 });
  const client = await RawClient.open(doorway.port, greeting);
  await until(() => client.pings.length > 0, "it is probed");
  // All of this process, the door included, stands still while the answer is due.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  pong(client);
  await until(() => client.pings.length > 0, "it is probed again");
  expect(client.ending).toBeNull();
  expect(doorway.door.counters.closed.vanished).toBe(0);
  client.close();
});
