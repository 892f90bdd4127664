import { EventEmitter } from "node:events";
import { status } from "@grpc/grpc-js";
import descriptor, { type IFileDescriptorProto } from "protobufjs/ext/descriptor/index.js";
import type {
  ServerReflectionResponse,
  ServerReflectionResponse__Output,
} from "../../src/generated/grpc/reflection/v1/ServerReflectionResponse.ts";
import { Reflection } from "../../src/service/introspection/reflection.ts";
import { reflect, servicesOf } from "./reflect.ts";
import { RunningServer } from "./running-server.ts";

// What tools without .proto files learn from a server.

let running: RunningServer;
beforeEach(async () => {
  running = await RunningServer.start();
});
afterEach(() => running.stop());

const clientFile = "balsa/client/v1/client.proto";

test("the services that the server has are listed, and no others", async () => {
  expect(await servicesOf(running.address)).toEqual([
    "balsa.client.v1.ClientService",
    "balsa.admin.v1.AdminService",
    "balsa.admin.v1.ObserveService",
    "grpc.health.v1.Health",
  ]);
});

test.each([
  ["a service", "balsa.client.v1.ClientService", clientFile],
  ["a method", "balsa.client.v1.ClientService.Submit", clientFile],
  ["a message", "balsa.admin.v1.GetStatusResponse", "balsa/admin/v1/admin.proto"],
  ["a field", "balsa.client.v1.KeyValue.revision", clientFile],
  ["a oneof", "balsa.client.v1.Value.kind", clientFile],
  ["an enum", "balsa.admin.v1.Role", "balsa/admin/v1/admin.proto"],
  ["a value of an enum, which is named beside it", "balsa.admin.v1.ROLE_LEADER", "balsa/admin/v1/admin.proto"],
  ["an enum within a message", "grpc.health.v1.HealthCheckResponse.ServingStatus", "grpc/health/v1/health.proto"],
  ["a value of that", "grpc.health.v1.HealthCheckResponse.SERVING", "grpc/health/v1/health.proto"],
  ["reflection itself", "grpc.reflection.v1.ServerReflection", "grpc/reflection/v1/reflection.proto"],
])("the file is found that declares %s", async (_, fileContainingSymbol, file) => {
  const [answer] = await reflect(running.address, [{ fileContainingSymbol }]);
  expect(filesOf(answer).map(({ name }) => name)).toEqual([file]);
});

test("a file has its name, its package, and its fields by the names that the .proto has", async () => {
  const [answer] = await reflect(running.address, [{ fileByFilename: clientFile }]);
  const [file] = filesOf(answer);
  expect(file).toMatchObject({ name: clientFile, package: "balsa.client.v1", syntax: "proto3" });
  const fields = file?.messageType?.find(({ name }) => name === "CompareAndSet")?.field ?? [];
  expect(fields).toEqual(expect.arrayContaining([expect.objectContaining({ name: "new_value", jsonName: "newValue" })]));
});

test("the entries of a map are named as protobuf names them, or strict tools refuse the whole file", async () => {
  const [answer] = await reflect(running.address, [{ fileContainingSymbol: "grpc.health.v1.HealthListResponse" }]);
  const [list] = (filesOf(answer)[0]?.messageType ?? []).filter(({ name }) => name === "HealthListResponse");
  expect(list?.field).toMatchObject([{ name: "statuses", typeName: ".grpc.health.v1.HealthListResponse.StatusesEntry" }]);
  expect(list?.nestedType).toMatchObject([{ name: "StatusesEntry", options: { mapEntry: true } }]);
});

test.each([
  ["a symbol that is not there", { fileContainingSymbol: "balsa.client.v1.Nothing" }, status.NOT_FOUND],
  ["a file that is not there", { fileByFilename: "/etc/passwd" }, status.NOT_FOUND],
  [
    "an extension, of which there are none",
    { fileContainingExtension: { containingType: "a", extensionNumber: 1 } },
    status.NOT_FOUND,
  ],
  ["extensions of a type", { allExtensionNumbersOfType: "balsa.client.v1.Value" }, status.NOT_FOUND],
  ["nothing", {}, status.INVALID_ARGUMENT],
])("one who asks for %s is told so, and may ask on", async (_, question, errorCode) => {
  const [refusal, next] = await reflect(running.address, [{ host: "here", ...question }, { listServices: "" }]);
  expect(refusal).toMatchObject({ validHost: "here", messageResponse: "errorResponse", errorResponse: { errorCode } });
  expect(refusal?.originalRequest).toMatchObject({ host: "here", ...question });
  expect(next?.messageResponse).toBe("listServicesResponse");
});

test("older tools are answered by the older name of the service", async () => {
  const [answer] = await reflect(running.address, [{ fileByFilename: clientFile }], "v1alpha");
  expect(filesOf(answer)).toHaveLength(1);
});

test("one who does not read an answer is not read on until he has", () => {
  const done: string[] = [];
  let written = () => {};
  const call = Object.assign(new EventEmitter(), {
    write: (answer: ServerReflectionResponse, callback: () => void) => {
      done.push(answer.listServicesResponse ? "answer" : "refusal");
      written = callback;
    },
    pause: () => done.push("pause"),
    resume: () => done.push("resume"),
    end: () => done.push("end"),
  });
  const { handlers } = new Reflection(["balsa.client.v1.ClientService"]);
  handlers.ServerReflectionInfo(call as never);
  call.emit("data", { host: "", listServices: "", messageRequest: "listServices" });
  expect(done).toEqual(["pause", "answer"]);
  written();
  call.emit("end");
  expect(done.slice(2)).toEqual(["resume", "end"]);
});

function filesOf(answer: ServerReflectionResponse__Output | undefined): IFileDescriptorProto[] {
  const files = answer?.fileDescriptorResponse?.fileDescriptorProto ?? [];
  return files.map((bytes) =>
    descriptor.FileDescriptorProto.toObject(descriptor.FileDescriptorProto.decode(Buffer.from(bytes)), { enums: String }),
  );
}
