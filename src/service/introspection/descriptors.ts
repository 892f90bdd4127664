import descriptor, {
  type IDescriptorProto,
  type IEnumDescriptorProto,
  type IFileDescriptorProto,
} from "protobufjs/ext/descriptor/index.js";
import { fileDescriptorSet } from "../../generated/descriptors.ts";

const { FileDescriptorProto, FileDescriptorSet } = descriptor;

/** The files of proto/ as protobuf describes them: each one encoded, with those that it imports. */
export interface DescribedFiles {
  readonly byName: ReadonlyMap<string, readonly Uint8Array[]>;
  /** By the full name of whatever a file declares: a service, a method, a message, a field, an enum and its values. */
  readonly bySymbol: ReadonlyMap<string, readonly Uint8Array[]>;
}

let known: DescribedFiles | null = null;

/** Made when it is first asked for, as few nodes are ever asked. */
export function describedFiles(): DescribedFiles {
  known ??= describe();
  return known;
}

function describe(): DescribedFiles {
  const byName = new Map<string, readonly Uint8Array[]>();
  const bySymbol = new Map<string, readonly Uint8Array[]>();
  const set = FileDescriptorSet.toObject(FileDescriptorSet.decode(Buffer.from(fileDescriptorSet, "base64")));
  // A set has each file after those that it imports.
  for (const file of set.file ?? []) {
    const encoded = FileDescriptorProto.encode(FileDescriptorProto.fromObject(file)).finish();
    const imported = (file.dependency ?? []).flatMap((name: string) => byName.get(name) ?? []);
    const files = [...new Set([encoded, ...imported])];
    byName.set(file.name ?? "", files);
    for (const symbol of symbolsOf(file)) bySymbol.set(symbol, files);
  }
  return { byName, bySymbol };
}

function symbolsOf(file: IFileDescriptorProto): string[] {
  const scope = file.package ?? "";
  return [
    ...(file.messageType ?? []).flatMap((message) => ofMessage(scope, message)),
    ...(file.enumType ?? []).flatMap((type) => ofEnum(scope, type)),
    ...(file.service ?? []).flatMap(({ name, method }) => [`${scope}.${name}`, ...names(`${scope}.${name}`, method)]),
  ];
}

function ofMessage(scope: string, message: IDescriptorProto): string[] {
  const name = `${scope}.${message.name}`;
  return [
    name,
    ...names(name, message.field),
    ...names(name, message.oneofDecl),
    ...(message.nestedType ?? []).flatMap((nested) => ofMessage(name, nested)),
    ...(message.enumType ?? []).flatMap((type) => ofEnum(name, type)),
  ];
}

/** The values of an enum are named beside it, not within it. */
function ofEnum(scope: string, type: IEnumDescriptorProto): string[] {
  return [`${scope}.${type.name}`, ...names(scope, type.value)];
}

function names(scope: string, declared: readonly { name?: string }[] | null | undefined): string[] {
  return (declared ?? []).map(({ name }) => `${scope}.${name}`);
}
