import type { Millis, NodeId } from "../../core/types.ts";

/** Seen from this node: `in` is what the peer says, `out` what this node says. */
export const linkDirections = ["in", "out", "both"] as const;

export type LinkDirection = (typeof linkDirections)[number];

/** How a value of a fault is declared. It has the same name in admin.proto, where it is 0, false or unspecified if left out. */
export interface FaultField<Kind extends FieldKind = FieldKind> {
  readonly kind: Kind;
  /** The word for it on the command line; null: the argument of its command, which has one at the most. */
  readonly flag: string | null;
  /** What the value does, as the help of the command line has it. */
  readonly sentence: string;
}

export type FaultFields = Readonly<Record<string, FaultField>>;

/** The kinds of values, and what there is of each in a program. */
interface FieldValues {
  switch: boolean;
  millis: Millis;
  /** A probability, from 0 to 1. */
  ratio: number;
  /** Null: every other node. */
  peer: NodeId | null;
  direction: LinkDirection;
}

export type FieldKind = keyof FieldValues;

/** The values of a fault with these fields. */
export type FieldsOf<Fields extends FaultFields> = { readonly [Name in keyof Fields]: FieldValues[Fields[Name]["kind"]] };

/** Declares a value. */
export function field<Kind extends FieldKind>(kind: Kind, flag: string | null, sentence: string): FaultField<Kind> {
  return { kind, flag, sentence };
}
