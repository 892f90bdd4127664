import { until } from "../service/running-server.ts";
import { ask, Doorway, talk } from "./doorway.ts";
import { RawClient } from "./raw-client.ts";
import { frame, preface, types, unaryCall, windowSetting, windowUpdate } from "./raw-http2.ts";

const kB = 1_000;
/** Largest window of HTTP/2, and what makes one of it out of the connection's first one. */
const windowMax = 2 ** 31 - 1;
const openWide = Buffer.concat([preface, windowSetting(windowMax), windowUpdate(0, windowMax - 65_535)]);

let doorway: Doorway;

afterEach(() => doorway.close());

/** Calls 1, 3, 5..., each answered with so many bytes. */
function asks(count: number, bytes: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, i) => unaryCall("/test.Echo/Ask", 2 * i + 1, Buffer.from(String(bytes)))));
}

const closed = () => doorway.door.counters.closed.unread;

test("the further calls of a connection whose client does not read are not taken up, and they are when it reads", async () => {
  doorway = await Doorway.open({ unreadBytesMax: 200 * kB });
  const client = await RawClient.open(doorway.port, Buffer.concat([preface, windowSetting(0)]));
  client.send(asks(6, 90 * kB));
  await until(() => doorway.asked.length === 3, "as many are answered as it takes to be past the limit");
  client.send(frame(types.ping, 0, 0, Buffer.alloc(8)));
  await until(() => client.frames.some(({ type }) => type === types.ping), "all that was sent before is heard");
  expect(doorway.asked).toHaveLength(3);
  for (let stream = 1; stream < 12; stream += 2) client.send(windowUpdate(stream, 100 * kB));
  client.send(windowUpdate(0, kB * kB));
  await until(() => client.dataBytes >= 6 * 90 * kB, "all is read");
  expect(doorway.asked).toHaveLength(6);
  expect(doorway.total.bytes).toBe(0);
  client.close();
});

test("calls that wait for room and are taken back are never taken up", async () => {
  doorway = await Doorway.open({ unreadBytesMax: 50 * kB });
  const client = await RawClient.open(doorway.port, Buffer.concat([preface, windowSetting(0)]));
  client.send(asks(1, 90 * kB));
  await until(() => doorway.asked.length === 1, "it has too much to read");
  for (let stream = 3; stream < 100; stream += 2) {
    client.send(unaryCall("/test.Echo/Ask", stream, Buffer.from("7")));
    client.send(frame(types.rst, 0, stream, Buffer.from("00000008", "hex")));
  }
  client.send(unaryCall("/test.Echo/Ask", 101, Buffer.from("8")));
  client.send(Buffer.concat([windowUpdate(1, 100 * kB), windowUpdate(0, 100 * kB), windowUpdate(101, 100)]));
  await until(() => doorway.asked.length > 1, "the one that is left is taken up");
  expect(doorway.asked).toEqual([String(90 * kB), "8"]);
  client.close();
});

test("a stream's further messages are not read while its client does not read the answers", async () => {
  doorway = await Doorway.open({ unreadBytesMax: 200 * kB });
  const client = doorway.client();
  const call = talk(client);
  call.on("error", () => {});
  call.pause();
  // Few of them fit into the window of a stream.
  const message = Buffer.from(String(300 * kB).padEnd(20 * kB));
  for (let i = 0; i < 60; i++) call.write(message);
  await until(() => doorway.total.bytes > 200 * kB, "it has too much to read");
  const other = doorway.client();
  for (let i = 0; i < 50; i++) await ask(other, 1);
  expect(doorway.asked.filter((asked) => asked !== "1").length).toBeLessThan(30);
  let bytes = 0;
  call.on("data", (more: Buffer) => {
    bytes += more.length;
  });
  call.resume();
  await until(() => bytes === 60 * 300 * kB, "it gets all when it reads");
  call.cancel();
  client.close();
  other.close();
});

const notReading: Record<string, (client: RawClient) => () => void> = {
  "reads nothing": () => () => {},
  "lets a byte come now and then": (client) => {
    const timer = setInterval(() => client.send(Buffer.concat([windowUpdate(1, 1), windowUpdate(0, 1)])), 10);
    return () => clearInterval(timer);
  },
  "answers probes and sends": (client) => {
    const timer = setInterval(() => client.send(frame(types.ping, 0, 0, Buffer.alloc(8))), 10);
    return () => clearInterval(timer);
  },
};

