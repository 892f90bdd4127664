import { MessageBytes } from "../../src/door/message-bytes.ts";
import { until } from "../service/running-server.ts";
import { ask, Doorway } from "./doorway.ts";
import { RawClient } from "./raw-client.ts";
import { callHeaders, flags, frame, greeting, grpcMessage, types } from "./raw-http2.ts";

const part = 10_000;

/** Begins calls and sends this much of a large message on each of them. */
function halves(count: number): Buffer {
  const message = grpcMessage(Buffer.alloc(100_000)).subarray(0, part);
  return Buffer.concat(
    Array.from({ length: count }, (_, i) => [
      frame(types.headers, flags.endHeaders, 2 * i + 1, callHeaders("/test.Echo/Ask")),
      frame(types.data, 0, 2 * i + 1, message),
    ]).flat(),
  );
}

test("a message counts as unfinished from its first byte to its last, however it is cut", () => {
  const bytes = Buffer.concat([3, 0, 7].map((length) => grpcMessage(Buffer.alloc(length))));
  const unfinishedAt = [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0];
  for (let cut = 1; cut <= bytes.length; cut++) {
    const messages = new MessageBytes();
    for (let at = 0; at < bytes.length; at += cut) {
      messages.add(bytes.subarray(at, at + cut));
      expect(messages.unfinished).toBe(unfinishedAt[Math.min(at + cut, bytes.length)]);
    }
  }
});

test("a client that sends parts of messages and not the rest is closed, and others are served", async () => {
  const doorway = await Doorway.open({ unfinishedBytesMax: 50 * part });
  const honest = doorway.client();
  const small = await RawClient.open(doorway.port, Buffer.concat([greeting, halves(5)]));
  const rounds = 6;
  for (let round = 1; round <= rounds; round++) {
    const client = await RawClient.open(doorway.port, Buffer.concat([greeting, halves(48)]));
    await until(() => client.ending !== null && doorway.door.counters.closed.unfinished === round, "it is closed");
    expect(await ask(honest, part)).toHaveLength(part);
  }
  expect(small.ending).toBeNull();
  expect(doorway.notices[0]?.why).toBe("closed: its client has sent more parts of messages than this node keeps");
  small.close();
  honest.close();
  await doorway.close();
});

test("messages that arrive as a whole are never too many, and parts of those who have gone are forgotten", async () => {
  const doorway = await Doorway.open({ unfinishedBytesMax: 50 * part });
  const honest = doorway.client();
  const long = "100".padEnd(5 * part);
  for (let round = 0; round < 5; round++) {
    const call = () =>
      new Promise((resolve, reject) => {
        const same = (bytes: Buffer) => bytes;
        honest.makeUnaryRequest("/test.Echo/Ask", same, same, Buffer.from(long), (error, answer) =>
          error === null ? resolve(answer) : reject(error),
        );
      });
    await Promise.all(Array.from({ length: 8 }, call));
    const client = await RawClient.open(doorway.port, Buffer.concat([greeting, halves(30)]));
    await until(() => doorway.door.unfinishedBytes === 30 * part, "all has come");
    client.close();
    await until(() => doorway.door.unfinishedBytes === 0, "it is forgotten");
  }
  expect(doorway.door.counters.closed.unfinished).toBe(0);
  honest.close();
  await doorway.close();
});
