import { connect } from "node:net";
import type { Random } from "../../src/sim/base/random.ts";
import { callHeaders, flags, frame, greeting, grpcMessage, types, wrongs } from "../door/raw-http2.ts";
import type { Method } from "./methods.ts";

const frameBytesMax = 16_000;

/** What somebody sends who then leaves in the middle: wrong HTTP/2, or a right call that is cut or changed anywhere. */
export function halfCall(random: Random, methods: readonly Method[], message: Buffer): Buffer {
  if (random.chance(0.3)) return random.pick(Object.values(wrongs));
  const { path } = random.pick(methods);
  const whole = Buffer.concat([
    greeting,
    frame(types.headers, flags.endHeaders, 1, callHeaders(path)),
    frame(types.data, random.pick([0, flags.endStream]), 1, grpcMessage(message.subarray(0, frameBytesMax))),
  ]);
  const bytes = whole.subarray(0, random.between(0, whole.length));
  // Not in the message itself, which was looked at: what is changed there could be what is off limits.
  const place = random.below(greeting.length + 20);
  if (random.chance(0.5) && place < bytes.length) bytes[place] = random.below(256);
  return bytes;
}

/** Connects, sends these bytes, and is gone. Resolves when it is. */
export function passBy(port: number, localAddress: string, bytes: Buffer, leave: "reset" | "close"): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", localAddress });
    socket.on("error", () => {}); // It closes next.
    socket.once("close", () => resolve());
    socket.once("connect", () => {
      socket.write(bytes, () => {
        if (leave === "reset") socket.resetAndDestroy();
        else socket.destroy();
      });
    });
    socket.resume();
  });
}
