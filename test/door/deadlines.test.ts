import { boundDeadline } from "../../src/door/deadline-header.ts";
import { until } from "../service/running-server.ts";
import { Doorway } from "./doorway.ts";
import { RawClient } from "./raw-client.ts";
import { callHeaders, flags, frame, grpcMessage, types } from "./raw-http2.ts";

describe("a call's time-out", () => {
  let doorway: Doorway;
  let client: RawClient;

  beforeEach(async () => {
    doorway = await Doorway.open();
    client = await RawClient.open(doorway.port);
  });

  afterEach(async () => {
    client.close();
    await doorway.close();
  });

  const call = (timeout: string) => {
    client.send(frame(types.headers, flags.endHeaders, 1, callHeaders("/test.Echo/Ask", [["grpc-timeout", timeout]])));
    client.send(frame(types.data, flags.endStream, 1, grpcMessage(Buffer.from("3"))));
  };
  const answered = () => client.frames.some(({ type, stream }) => type === types.data && stream === 1);
  const ended = () => client.frames.some(({ type, flag, stream }) => type === types.headers && stream === 1 && (flag & 1) === 1);

  test.each(["2147484S", "35792M", "597H", "99999999H", "99999999M", "99999999S", "99999999m", "1H"])(
    "that is far away, such as %s, is no time-out now",
    async (timeout) => {
      call(timeout);
      await until(answered, "it is answered");
    },
  );

  test.each(["", "x", "-5S", "5", "5s", "123456789S", "1.5S", "5S, 5S", "5 S"])(
    "that makes no sense, such as %j, is refused before anything is done",
    async (timeout) => {
      call(timeout);
      await until(ended, "it is refused");
      expect(answered()).toBe(false);
      expect(doorway.asked).toEqual([]);
    },
  );
});

test.each([
  ["5S", "5S"],
  ["2147483S", "2147483S"],
  ["2147484S", "2147483S"],
  ["596H", "596H"],
  ["597H", "2147483S"],
  ["99999999n", "99999999n"],
  ["0S", "0S"],
])("a time-out of %s reaches gRPC as %s", (given, kept) => {
  const headers = { "grpc-timeout": given };
  expect(boundDeadline(headers)).toBeNull();
  expect(headers["grpc-timeout"]).toBe(kept);
});
