/** A command as a person types it. */
export type Submitted =
  | { readonly does: "set"; readonly key: string; readonly value: string }
  | { readonly does: "delete"; readonly key: string }
  | { readonly does: "cas"; readonly key: string; readonly old: string; readonly value: string };

const forms = 'Write "set KEY VALUE", "delete KEY" or "cas KEY OLD NEW".';

/** Words are parted by spaces; the last one of `set` and `cas` may have spaces in it. @throws Error with a sentence */
export function readSubmitted(text: string): Submitted {
  const [, verb = "", rest = ""] = /^\s*(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  const [, key = "", after = ""] = /^(\S+)\s?([\s\S]*)$/.exec(rest) ?? [];
  if (key === "") throw new Error(forms);
  if (verb === "delete" && after === "") return { does: "delete", key };
  if (verb === "set" && rest.length > key.length) return { does: "set", key, value: after };
  const [, old = "", value = null] = /^(\S+)\s([\s\S]*)$/.exec(after) ?? [];
  if (verb === "cas" && value !== null) return { does: "cas", key, old, value };
  throw new Error(forms);
}
