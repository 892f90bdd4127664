import type { TermRun } from "../core/types.ts";
import type { ObservedRecord } from "./records.ts";

/** Fields of records as what they should be. A record comes from outside: a field that is missing or of another kind is null. */

export function numberOf(record: ObservedRecord, field: string): number | null {
  const value = fieldOf(record, field);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function textOf(record: ObservedRecord, field: string): string | null {
  const value = fieldOf(record, field);
  return typeof value === "string" ? value : null;
}

export function flagOf(record: ObservedRecord, field: string): boolean | null {
  const value = fieldOf(record, field);
  return typeof value === "boolean" ? value : null;
}

export function numbersOf(record: ObservedRecord, field: string): readonly number[] | null {
  const value = fieldOf(record, field);
  return Array.isArray(value) && value.every((item) => typeof item === "number") ? value : null;
}

/** The terms of appended entries, which are two lists on the wire; of only the last one where those are missing. */
export function appendedRuns(record: ObservedRecord): readonly TermRun[] {
  const [first, term] = [numberOf(record, "first"), numberOf(record, "term")];
  if (first === null || term === null) return [];
  const terms = numbersOf(record, "runTerms") ?? [];
  const firsts = numbersOf(record, "runFirsts") ?? [];
  return firsts.length === 0 ? [{ first, term }] : firsts.map((from, place) => ({ first: from, term: terms[place] ?? term }));
}

/** A name that every object has, such as `constructor`, is no field. */
function fieldOf(record: ObservedRecord, field: string): unknown {
  return Object.hasOwn(record, field) ? record[field] : undefined;
}
