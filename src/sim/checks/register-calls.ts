import type { Operation } from "./history.ts";

/** Values of the register as small numbers: 0 is "absent", 1 stands for all values that nobody ever asked for. */
export const absent = 0;
export const unobserved = 1;
/** What a call may ask for beside a value: nothing, or that there be any. */
const anything = -1;
const anyValue = -2;
/** The call changes nothing. */
export const keep = -3;
/** The answer contradicts itself: no value can have led to it. */
const impossible = -4;

/** One operation, reduced to what it needs to find and what it leaves. */
export interface Call {
  readonly id: number;
  readonly operation: Operation;
  /** Must be given a place. The others, whose outcome is unknown, may be given one. */
  readonly certain: boolean;
  readonly start: number;
  readonly end: number;
  /** Where it probably stands in the order; infinite if nothing is known. */
  readonly hint: number;
  readonly needs: number;
  readonly becomes: number;
  /** The text it leaves; null for none. */
  readonly writes: string | null;
  /** Calls of one group differ only in their start; the earlier has the lower rank. */
  readonly group: { readonly id: number; readonly rank: number } | null;
  /** Place among the certain calls. */
  readonly place: number;
}

type Step = Pick<Call, "certain" | "needs" | "becomes" | "writes">;

/** Whether `call` may come next when the register holds `value`. */
export function fits(call: Call, value: number): boolean {
  if (call.needs === anything) return true;
  return call.needs === anyValue ? value !== absent : call.needs === value;
}

/** Whether `call` says something of the value it finds, so that an earlier call may be what made it possible. */
export function builds(call: Call): boolean {
  return call.needs !== anything;
}

export function needsAnyValue(call: Call): boolean {
  return call.needs === anyValue;
}

/** The calls that can have had an effect or an answer, by start. */
export function callsOf(operations: readonly Operation[]): Call[] {
  const values = new Values(operations);
  const ranks = new Map<number, number>();
  const calls: Call[] = [];
  let place = 0;
  for (const operation of [...operations].sort((a, b) => a.invokedAt - b.invokedAt)) {
    const step = stepOf(operation, values);
    if (step === null) continue;
    const id = calls.length;
    const rank = ranks.get(step.becomes) ?? 0;
    const hasTwins = isInterchangeable(step);
    if (hasTwins) ranks.set(step.becomes, rank + 1);
    const { certain, needs, becomes, writes } = step;
    calls.push({
      certain,
      needs,
      becomes,
      writes,
      id,
      operation,
      start: operation.invokedAt,
      end: certain ? (operation.returnedAt ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY,
      hint: operation.hint ?? Number.POSITIVE_INFINITY,
      group: hasTwins ? { id: step.becomes, rank } : null,
      place: certain ? place : -1,
    });
    if (certain) place += 1;
  }
  return calls;
}

/**
 * Deletes that need not have happened, and writes of values that nobody asks for. The latter serve only to turn absence
 * into any value, so one that expects absence is as good as one that expects nothing.
 */
function isInterchangeable({ certain, needs, becomes }: Step): boolean {
  if (certain) return false;
  return becomes === unobserved ? needs === anything || needs === absent : becomes === absent && needs === anyValue;
}

/** Null for an operation that says nothing: it was refused, or is a read without an answer, or would change nothing. */
function stepOf(operation: Operation, values: Values): Step | null {
  const { op, outcome } = operation;
  switch (outcome.type) {
    case "refused":
      return null;
    case "unknown":
      return maybeStepOf(operation, values);
    case "read":
      return { certain: true, needs: values.idOf(outcome.value), becomes: keep, writes: null };
    case "conflict": {
      const contradicts = op.type === "cas" && op.expected === outcome.found;
      return { certain: true, needs: contradicts ? impossible : values.idOf(outcome.found), becomes: keep, writes: null };
    }
    case "swapped": {
      if (op.type !== "cas") throw new TypeError(`A ${op.type} cannot have the outcome "swapped".`);
      return { certain: true, needs: values.idOf(op.expected), becomes: values.idOf(op.value), writes: op.value };
    }
    case "written": {
      if (op.type !== "set" && op.type !== "delete") throw new TypeError(`A ${op.type} cannot have the outcome "written".`);
      const needs = outcome.existed === null ? anything : outcome.existed ? anyValue : absent;
      const writes = op.type === "set" ? op.value : null;
      return { certain: true, needs, becomes: values.idOf(writes), writes };
    }
    default:
      return outcome satisfies never;
  }
}

function maybeStepOf({ op }: Operation, values: Values): Step | null {
  switch (op.type) {
    case "read":
      return null;
    case "set":
      return { certain: false, needs: anything, becomes: values.idOf(op.value), writes: op.value };
    case "delete":
      // Where there is nothing to delete it changes nothing, and might as well not have happened.
      return { certain: false, needs: anyValue, becomes: absent, writes: null };
    case "cas": {
      const [needs, becomes] = [values.idOf(op.expected), values.idOf(op.value)];
      return needs === becomes ? null : { certain: false, needs, becomes, writes: op.value };
    }
    default:
      return op satisfies never;
  }
}

/** Numbers for the values that some operation asked for; all others are one to the search. */
class Values {
  readonly #ids = new Map<string, number>();

  constructor(operations: readonly Operation[]) {
    for (const { op, outcome } of operations) {
      if (op.type === "cas") this.#add(op.expected);
      if (outcome.type === "read") this.#add(outcome.value);
      if (outcome.type === "conflict") this.#add(outcome.found);
    }
  }

  idOf(value: string | null): number {
    return value === null ? absent : (this.#ids.get(value) ?? unobserved);
  }

  #add(value: string | null): void {
    if (value !== null && !this.#ids.has(value)) this.#ids.set(value, this.#ids.size + 2);
  }
}

/** Spreads small numbers over 32 bits, so that sets of them can be told apart by the exclusive or of all. */
export function scatter(value: number, salt: number): number {
  let mixed = Math.imul(value + 1, 0x85ebca6b) ^ Math.imul(salt + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x27d4eb2f);
  return mixed ^ (mixed >>> 16);
}
