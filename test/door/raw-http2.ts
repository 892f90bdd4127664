/** Frames of HTTP/2 as bytes, right ones and wrong ones. */

export const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

export const types = { data: 0, headers: 1, rst: 3, settings: 4, ping: 6, goaway: 7, windowUpdate: 8, continuation: 9 } as const;
export const flags = { ack: 1, endStream: 1, endHeaders: 4 } as const;

export function frame(type: number, flag: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flag;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** What a client begins with. */
export const greeting = Buffer.concat([preface, frame(types.settings, 0, 0)]);

/** Header fields, none of them compressed. */
export function fields(pairs: readonly (readonly [name: string, value: string])[]): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
  return Buffer.concat(pairs.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

export function callHeaders(path: string, more: readonly (readonly [string, string])[] = []): Buffer {
  return fields([
    [":method", "POST"],
    [":scheme", "http"],
    [":path", path],
    [":authority", "test"],
    ["content-type", "application/grpc"],
    ["te", "trailers"],
    ...more,
  ]);
}

/** Settings by which streams begin with so large a window. */
export function windowSetting(bytes: number): Buffer {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(4, 0);
  payload.writeUInt32BE(bytes, 2);
  return frame(types.settings, 0, 0, payload);
}

/** @param stream 0: of the whole connection */
export function windowUpdate(stream: number, bytes: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes, 0);
  return frame(types.windowUpdate, 0, stream, payload);
}

/** A whole call with one message. */
export function unaryCall(path: string, stream: number, message: Buffer): Buffer {
  return Buffer.concat([
    frame(types.headers, flags.endHeaders, stream, callHeaders(path)),
    frame(types.data, flags.endStream, stream, grpcMessage(message)),
  ]);
}

/** A message of gRPC, not compressed. */
export function grpcMessage(bytes: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** What no client should send, by what is wrong with it. */
export const wrongs: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  "half a preface": preface.subarray(0, 10),
  "the preface alone": preface,
  "bytes that are no HTTP/2": Buffer.from("GET / HTTP/1.1\r\nhost: test\r\n\r\n"),
  zeros: Buffer.alloc(4_096),
  "settings of five bytes": Buffer.concat([preface, frame(types.settings, 0, 0, Buffer.alloc(5))]),
  "settings on a stream": Buffer.concat([greeting, frame(types.settings, 0, 1)]),
  "settings that make no sense": Buffer.concat([preface, frame(types.settings, 0, 0, Buffer.from("0004ffffffff", "hex"))]),
  "fields that cannot be unpacked": Buffer.concat([greeting, frame(types.headers, 4, 1, Buffer.from("ffffffffffffff", "hex"))]),
  "fields without an end": Buffer.concat([greeting, frame(types.headers, 0, 1, fields([["a", "b"]]))]),
  "a stray continuation": Buffer.concat([greeting, frame(types.continuation, 4, 1, fields([["a", "b"]]))]),
  "data on no stream": Buffer.concat([greeting, frame(types.data, 0, 0, Buffer.alloc(10))]),
  "data on a stream that was never opened": Buffer.concat([greeting, frame(types.data, 0, 5, Buffer.alloc(10))]),
  "an even stream": Buffer.concat([greeting, frame(types.headers, 5, 2, callHeaders("/a/b"))]),
  "a ping of seven bytes": Buffer.concat([greeting, frame(types.ping, 0, 0, Buffer.alloc(7))]),
  "a window of nothing": Buffer.concat([greeting, frame(types.windowUpdate, 0, 0, Buffer.alloc(4))]),
  "a window too large": Buffer.concat([greeting, frame(types.windowUpdate, 0, 0, Buffer.from("7fffffff", "hex"))]),
  "a frame too large": Buffer.concat([greeting, frame(types.data, 0, 1, Buffer.alloc(20_000))]),
  "a frame that does not end": Buffer.concat([greeting, frame(types.ping, 0, 0, Buffer.alloc(8)).subarray(0, 12)]),
  "a goodbye": Buffer.concat([greeting, frame(types.goaway, 0, 0, Buffer.alloc(8))]),
  "a goodbye with an error": Buffer.concat([greeting, frame(types.goaway, 0, 0, Buffer.from("0000000000000002", "hex"))]),
  "a call that is taken back": Buffer.concat([
    greeting,
    frame(types.headers, 4, 1, callHeaders("/a/b")),
    frame(types.rst, 0, 1, Buffer.from("00000008", "hex")),
  ]),
  "a call whose message does not end": Buffer.concat([
    greeting,
    frame(types.headers, 4, 1, callHeaders("/balsa.client.v1.ClientService/Submit")),
    frame(types.data, 0, 1, grpcMessage(Buffer.alloc(1_000)).subarray(0, 500)),
  ]),
  "a message that lies about its length": Buffer.concat([
    greeting,
    frame(types.headers, 4, 1, callHeaders("/balsa.client.v1.ClientService/Submit")),
    frame(types.data, 1, 1, Buffer.from("00ffffffff0102", "hex")),
  ]),
  "a call of no method": Buffer.concat([greeting, frame(types.headers, 5, 1, fields([["content-type", "application/grpc"]]))]),
  "a call that is not gRPC": Buffer.concat([
    greeting,
    frame(
      types.headers,
      5,
      1,
      fields([
        [":method", "GET"],
        [":scheme", "http"],
        [":path", "/"],
        [":authority", "test"],
      ]),
    ),
  ]),
};
