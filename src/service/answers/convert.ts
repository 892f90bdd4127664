import type { Index } from "../../core/types.ts";
import type { Command__Output as ProtoCommand } from "../../generated/balsa/client/v1/Command.ts";
import type { CommandResult as ProtoCommandResult } from "../../generated/balsa/client/v1/CommandResult.ts";
import type { KeyValue as ProtoKeyValue } from "../../generated/balsa/client/v1/KeyValue.ts";
import type { SubmitResponse } from "../../generated/balsa/client/v1/SubmitResponse.ts";
import type { Value as ProtoValue, Value__Output as ProtoValueOutput } from "../../generated/balsa/client/v1/Value.ts";
import type { Expected, KvCommand } from "../../machine/kv-codec.ts";
import { decodeRecord, type Value } from "../../machine/kv-records.ts";
import type { CommandResult, KvResult } from "../../machine/kv-results.ts";

/** Between the messages of client.proto and the key-value map: the only place that knows both. */

/** @param command one that validation.ts found nothing wrong with */
export function commandOf(command: ProtoCommand): KvCommand {
  const { set, compareAndSet } = command;
  if (set) return { type: "set", key: set.key, value: contentOf(set.value), attached: set.attached };
  if (!compareAndSet) return { type: "delete", key: command.delete?.key ?? "" };
  const { key, newValue } = compareAndSet;
  const expected = expectedOf(compareAndSet);
  return {
    type: "compareAndSet",
    key,
    expected,
    newValue: newValue ? contentOf(newValue) : null,
    attached: compareAndSet.attached,
  };
}

function expectedOf({ expected, value, revision }: NonNullable<ProtoCommand["compareAndSet"]>): Expected {
  if (expected === "value") return { type: "value", value: contentOf(value) };
  if (expected === "revision") return { type: "revision", revision: revision ?? 0 };
  return { type: "absent" };
}

function contentOf(value: ProtoValueOutput | null | undefined): Value {
  return value?.text ?? value?.data ?? "";
}

/** @param index log index of the request */
export function submitResponseOf(index: number, result: Exclude<KvResult, { type: "refused" }>): SubmitResponse {
  return { succeeded: result.type === "applied", revision: index, results: result.results.map(commandResultOf) };
}

function commandResultOf({ succeeded, existed, current }: CommandResult): ProtoCommandResult {
  if (current === null) return { succeeded, existed };
  const { key, revision, value } = current;
  return { succeeded, existed, current: value === null ? { key, revision } : { key, revision, value: protoValueOf(value) } };
}

/** @throws Malformed if the record is none of the key-value map's */
export function keyValueOf(key: string, record: Uint8Array): ProtoKeyValue & { readonly revision: Index } {
  const { revision, value } = decodeRecord(record);
  return { key, revision, value: protoValueOf(value) };
}

/**
 * The applied index of an answer with these items. A record is on the disk a moment before the node counts its entry as
 * applied, and whoever sees the one must not be told that the node is not so far yet: an entry's records are written
 * together and in order, so what was read is as new as the newest revision in it.
 */
export function atLeastRevisionsOf(items: readonly { readonly revision: Index }[], appliedIndex: Index): Index {
  return items.reduce((index, { revision }) => Math.max(index, revision), appliedIndex);
}

function protoValueOf(value: Value): ProtoValue {
  return typeof value === "string" ? { text: value } : { data: value };
}
