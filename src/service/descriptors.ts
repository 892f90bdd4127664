import type { PackageDefinition } from "@grpc/proto-loader";
import descriptor, { type IDescriptorProto } from "protobufjs/ext/descriptor/index.js";

const { FileDescriptorProto } = descriptor;

/**
 * The same definitions, with the map fields of their descriptors as protoc has them. Protobuf calls the entries of
 * a field `statuses` `StatusesEntry`, protobufjs calls them `Statuses`, and tools that are strict about it
 * (those made in Go) then refuse the whole file when they get it by reflection.
 */
export function withMapEntriesNamed(definitions: PackageDefinition): PackageDefinition {
  const named = Object.entries(definitions).map(([name, definition]) => {
    const { fileDescriptorProtos: files } = definition;
    // A service definition has methods by name, and no descriptors.
    return [name, Array.isArray(files) ? { ...definition, fileDescriptorProtos: files.map(renamed) } : definition];
  });
  return Object.fromEntries(named);
}

function renamed(bytes: Buffer): Buffer {
  const file = FileDescriptorProto.toObject(FileDescriptorProto.decode(bytes));
  for (const message of file.messageType ?? []) renameEntries(message);
  return Buffer.from(FileDescriptorProto.encode(FileDescriptorProto.fromObject(file)).finish());
}

function renameEntries(message: IDescriptorProto): void {
  for (const nested of message.nestedType ?? []) {
    renameEntries(nested);
    if (nested.options?.mapEntry !== true || nested.name?.endsWith("Entry")) continue;
    for (const field of message.field ?? []) {
      if (field.typeName === nested.name) field.typeName = `${nested.name}Entry`;
    }
    nested.name = `${nested.name}Entry`;
  }
}
