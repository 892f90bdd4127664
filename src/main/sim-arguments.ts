import { type FaultKind, faultKinds } from "../sim/faults/fault-plan.ts";

/** Arguments that the programs of the simulator share. Each throws a RangeError that says what was expected. */

export function faultKindsOf(text: string): FaultKind[] {
  return text.split(",").map((name) => {
    const kind = faultKinds.find((known) => known === name);
    if (kind === undefined) throw new RangeError(`--faults knows no "${name}"; there are ${faultKinds.join(", ")}.`);
    return kind;
  });
}

export function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`--${name} must be a whole number from 1 on, not "${text}".`);
  return value;
}

/** A number above 0, perhaps with a fraction. */
export function amount(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new RangeError(`--${name} must be a number above 0, not "${text}".`);
  return value;
}
