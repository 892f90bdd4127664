import { join } from "node:path";
import { Client, credentials, type ServiceError, status } from "@grpc/grpc-js";
import protobuf from "protobufjs";
import { errorInfoOf } from "../../src/grpc/error-info.ts";
import { clientServiceDefinition } from "../../src/grpc/service-definitions.ts";
import { encodeRequest } from "../../src/machine/kv-codec.ts";
import { ask, Results, RunningServer, type SubmitResults } from "./running-server.ts";

// Texts on the wire are UTF-8, or they are refused: whatever is not never becomes something else.

let running: RunningServer;
let caller: Client;
beforeEach(async () => {
  running = await RunningServer.start({}, { set: () => null, list: () => [], clear: () => [] });
  caller = new Client(running.address, credentials.createInsecure());
});
afterEach(async () => {
  caller.close();
  await running.stop();
});

const placeholder = "0123456789";
const bad: [string, Buffer][] = [
  ["ff fe 80", Buffer.from("fffe80", "hex")],
  ["the first half of a surrogate pair, as CESU-8 has it", Buffer.from("eda0bd", "hex")],
  ["a whole surrogate pair, as CESU-8 has it", Buffer.from("eda0bdedb880", "hex")],
  ["a zero byte in two bytes", Buffer.from("c080", "hex")],
  ["a character that is cut short", Buffer.from("61e282", "hex")],
  ["beyond U+10FFFF", Buffer.from("f4908080", "hex")],
  ["a replacement character and then none", Buffer.from("efbfbdff", "hex")],
];

/** A method, and a request of it in which one text is the placeholder. */
interface Case {
  readonly service: string;
  readonly method: protobuf.Method;
  readonly field: string;
  readonly request: object;
}

const root = protoRoot();
const services = [
  ...["balsa.client.v1.ClientService", "balsa.admin.v1.AdminService", "balsa.admin.v1.FaultService"],
  ...["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"],
];
const cases = services.flatMap((service) =>
  root
    // The older version has the same messages.
    .lookupService(service.replace("v1alpha", "v1"))
    .methodsArray.flatMap((method) =>
      textsIn(typeOf(method)).map(({ field, request }): Case => ({ service, method, field, request })),
    ),
);

function protoRoot(): protobuf.Root {
  const found = new protobuf.Root();
  found.resolvePath = (_, target) => join(__dirname, "../../proto", target);
  const ours = ["balsa/client/v1/client.proto", "balsa/admin/v1/admin.proto"];
  return found.loadSync([...ours, "grpc/health/v1/health.proto", "grpc/reflection/v1/reflection.proto"]);
}

function typeOf(method: protobuf.Method): protobuf.Type {
  method.resolve();
  const { resolvedRequestType } = method;
  if (resolvedRequestType === null) throw new Error(`${method.name} has no request`);
  return resolvedRequestType;
}

/** Every text of a message, wherever in it, each in a message that has nothing else. */
function textsIn(type: protobuf.Type): { field: string; request: object }[] {
  return type.fieldsArray.flatMap((field) => {
    const wrapped = (value: unknown) => ({ [field.name]: field.repeated ? [value] : value });
    field.resolve();
    if (field.type === "string") return [{ field: field.name, request: wrapped(placeholder) }];
    if (!(field.resolvedType instanceof protobuf.Type)) return [];
    return textsIn(field.resolvedType).map((inner) => ({
      field: `${field.name}.${inner.field}`,
      request: wrapped(inner.request),
    }));
  });
}

/** The request with other bytes in place of the placeholder, at all its lengths. */
function bytesOf({ method, request }: Pick<Case, "method" | "request">, text: Buffer): Buffer {
  const type = typeOf(method);
  const padded = Buffer.concat([text, Buffer.from(placeholder)]).subarray(0, placeholder.length);
  const bytes = Buffer.from(type.encode(type.fromObject(request)).finish());
  padded.copy(bytes, bytes.indexOf(placeholder));
  return bytes;
}

const asItIs = (bytes: Buffer) => bytes;

/** How a call with these bytes ends; of a stream, its first message is what it ends with. */
function call({ service, method }: Pick<Case, "service" | "method">, bytes: Buffer): Promise<ServiceError | Buffer | null> {
  const path = `/${service}/${method.name}`;
  return new Promise((resolve) => {
    if (!method.requestStream && !method.responseStream) {
      caller.makeUnaryRequest(path, asItIs, asItIs, bytes, (error, answer) => resolve(error ?? answer ?? null));
      return;
    }
    const opened = method.requestStream ? caller.makeBidiStreamRequest(path, asItIs, asItIs) : null;
    const stream = opened ?? caller.makeServerStreamRequest(path, asItIs, asItIs, bytes);
    stream.on("error", resolve);
    stream.on("data", (answer: Buffer) => {
      resolve(answer);
      stream.cancel();
    });
    stream.on("end", () => resolve(null));
    opened?.write(bytes);
  });
}

