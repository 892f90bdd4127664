import type { Noted } from "../witnesses/notes.ts";

/** What may have been written to which key. */
export function writesOf(operations: readonly Noted[]): Set<string> {
  const written = new Set<string>();
  for (const operation of operations) {
    const value = leftBy(operation);
    if (value !== undefined) written.add(nameOf(operation.key, value));
  }
  return written;
}

/** The value that an operation leaves; undefined if it surely changed nothing. */
export function leftBy({ op, outcome }: Noted): string | null | undefined {
  if (op.type === "read" || outcome.type === "refused" || outcome.type === "conflict") return undefined;
  return op.type === "delete" ? null : op.value;
}

/** A key with what is left in it; the key alone stands for a deletion. */
export function nameOf(key: string, value: string | null): string {
  return value === null ? key : `${key} = ${value}`;
}
