import * as v from "valibot";
import type { PageMessage } from "../../observe/live.ts";
import { recordsSchema } from "../../observe/records.ts";

/** What a page says is input: it is read by this schema, or refused with a sentence. Unknown fields are left out. */

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
/** In ms, with fractions, of the clock of frames. */
const time = v.pipe(v.number(), v.finite());
const millis = v.pipe(count, v.maxValue(60_000));
const text = (lengthMax: number) => v.pipe(v.string(), v.maxLength(lengthMax));

const link = { from: count, to: count };
const ofNode = <Do extends string>(does: Do) => v.object({ do: v.literal(does), node: count });

const action = v.variant("do", [
  ofNode("pause"),
  ofNode("resume"),
  ofNode("kill"),
  ofNode("start"),
  ofNode("isolate"),
  ofNode("heal"),
  ofNode("transfer"),
  ofNode("removeNode"),
  v.object({ do: v.literal("cut"), ...link, both: v.boolean() }),
  v.object({ do: v.literal("delay"), ...link, delayMs: millis, jitterMs: millis }),
  v.object({ do: v.literal("lose"), ...link, ratio: v.pipe(v.number(), v.minValue(0), v.maxValue(1)) }),
  v.object({ do: v.literal("submit"), node: count, command: text(8_192) }),
  v.object({ do: v.literal("read"), node: count, key: text(1_024) }),
  v.object({ do: v.literal("addNode"), peerAddress: text(300) }),
]);

const pageMessage = v.variant("type", [
  v.object({ type: v.literal("hello"), schema: v.number(), token: text(200) }),
  v.object({ type: v.literal("history"), id: count, from: time, to: time }),
  v.object({ type: v.literal("entries"), id: count, node: count, first: count, last: count }),
  v.object({ type: v.literal("control"), id: count, action }),
]);

/** What was said, or why it is not understood; `id` is that of the message, 0 if none can be read. */
export type Understood = { readonly message: PageMessage } | { readonly problem: string; readonly id: number };

export function readPageMessage(text: string): Understood {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return { problem: "This message is no JSON.", id: 0 };
  }
  const read = v.safeParse(pageMessage, said);
  if (read.success) return { message: read.output };
  const [issue] = read.issues;
  const where = v.getDotPath(issue);
  return {
    problem: `This message is not understood${where === null ? "" : `, because of "${where}"`}: ${issue.message}.`,
    id: idOf(said),
  };
}

/** Why this page and this server do not understand each other; null if they do. */
export function schemaProblem(schema: number): string | null {
  if (schema === recordsSchema) return null;
  return `This page speaks schema ${schema}, and the server ${recordsSchema}: load the page again.`;
}

function idOf(said: unknown): number {
  if (typeof said !== "object" || said === null || !("id" in said)) return 0;
  return Number.isSafeInteger(said.id) ? Number(said.id) : 0;
}
