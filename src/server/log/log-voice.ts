import { describeSpeaker } from "../../core/describe.ts";
import type { Role } from "../../core/types.ts";
import { oneLine } from "../../terminal/printable.ts";

/**
 * How a line of the log reads in a terminal: `[Node 2][Term 3][Follower] Timer expired. Becoming Candidate.`
 */

interface Line {
  readonly level?: string;
  readonly node?: number;
  readonly area?: string;
  readonly term?: number;
  readonly role?: Role;
  readonly msg?: string;
  readonly err?: { readonly message?: string };
}

/** Turns one line of JSON, as pino writes it, into the voice. */
export function voice(json: string): string {
  const line: Line = JSON.parse(json);
  // A message may quote what came from outside.
  return `${speaker(line)} ${loudness(line.level)}${oneLine(`${line.msg ?? ""}${cause(line)}`)}\n`;
}

/** An event's node spoke in a role; all else is said by one of its parts. */
function speaker({ node, area, term, role }: Line): string {
  if (node !== undefined && term !== undefined && role !== undefined) return describeSpeaker({ id: node, term, role });
  const part = area === undefined || area === "main" ? "" : `[${capital(area)}]`;
  return `${node === undefined ? "[Balsa]" : `[Node ${node}]`}${part}`;
}

function loudness(level: string | undefined): string {
  if (level === "warn") return "Warning: ";
  return level === "error" || level === "fatal" ? "Error: " : "";
}

/** What the error says, unless the message says so already. */
function cause({ msg, err }: Line): string {
  const text = err?.message;
  return text === undefined || msg?.includes(text) ? "" : ` (${text})`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
