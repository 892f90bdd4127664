import type { Field, Field__Output } from "../../generated/balsa/admin/v1/Field.ts";
import type { Record__Output, Record as RecordMessage } from "../../generated/balsa/admin/v1/Record.ts";
import type { FieldValue, ObservedRecord, RecordHead } from "../records.ts";
import { type FieldKind, fieldsOf, kindOf } from "./record-table.ts";

/** Records as observe.proto has them, both ways, by the table of their types. */

export function protoRecordOf(record: ObservedRecord): RecordMessage {
  const { number, at, turn, type } = record;
  const kind = kindOf(type);
  const fields: Field[] = [];
  for (const name of kind === null ? [] : Object.keys(fieldsOf(kind, record.message))) {
    const value = record[name];
    if (value !== undefined) fields.push(fieldOf(name, value));
  }
  return { number, at, turn, type, fields };
}

/** Null: of a type that this version does not know. Fields that the table does not have, or has as something else, are left out. */
export function recordIn(message: Record__Output, { node, life }: Pick<RecordHead, "node" | "life">): ObservedRecord | null {
  const { number, at, turn, type } = message;
  const kind = kindOf(type);
  if (kind === null) return null;
  const said = message.fields.find(({ name }) => name === "message")?.text;
  const wanted = fieldsOf(kind, said);
  const values: Record<string, FieldValue> = {};
  for (const field of message.fields) {
    const value = Object.hasOwn(wanted, field.name) ? valueIn(field, wanted[field.name]) : undefined;
    if (value !== undefined) values[field.name] = value;
  }
  return { node, life, number, at, turn, type, ...values } as ObservedRecord;
}

function fieldOf(name: string, value: FieldValue): Field {
  switch (typeof value) {
    case "number":
      return { name, number: value };
    case "string":
      return { name, text: value };
    case "boolean":
      return { name, flag: value };
    default:
      return { name, numbers: { values: [...value] } };
  }
}

function valueIn(field: Field__Output, kind: FieldKind | undefined): FieldValue | undefined {
  if (kind === undefined || field.value !== kind) return undefined;
  switch (kind) {
    case "number":
      return Number.isFinite(field.number) ? field.number : undefined;
    case "text":
      return field.text;
    case "flag":
      return field.flag;
    case "numbers":
      return field.numbers?.values.filter((value) => Number.isFinite(value));
    default:
      return kind satisfies never;
  }
}
