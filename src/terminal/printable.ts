/**
 * What comes from the cluster may hold anything, and whoever reads it may be a terminal, which takes control characters for
 * commands, or a program that takes a line for an item. So they are written as escapes: \n, \r, \t, and \u with four digits.
 */

/** Control characters (C0, DEL, C1), line separators, marks that turn the direction of text, and halves of characters. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/gu;
const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** One line of text. */
export function oneLine(text: string): string {
  return text.replace(unprintable, (sign) => shortEscapes[sign] ?? unicodeEscape(sign));
}

/** One field of a line of items, which can be turned back: no two texts look alike, for a backslash is doubled. */
export function field(text: string): string {
  return oneLine(text.replaceAll("\\", "\\\\"));
}

/** Text of several lines, with tabs. */
export function lines(text: string): string {
  return text.replace(unprintable, (sign) => (sign === "\n" || sign === "\t" ? sign : (shortEscapes[sign] ?? unicodeEscape(sign))));
}

/** JSON that says exactly the same, in one line that a terminal shows as it is. */
export function json(value: unknown): string {
  return JSON.stringify(value).replace(unprintable, unicodeEscape);
}

/** None of them is beyond four digits. */
function unicodeEscape(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
