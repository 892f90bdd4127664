import { field, json, lines, oneLine } from "../../src/terminal/printable.ts";

/** One of each kind that a terminal, or whoever counts lines, takes for more than a sign. */
const kinds: readonly [string, string, string][] = [
  ["the beginning of a terminal's command", "\x1b", "\\u001b"],
  ["the same in one sign of C1", "\x9b", "\\u009b"],
  ["a bell", "\x07", "\\u0007"],
  ["NUL", "\0", "\\u0000"],
  ["a return, behind which a line is written again", "\r", "\\r"],
  ["a backspace", "\b", "\\u0008"],
  ["DEL", "\x7f", "\\u007f"],
  ["the line end of C1", "\x85", "\\u0085"],
  ["a line separator", "\u2028", "\\u2028"],
  ["a paragraph separator", "\u2029", "\\u2029"],
  ["a mark that turns the text round", "\u202e", "\\u202e"],
  ["one that isolates", "\u2067", "\\u2067"],
  ["a mark from right to left", "\u200f", "\\u200f"],
  ["half a character", "\ud800", "\\ud800"],
];

test.each(kinds)("%s is shown, not sent", (_, sign, shown) => {
  expect(oneLine(`a${sign}b`)).toBe(`a${shown}b`);
  expect(field(`a${sign}b`)).toBe(`a${shown}b`);
  expect(lines(`a${sign}b`)).toBe(`a${shown}b`);
});

test.each(kinds)("JSON with %s says the same, and shows it", (_, sign) => {
  expect(json({ sign })).toMatch(/^\{"sign":"\\[bru][0-9a-f]{0,4}"\}$/);
  expect(JSON.parse(json({ sign }))).toEqual({ sign });
});

test("line ends and tabs are kept in text of several lines, and nowhere else", () => {
  expect(lines("a\tb\nc")).toBe("a\tb\nc");
  expect(oneLine("a\tb\nc")).toBe("a\\tb\\nc");
});

test("two fields that differ look different", () => {
  expect(field("a\nb")).toBe("a\\nb");
  expect(field("a\\nb")).toBe("a\\\\nb");
});

test("what people write in any language stays as it is", () => {
  const text = "grüße, 漢字, שלום, العربية, 👩‍👩‍👧 and naïve";
  expect(field(text)).toBe(text);
  expect(json(text)).toBe(JSON.stringify(text));
});
