import { createServer, type Server } from "node:net";
import { BalsaAdmin } from "../../src/client/admin.ts";
import { BalsaClient } from "../../src/client/client.ts";
import type { Command } from "../../src/client/values/messages.ts";
import type { GivenClientOptions } from "../../src/client/values/options.ts";

// Programs in plain JavaScript hand over what they have: here nothing is believed of its type.

let server: Server;
let connections: number;
let client: BalsaClient;
let admin: BalsaAdmin;
beforeEach(async () => {
  connections = 0;
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const endpoints = [`127.0.0.1:${typeof address === "object" ? address?.port : ""}`];
  client = new BalsaClient({ endpoints, requestTimeoutMs: 300 });
  admin = new BalsaAdmin({ endpoints, requestTimeoutMs: 300 });
});
afterEach(async () => {
  await client.close();
  await new Promise((resolve) => server.close(resolve));
});

async function reasonOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("it was accepted");
}

async function expectTypeError(call: () => unknown, name: string): Promise<void> {
  const reason = await reasonOf(call);
  expect(reason).toBeInstanceOf(TypeError);
  expect((reason as TypeError).message).toMatch(new RegExp(`^${name.replace(/[[\].]/g, "\\$&")} `));
  expect(connections).toBe(0);
}

const transferred = new Uint8Array([1, 2, 3]);
structuredClone(transferred, { transfer: [transferred.buffer] });

const noText: [string, unknown][] = [
  ["undefined", undefined],
  ["null", null],
  ["a number", 5],
  ["not a number", Number.NaN],
  ["a bigint", 5n],
  ["a symbol", Symbol("key")],
  ["true", true],
  ["a function", () => "key"],
  ["an object", { id: 1 }],
  ["an object without a prototype", Object.create(null)],
  ["a date", new Date()],
  ["an array", ["key"]],
  ["a boxed string", new String("key")],
  ["what has a text of its own", { toString: () => "key" }],
  ["a map", new Map()],
  ["an array buffer", new ArrayBuffer(2)],
  ["a view of memory", new DataView(new ArrayBuffer(2))],
  ["16-bit numbers", new Uint16Array([300])],
  ["floating numbers", new Float64Array([1.5])],
  ["clamped bytes", new Uint8ClampedArray([1])],
  ["bytes with a sign", new Int8Array([1])],
];
const halves: [string, unknown][] = [
  ["the first half of a surrogate pair", "a\ud83d"],
  ["the second half of a surrogate pair", "\ude00b"],
  ["two halves in the wrong order", "\ude00\ud83d"],
];
const noKeys: [string, unknown][] = [...noText, ["bytes", new Uint8Array([97])], ...halves];
const noValues: [string, unknown][] = [...noText, ["bytes whose memory was transferred", transferred], ...halves];

describe.each(noKeys)("a key that is %s is a TypeError, and nothing is sent", (_, given) => {
  const key = given as never;
  test.each<[string, () => unknown, string]>([
    ["set", () => client.set(key, "v"), "key"],
    ["delete", () => client.delete(key), "key"],
    ["compareAndSet", () => client.compareAndSet(key, { absent: true }, "v"), "key"],
    ["get", () => client.get(key), "key"],
    [
      "batch of a set",
      () =>
        client.batch([
          { type: "delete", key: "a" },
          { type: "set", key, value: "v" },
        ]),
      "commands[1].key",
    ],
    ["batch of a delete", () => client.batch([{ type: "delete", key }]), "commands[0].key"],
    ["batch of a compare-and-set", () => client.batch([compareAndSet({ key })]), "commands[0].key"],
  ])("%s", (_name, call, name) => expectTypeError(call, name));

  if (given === undefined) return;
  test.each<[string, () => unknown, string]>([
    ["scanPage prefix", () => client.scanPage({ prefix: key }), "options.prefix"],
    ["scanPage start", () => client.scanPage({ start: key }), "options.start"],
    ["scanPage end", () => client.scanPage({ end: key }), "options.end"],
    ["scan", () => client.scan({ prefix: key }).next(), "options.prefix"],
    ["watch key", () => client.watch({ key }), "options.key"],
    ["watch prefix", () => client.watch({ prefix: key }), "options.prefix"],
    ["status", () => client.status(key), "endpoint"],
    ["addNode peerAddress", () => admin.addNode({ peerAddress: key }), "request.peerAddress"],
    ["addNode clientAddress", () => admin.addNode({ peerAddress: "a:1", clientAddress: key }), "request.clientAddress"],
    ["addNode diskId", () => admin.addNode({ peerAddress: "a:1", diskId: key }), "request.diskId"],
    ["replaceNode diskId", () => admin.replaceNode({ nodeId: 1, diskId: key }), "request.diskId"],
    ["changeAddress", () => admin.changeAddress({ nodeId: 1, peerAddress: key }), "request.peerAddress"],
  ])("%s", (_name, call, name) => expectTypeError(call, name));
});

