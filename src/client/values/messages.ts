import type { Change__Output as ProtoChange } from "../../generated/balsa/client/v1/Change.ts";
import type { Command as ProtoCommand } from "../../generated/balsa/client/v1/Command.ts";
import type { KeyValue__Output as ProtoKeyValue } from "../../generated/balsa/client/v1/KeyValue.ts";
import type { SubmitResponse__Output as SubmitResponse } from "../../generated/balsa/client/v1/SubmitResponse.ts";
import type { Value as ProtoValue } from "../../generated/balsa/client/v1/Value.ts";
import type { CallOptions } from "./call-options.ts";

/** What users of the client see, and how it looks in client.proto. */

/** Text comes back as text, data as data. */
export type Value = string | Uint8Array;

export interface KeyValue {
  readonly key: string;
  readonly value: Value;
  /** Log index of the key's last change. */
  readonly revision: number;
}

/** What a compare-and-set wants to find. */
export type Expected = { readonly value: Value } | { readonly revision: number } | { readonly absent: true };

/** A part of a batch. A compare-and-set whose new value is null deletes the key. */
export type Command =
  | ({ readonly type: "set"; readonly key: string; readonly value: Value } & AttachOptions)
  | { readonly type: "delete"; readonly key: string }
  | ({
      readonly type: "compareAndSet";
      readonly key: string;
      readonly expected: Expected;
      readonly newValue: Value | null;
    } & AttachOptions);

export interface AttachOptions {
  /** The key lives as long as this client's session: it is deleted when the client closes, or is not heard of for too long. */
  readonly attached?: boolean | undefined;
}

/** What a write may be told. */
export interface WriteOptions extends AttachOptions, CallOptions {}

/** One change that a watch tells. */
export type Change =
  | { readonly type: "set"; readonly key: string; readonly value: Value; readonly revision: number }
  | { readonly type: "delete"; readonly key: string; readonly revision: number };

export interface BatchResult {
  /** False if a comparison did not hold: then nothing was changed. */
  readonly succeeded: boolean;
  /** Log index of the request, and the revision of every key it changed. */
  readonly revision: number;
  /** One for each command, in their order. */
  readonly results: readonly CommandResult[];
}

export interface CommandResult {
  /** False only for a comparison that did not hold. */
  readonly succeeded: boolean;
  /** Whether the key existed before this command. */
  readonly existed: boolean;
  /** For a comparison that did not hold: what is there now, null if nothing. */
  readonly current: Current | null;
}

export interface Current {
  readonly key: string;
  readonly revision: number;
  /** Null if the result would have grown too large with it. */
  readonly value: Value | null;
}

/** @param command one that was checked */
export function protoCommandOf(command: Command): ProtoCommand {
  switch (command.type) {
    case "set":
      return { set: { key: command.key, value: protoValueOf(command.value), attached: command.attached === true } };
    case "delete":
      return { delete: { key: command.key } };
    case "compareAndSet": {
      const { key, expected, newValue } = command;
      const wanted = "value" in expected ? { value: protoValueOf(expected.value) } : expected;
      if (newValue === null) return { compareAndSet: { key, ...wanted } };
      return { compareAndSet: { key, ...wanted, newValue: protoValueOf(newValue), attached: command.attached === true } };
    }
    default:
      return command satisfies never;
  }
}

function protoValueOf(value: Value): ProtoValue {
  return typeof value === "string" ? { text: value } : { data: value };
}

/** Most bytes that a command takes in a message. */
export function bytesOf(command: Command): number {
  switch (command.type) {
    case "set":
      return sizeOf(command.key) + sizeOf(command.value);
    case "delete":
      return sizeOf(command.key);
    case "compareAndSet": {
      const { key, expected, newValue } = command;
      return sizeOf(key) + ("value" in expected ? sizeOf(expected.value) : 0) + (newValue === null ? 0 : sizeOf(newValue));
    }
    default:
      return command satisfies never;
  }
}

/** Exact for large values; for small ones the most that it can be, which need not be measured. */
function sizeOf(value: Value): number {
  const frameBytes = 16;
  if (typeof value !== "string") return frameBytes + value.length;
  return frameBytes + (value.length < 1_024 ? 3 * value.length : Buffer.byteLength(value));
}

export function keyValueOf({ key, value, revision }: ProtoKeyValue): KeyValue {
  return { key, value: value?.text ?? value?.data ?? "", revision };
}

export function changeOf({ key, value, revision }: ProtoChange): Change {
  return value ? { type: "set", key, value: value.text ?? value.data ?? "", revision } : { type: "delete", key, revision };
}

export function batchResultOf({ succeeded, revision, results }: SubmitResponse): BatchResult {
  return { succeeded, revision, results: results.map(commandResultOf) };
}

function commandResultOf({ succeeded, existed, current }: SubmitResponse["results"][number]): CommandResult {
  if (!current) return { succeeded, existed, current: null };
  const value = current.value?.text ?? current.value?.data ?? null;
  return { succeeded, existed, current: { key: current.key, revision: current.revision, value } };
}
