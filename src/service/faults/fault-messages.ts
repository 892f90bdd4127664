import type { Millis } from "../../core/types.ts";
import type { Fault as FaultMessage } from "../../generated/balsa/admin/v1/Fault.ts";
import type { LinkDirection as ProtoDirection } from "../../generated/balsa/admin/v1/LinkDirection.ts";
import type { SetFaultRequest__Output as SetFaultRequest } from "../../generated/balsa/admin/v1/SetFaultRequest.ts";
import type { FieldKind, LinkDirection } from "../../node/faults/fault-fields.ts";
import { type ActiveFault, type Fault, faultKindOf, faultKinds, faultTypes } from "../../node/faults/faults.ts";

/** Faults as admin.proto has them, and back. Kinds and fields have one name there and here; a test compares them. */

export type FaultContent = Pick<SetFaultRequest, Fault["type"]>;

/** Null if the message holds none, or one that this version does not know. */
export function faultIn(message: FaultContent): Fault | null {
  for (const type of faultTypes) {
    const content: object | null | undefined = message[type];
    if (content) return valuesIn(type, content as Readonly<Record<string, unknown>>);
  }
  return null;
}

export function faultMessage({ id, fault, endsAt, struck }: ActiveFault, now: Millis): FaultMessage {
  const remainingMs = endsAt === null ? 0 : Math.max(1, Math.ceil(endsAt - now));
  return { id, remainingMs, struck, ...contentOf(fault) };
}

/** What names the fault in a message. */
export function contentOf(fault: Fault): Partial<Pick<FaultMessage, Fault["type"]>> {
  const values = fault as unknown as Readonly<Record<string, unknown>>;
  const content = Object.entries(faultKindOf(fault).fields).map(([name, { kind }]) => [name, valueOut(kind, values[name])]);
  return { [fault.type]: Object.fromEntries(content) };
}

function valuesIn(type: Fault["type"], content: Readonly<Record<string, unknown>>): Fault | null {
  const values = Object.entries(faultKinds[type].fields).map(([name, { kind }]) => [name, valueIn(kind, content[name])]);
  if (values.some(([, value]) => value === undefined)) return null;
  return { type, ...Object.fromEntries(values) } as Fault;
}

/** Undefined if this version does not know the value. */
function valueIn(kind: FieldKind, value: unknown): unknown {
  if (kind === "peer") return value === 0 ? null : value;
  return kind === "direction" ? directions[String(value)] : value;
}

function valueOut(kind: FieldKind, value: unknown): unknown {
  if (kind === "peer") return value ?? 0;
  return kind === "direction" ? protoDirections[value as LinkDirection] : value;
}

const protoDirections: Readonly<Record<LinkDirection, ProtoDirection>> = {
  in: "LINK_DIRECTION_IN",
  out: "LINK_DIRECTION_OUT",
  both: "LINK_DIRECTION_BOTH",
};

/** A number that has no name yet comes as a number. */
const directions: Readonly<Record<string, LinkDirection | undefined>> = {
  LINK_DIRECTION_UNSPECIFIED: "both",
  LINK_DIRECTION_IN: "in",
  LINK_DIRECTION_OUT: "out",
  LINK_DIRECTION_BOTH: "both",
};