describe.each(noValues)("a value that is %s is a TypeError, and nothing is sent", (_, given) => {
  const value = given as never;
  test.each<[string, () => unknown, string]>([
    ["set", () => client.set("k", value), "value"],
    ["batch of a set", () => client.batch([{ type: "set", key: "k", value }]), "commands[0].value"],
    ["batch of an expectation", () => client.batch([compareAndSet({ expected: { value } })]), "commands[0].expected"],
    ["compareAndSet expected", () => client.compareAndSet("k", { value }, "v"), "expected"],
  ])("%s", (_name, call, name) => expectTypeError(call, given === undefined ? name : nameOfValue(name)));

  // Null as a new value deletes the key.
  if (given === null) return;
  test.each<[string, () => unknown, string]>([
    ["compareAndSet", () => client.compareAndSet("k", { absent: true }, value), "newValue"],
    ["batch", () => client.batch([compareAndSet({ newValue: value })]), "commands[0].newValue"],
  ])("the new one of %s", (_name, call, name) => expectTypeError(call, name));
});

/** An expectation without anything in it is named as a whole. */
function nameOfValue(name: string): string {
  return name.endsWith("expected") ? `${name}.value` : name;
}

function compareAndSet(parts: object): Command {
  return { type: "compareAndSet", key: "k", expected: { absent: true }, newValue: "v", ...parts };
}

describe("what a compare-and-set expects is one thing", () => {
  test.each<[string, unknown, string]>([
    ["nothing at all", undefined, "expected"],
    ["null", null, "expected"],
    ["an empty object", {}, "expected"],
    ["a text", "v", "expected"],
    ["a value and absent", { value: "v", absent: true }, "expected"],
    ["a value and a revision", { value: "v", revision: 1 }, "expected"],
    ["absent, but false", { absent: false }, "expected.absent"],
    ["absent, but a text", { absent: "yes" }, "expected.absent"],
    ["a revision with a fraction", { revision: 1.7 }, "expected.revision"],
    ["a revision below 0", { revision: -1 }, "expected.revision"],
    ["a revision that is no number", { revision: Number.NaN }, "expected.revision"],
    ["a revision without end", { revision: Number.POSITIVE_INFINITY }, "expected.revision"],
    ["a revision as text", { revision: "1" }, "expected.revision"],
    ["a revision as a bigint", { revision: 1n }, "expected.revision"],
  ])("%s is a TypeError", async (_, expected, name) => {
    await expectTypeError(() => client.compareAndSet("k", expected as never, "v"), name);
    await expectTypeError(() => client.batch([compareAndSet({ expected })]), `commands[0].${name}`);
  });
});