test.each(Object.keys(notReading))("a client that asks on and %s is closed, and nothing of it is kept", async (name) => {
  doorway = await Doorway.open({ unreadBytesMax: 200 * kB, unreadTimeoutMs: 300 });
  const client = await RawClient.open(doorway.port, Buffer.concat([preface, windowSetting(0)]));
  const stop = notReading[name]?.(client);
  client.send(asks(20, 90 * kB));
  await until(() => client.ending !== null && closed() === 1, "it is closed");
  expect(doorway.asked).toHaveLength(3);
  await until(() => doorway.count === 0 && doorway.total.bytes === 0, "nothing is kept");
  expect(doorway.notices.map(({ why }) => why)).toEqual(["closed: its client does not read the answers"]);
  stop?.();
});

test("a client whose window is wide and that leaves all in its socket is closed", async () => {
  doorway = await Doorway.open({ unreadBytesMax: 200 * kB, unreadTimeoutMs: 300 });
  const client = await RawClient.open(doorway.port, openWide);
  client.socket.pause();
  client.send(asks(100, 1_000 * kB));
  await until(() => closed() === 1, "it is closed");
  // The systems of both sides have taken some.
  expect(doorway.asked.length).toBeLessThan(50);
  await until(() => doorway.total.bytes === 0, "nothing is kept");
  client.close();
});

test("a client that reads one large answer slowly and honestly is not closed, by windows or by its socket", async () => {
  const unreadTimeoutMs = 250;
  doorway = await Doorway.open({ unreadBytesMax: 200 * kB, unreadTimeoutMs });
  const byWindows = await RawClient.open(doorway.port);
  byWindows.send(asks(1, 1_500 * kB));
  const bySocket = await RawClient.open(doorway.port, openWide);
  bySocket.socket.pause();
  bySocket.send(asks(1, 20_000 * kB));
  const begun = performance.now();
  const steps = setInterval(() => {
    byWindows.send(Buffer.concat([windowUpdate(1, 50 * kB), windowUpdate(0, 50 * kB)]));
    bySocket.socket.read(1_000 * kB);
  }, 50);
  await until(() => byWindows.dataBytes >= 1_500 * kB && doorway.total.bytes === 0, "all is read");
  expect(performance.now() - begun).toBeGreaterThan(4 * unreadTimeoutMs);
  expect(closed()).toBe(0);
  clearInterval(steps);
  byWindows.close();
  bySocket.close();
});

test("a client that has had little to read for long is given its time when it gets much", async () => {
  doorway = await Doorway.open({ unreadBytesMax: 200 * kB, unreadTimeoutMs: 300 });
  const client = await RawClient.open(doorway.port, Buffer.concat([preface, windowSetting(0)]));
  client.send(asks(1, 10 * kB));
  const other = await RawClient.open(doorway.port, Buffer.concat([preface, windowSetting(0)]));
  other.send(asks(3, 90 * kB));
  await until(() => closed() === 1, "the time is over for another one, that had much");
  client.send(unaryCall("/test.Echo/Ask", 3, Buffer.from(String(300 * kB))));
  await until(() => doorway.total.bytes > 300 * kB, "it has much to read");
  client.send(Buffer.concat([windowUpdate(1, kB * kB), windowUpdate(3, kB * kB), windowUpdate(0, kB * kB)]));
  await until(() => client.dataBytes >= 310 * kB, "it reads all");
  client.close();
});

test("what is unread on all connections has a limit: those who have most of it go, and an honest client is served", async () => {
  const unreadBytesTotalMax = 1_000 * kB;
  doorway = await Doorway.open({ unreadBytesMax: 200 * kB, unreadBytesTotalMax });
  const honest = doorway.client();
  const clients: RawClient[] = [];
  for (let round = 0; round < 20; round++) {
    const client = await RawClient.open(doorway.port, Buffer.concat([preface, windowSetting(0)]));
    client.send(asks(10, 90 * kB));
    clients.push(client);
    expect(await ask(honest, 50 * kB)).toHaveLength(50 * kB);
  }
  await until(() => closed() >= 15, "some are closed");
  expect(doorway.total.bytesPeak).toBeLessThan(unreadBytesTotalMax + 270 * kB);
  expect(clients.filter(({ ending }) => ending === null).length).toBeGreaterThan(0);
  expect(doorway.door.counters.accepted).toBe(21);
  expect(await ask(honest, 50 * kB)).toHaveLength(50 * kB);
  for (const client of clients) client.close();
  honest.close();
});
