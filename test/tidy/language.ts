import type { Texts } from "./sources.ts";

/** Rules of docs/rules.md: their numbers, and the tests that their rows name. */
export function rulesOf(page: string): { readonly number: number; readonly test: string }[] {
  return [...page.matchAll(/^\| (\d+) \| .* \| \[[^\]]*\]\(\.\.\/(test\/[^)]+)\) \|$/gm)].map(([, number, test = ""]) => ({
    number: Number(number),
    test,
  }));
}

/** Turns of phrase that a reader stumbles over, and what to write. CONTRIBUTING.md has the recipe. */
const stumbles: readonly (readonly [pattern: RegExp, better: string])[] = [
  [/\bso (?:long|often|many|much|large|short|few)\b(?! as\b)/i, "name the quantity first, with its unit"],
  [/\banew\b/i, "again"],
  [/\bnor will\b/i, "and never will"],
  [/\bin vain\b/i, "for nothing"],
  [/\bheirs?\b/i, "successor"],
  [/\bfarewell\b|\btakes? its leave\b|\bfurther ado\b/i, "leaves, or stops"],
  [/\bsurely nothing\b|\bsurely did nothing\b/i, "had no effect"],
  [/\bof whom\b|\bof which it is to be\b/i, "name the thing"],
  [/\bone's own\b/i, "its own, or the caller's"],
];

/** Places that say something in such a way; what a page has in backticks is only quoted. */
export function stumblesIn(texts: Texts): string[] {
  return [...texts].flatMap(([path, text]) =>
    text.split("\n").flatMap((line, number) =>
      stumbles.flatMap(([pattern, better]) => {
        const found = pattern.exec(path.endsWith(".md") ? line.replace(/`[^`]*`/g, "") : line)?.[0];
        return found === undefined ? [] : [`${path}:${number + 1} says "${found}"; better: ${better}.`];
      }),
    ),
  );
}
