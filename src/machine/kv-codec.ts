import { ByteReader, ByteWriter, Malformed } from "./bytes.ts";
import { type Content, isContent, readRecordKey, type Value, writeValue } from "./kv-records.ts";

/**
 * A request to the key-value map as bytes. It is encoded once, by the node that took it; the same bytes
 * go through the log of every node to its machine.
 *
 *     u8 format (1), u16 count, then each command:
 *     u8 tag, u16 length and key, [expected: u32 length and content, or u64 revision], [new: u32 length and content]
 *
 * All numbers are big-endian, all text is UTF-8.
 */

/**
 * One change to the map. A compare-and-set whose new value is null deletes the key. A key that is set `attached` belongs
 * to the session of the request and is deleted when that ends, unless somebody has set it again by then.
 */
export type KvCommand =
  | { readonly type: "set"; readonly key: string; readonly value: Value; readonly attached?: boolean }
  | { readonly type: "delete"; readonly key: string }
  | {
      readonly type: "compareAndSet";
      readonly key: string;
      readonly expected: Expected;
      readonly newValue: Value | null;
      /** Means nothing if the new value is null. */
      readonly attached?: boolean;
    };

/** What a compare-and-set wants to find: a value, the revision of the last change, or no such key. */
export type Expected =
  | { readonly type: "value"; readonly value: Value }
  | { readonly type: "revision"; readonly revision: number }
  | { readonly type: "absent" };

/** A command as the machine meets it; contents are views of the request's bytes. */
export interface Operation {
  readonly type: OperationType;
  readonly recordKey: Buffer;
  /** Null unless the type is `ifValue`. */
  readonly expectedContent: Content | null;
  /** 0, which no key has, unless the type is `ifRevision`. */
  readonly expectedRevision: number;
  /** Null deletes the key. */
  readonly newContent: Content | null;
  /** The key is to belong to the request's session. */
  readonly isAttached: boolean;
}

export type OperationType = "set" | "delete" | "ifValue" | "ifRevision" | "ifAbsent";

const format = 1;
/** The tag of a command is its place here; `withNewValue` is added to a comparison that does not delete, `attached` to what sets an attached key. */
const operationTypes: readonly OperationType[] = ["set", "delete", "ifValue", "ifRevision", "ifAbsent"];
const withNewValue = 0x80;
const attached = 0x40;

/** @throws RangeError if there are more than 65,535 commands, or a key is longer than 65,535 bytes */
export function encodeRequest(commands: readonly KvCommand[]): Buffer {
  const writer = new ByteWriter();
  writer.u8(format);
  writer.u16(commands.length);
  for (const command of commands) writeCommand(writer, command);
  return writer.finish();
}

function writeCommand(writer: ByteWriter, command: KvCommand): void {
  switch (command.type) {
    case "set":
      writer.u8(operationTypes.indexOf("set") | (command.attached ? attached : 0));
      writeKey(writer, command.key);
      writeValue(writer, command.value);
      return;
    case "delete":
      writer.u8(operationTypes.indexOf("delete"));
      writeKey(writer, command.key);
      return;
    case "compareAndSet":
      writer.u8(comparisonTag(command.expected) | newValueFlags(command));
      writeKey(writer, command.key);
      if (command.expected.type === "value") writeValue(writer, command.expected.value);
      if (command.expected.type === "revision") writer.u64(command.expected.revision);
      if (command.newValue !== null) writeValue(writer, command.newValue);
      return;
    default:
      command satisfies never;
  }
}

function comparisonTag(expected: Expected): number {
  switch (expected.type) {
    case "value":
      return operationTypes.indexOf("ifValue");
    case "revision":
      return operationTypes.indexOf("ifRevision");
    case "absent":
      return operationTypes.indexOf("ifAbsent");
    default:
      return expected satisfies never;
  }
}

function newValueFlags(command: Extract<KvCommand, { type: "compareAndSet" }>): number {
  if (command.newValue === null) return 0;
  return withNewValue | (command.attached ? attached : 0);
}

function writeKey(writer: ByteWriter, key: string): void {
  const place = writer.placeholder(2);
  writer.text(key);
  writer.patchLength16(place);
}

/** @throws Malformed if the bytes are not exactly one request */
export function decodeRequest(bytes: Uint8Array): Operation[] {
  const reader = new ByteReader(bytes);
  const found = reader.u8();
  if (found !== format) throw new Malformed(`is of format ${found}, which this version does not know`);
  const count = reader.u16();
  if (count === 0) throw new Malformed("holds no command");
  const operations: Operation[] = [];
  for (let i = 0; i < count; i++) operations.push(readOperation(reader));
  reader.end();
  return operations;
}

function readOperation(reader: ByteReader): Operation {
  const tag = reader.u8();
  const type = operationTypes[tag & ~(withNewValue | attached)];
  const flagged = (tag & withNewValue) !== 0;
  const isAttached = (tag & attached) !== 0;
  const setsKey = type === "set" || flagged;
  if (type === undefined || (flagged && (type === "set" || type === "delete")) || (isAttached && !setsKey)) {
    throw new Malformed(`holds a command of kind ${tag}, which this version does not know`);
  }
  return {
    type,
    recordKey: readRecordKey(reader, reader.u16()),
    expectedContent: type === "ifValue" ? readContent(reader) : null,
    expectedRevision: type === "ifRevision" ? reader.u64() : 0,
    newContent: setsKey ? readContent(reader) : null,
    isAttached,
  };
}

function readContent(reader: ByteReader): Content {
  const content = reader.bytes(reader.u32());
  if (!isContent(content)) throw new Malformed("holds a value of unknown kind");
  return content;
}
