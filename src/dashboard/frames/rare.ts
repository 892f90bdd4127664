import { kindOf } from "../../observe/wire/record-table.ts";

/** Whether such records are few, and are told at once. What this server says itself, and what it does not know, is. */
export function isRare({ type }: { readonly type: string }): boolean {
  return (kindOf(type)?.rate ?? "rare") === "rare";
}