test.each<[string, () => unknown, string]>([
  ["commands that are no array", () => client.batch({ 0: { type: "delete", key: "k" } } as never), "commands"],
  ["a hole among commands", () => client.batch(new Array(1)), "commands[0]"],
  ["a command of no kind", () => client.batch([{ key: "k" } as never]), "commands[0].type"],
  ["a command of another kind", () => client.batch([{ type: "put", key: "k" } as never]), "commands[0].type"],
  ["options that are true", () => client.set("k", "v", true as never), "options"],
  ["options that are null", () => client.get("k", null as never), "options"],
  ["attached that is no flag", () => client.set("k", "v", { attached: 1 as never }), "options.attached"],
  [
    "attached in a comparison",
    () => client.compareAndSet("k", { absent: true }, "v", { attached: "" as never }),
    "options.attached",
  ],
  ["attached in a batch", () => client.batch([compareAndSet({ attached: null })]), "commands[0].attached"],
  ["local that is no flag", () => client.get("k", { local: "no" as never }), "options.local"],
  ["local of a scan", () => client.scanPage({ local: 0 as never }), "options.local"],
  ["a limit with a fraction", () => client.scanPage({ limit: 1.5 }), "options.limit"],
  ["a limit below 0", () => client.scanPage({ limit: -1 }), "options.limit"],
  ["a limit that would wrap around", () => client.scanPage({ limit: 2 ** 32 }), "options.limit"],
  ["a limit as text", () => client.scan({ limit: "1" as never }).next(), "options.limit"],
  ["a revision to watch from with a fraction", () => client.watch({ from: 1.5 }), "options.from"],
  ["a revision to watch from below 0", () => client.watch({ from: -1 }), "options.from"],
  ["a key and a prefix to watch", () => client.watch({ key: "a", prefix: "b" }), "options"],
  ["no request at all", () => admin.removeNode(undefined as never), "request"],
  ["a request without an id", () => admin.removeNode({} as never), "request.nodeId"],
  ["a request that is an id", () => admin.removeNode(3 as never), "request"],
  ["an id as text", () => admin.removeNode({ nodeId: "3" as never }), "request.nodeId"],
  ["an id with a fraction", () => admin.replaceNode({ nodeId: 1.5 }), "request.nodeId"],
  ["the id 0", () => admin.changeAddress({ nodeId: 0 }), "request.nodeId"],
  ["force that is no flag", () => admin.removeNode({ nodeId: 3, force: "no" as never }), "request.force"],
  ["learner that is no flag", () => admin.addNode({ peerAddress: "a:1", learner: 1 as never }), "request.learner"],
  ["no id", () => admin.promoteLearner(undefined as never), "nodeId"],
  ["null for the best one", () => admin.transferLeadership(null as never), "nodeId"],
])("%s is a TypeError, and nothing is sent", (_, call, name) => expectTypeError(call, name));

describe("options of the constructors", () => {
  const makers: [string, (options: unknown) => unknown][] = [
    ["BalsaClient", (options) => new BalsaClient(options as GivenClientOptions)],
    ["BalsaAdmin", (options) => new BalsaAdmin(options as GivenClientOptions)],
  ];

  describe.each(makers)("%s", (_, make) => {
    test.each<[string, unknown]>([
      ["none", []],
      ["left out", undefined],
      ["null", null],
      ["one text", "127.0.0.1:8000"],
      ["a set", new Set(["127.0.0.1:8000"])],
      ["a hole", new Array(1)],
      ["null among them", ["127.0.0.1:8000", null]],
      ["an empty text", [""]],
      ["a host without a port", ["host"]],
      ["a port without a host", [":8000"]],
      ["a port beyond 65,535", ["host:99999"]],
      ["the port 0", ["host:0"]],
      ["a port with a sign", ["host:-1"]],
      ["a blank in the host", ["a b:1"]],
      ["blanks around", [" host:8000 "]],
      ["a line break", ["host\n:8000"]],
      ["a zero byte", ["a\u0000:1"]],
      ["a URL", ["http://host:8000"]],
      ["several in one", ["host:8000,other:8000"]],
      ["IPv6 without brackets", ["::1:8000"]],
      ["brackets around no IPv6", ["[host]:8000"]],
      ["half of a surrogate pair", ["\ud83d:1"]],
    ])("endpoints that are nonsense are refused with a sentence: %s", (_name, endpoints) => {
      expect(() => make({ endpoints })).toThrow(TypeError);
      expect(() => make({ endpoints })).toThrow(/^endpoints(\[\d\])? .*\.$/);
    });

    test.each(["127.0.0.1:8000", "host:1", "a.b-c_d:65535", "[::1]:8000", "unix:8000", "dns:8000"])(
      "%s is an address",
      (endpoint) => {
        expect(() => make({ endpoints: [endpoint] })).not.toThrow();
      },
    );

    test.each<[string, unknown]>([
      ["requestTimeoutMs", 0],
      ["requestTimeoutMs", "500"],
      ["requestTimeoutMs", null],
      ["outstandingMax", Number.NaN],
      ["backOffMinMs", -1],
      ["backOffMaxMs", 5n],
      ["discover", "no"],
      ["session", 1],
      ["prefer", "follower"],
      ["prefer", null],
      ["onSessionLost", "tell"],
    ])("%s: %p makes no sense", (name, given) => {
      expect(() => make({ endpoints: ["host:8000"], [name]: given })).toThrow(TypeError);
      expect(() => make({ endpoints: ["host:8000"], [name]: given })).toThrow(new RegExp(`^${name} .*\\.$`));
    });

    test("no options at all are refused with a sentence", () => {
      expect(() => make(undefined)).toThrow(/^options must be an object, not undefined\.$/);
      expect(() => make(null)).toThrow(/^options must be an object, not null\.$/);
    });
  });
});