describe.each(cases)("$service $method.name, $field", (one) => {
  test.each(bad)("bytes that are no UTF-8 are refused as INVALID_ARGUMENT, and nothing is done: %s", async (_, text) => {
    const end = await call(one, bytesOf(one, text));
    if (Buffer.isBuffer(end)) {
      // The item of a stream; the stream goes on.
      const { SubmitStream, ReadStream } = clientServiceDefinition;
      const definition = one.method.name === "SubmitStream" ? SubmitStream : ReadStream;
      const { results } = definition.responseDeserialize(end);
      expect(results).toMatchObject([{ error: { code: status.INVALID_ARGUMENT, reason: "NOT_UTF8", mayHaveHappened: false } }]);
    } else {
      expect(end).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringMatching(/^A text .* no UTF-8: .*\.$/) });
      expect(end && errorInfoOf(end.metadata)).toEqual({
        reason: "NOT_UTF8",
        metadata: { mayHaveHappened: "false", retry: "never" },
      });
    }
    expect(running.node.commands).toEqual([]);
    expect(running.node.memberChanges).toEqual([]);
  });
});

test("texts of every method of the client port are among them", () => {
  const seen = new Set(cases.map(({ method }) => method.name));
  const methods = ["Submit", "SubmitStream", "Read", "ReadStream", "Scan", "Watch", "AddNode", "ReplaceNode", "ChangeAddress"];
  for (const name of [...methods, "Check", "ServerReflectionInfo"]) expect(seen).toContain(name);
  expect(cases.filter(({ method }) => method.name === "Submit").map(({ field }) => field)).toEqual([
    ...["commands.set.key", "commands.set.value.text", "commands.delete.key", "commands.compareAndSet.key"],
    ...["commands.compareAndSet.value.text", "commands.compareAndSet.newValue.text"],
    ...["session.incarnationId", "incarnationId"],
  ]);
});

test("of a message with several items, those with a bad text are refused, and the others are carried out", async () => {
  const submit = root.lookupService(services[0] ?? "").methods.SubmitStream;
  if (submit === undefined) throw new Error("there is no SubmitStream");
  const set = (id: number, key: string) => ({ id, request: { commands: [{ set: { key, value: { text: "v" } } }] } });
  const request = { items: [set(1, "a"), set(2, placeholder), set(3, "c")] };
  const stream = caller.makeBidiStreamRequest("/balsa.client.v1.ClientService/SubmitStream", asItIs, (bytes) =>
    clientServiceDefinition.SubmitStream.responseDeserialize(bytes),
  );
  const results: SubmitResults = new Results(stream);
  stream.write(bytesOf({ method: submit, request }, Buffer.from("fffe80", "hex")));
  stream.end();
  expect(await results.end).toBeNull();
  expect(results.byId.get(1)).toMatchObject({ response: { succeeded: true } });
  expect(results.byId.get(2)).toMatchObject({ error: { reason: "NOT_UTF8" } });
  expect(results.byId.get(3)).toMatchObject({ response: { succeeded: true } });
  expect(running.node.commands).toHaveLength(2);
});

test("a text that is longer than its message is refused as well", async () => {
  const read = root.lookupService(services[0] ?? "").methods.Read;
  if (read === undefined) throw new Error("there is no Read");
  const bytes = bytesOf({ method: read, request: { key: placeholder } }, Buffer.from("cut short"));
  expect(await call({ service: services[0] ?? "", method: read }, bytes.subarray(0, -1))).toMatchObject({ code: status.INTERNAL });
});

test.each([
  ["replacement characters", "\ufffd\ufffd\ufffd"],
  ["a mark of the byte order at the start", "\ufeffkey"],
  ["a zero character", "a\u0000b"],
  ["the ends of the ranges", "\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}"],
  ["what is no character, and private ones", "\ufdd0\ufffe\uf8ff\u{1ffff}"],
  ["a letter and its accent apart", "e\u0301 is not \u00e9"],
  ["surrogate pairs", "😀🚣"],
  ["lines of several systems", "a\r\nb\nc\rd\u2028e"],
])("text is stored as it is, in keys and in values: %s", async (_, text) => {
  const { client } = running;
  await new Promise((resolve) => running.node.submit(encodeRequest([{ type: "set", key: "other", value: "v" }]), 1_000, resolve));
  await ask((request, done) => client.submit(request, done), { commands: [{ set: { key: text, value: { text } } }] });
  const found = { key: text, value: { text } };
  expect(await ask((request, done) => client.read(request, done), { key: text })).toMatchObject({ found });
  expect(await ask((request, done) => client.scan(request, done), { prefix: text })).toMatchObject({ items: [found] });
  const compared = { compareAndSet: { key: text, value: { text }, newValue: { text: `${text}${text}` } } };
  const answer = ask((request, done) => client.submit(request, done), { commands: [compared] });
  expect(await answer).toMatchObject({ succeeded: true });
});
