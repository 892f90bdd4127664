/**
 * Colours of terms: neighbours differ in hue and in lightness, and none is the colour of a role. The number of the term is written
 * wherever there is room, for a few hues are not enough for all terms.
 */
const hues = [266, 338, 190, 22, 302, 226];

/** @param term 0: it is not known */
export function termColor(term: number, isDark: boolean): string {
  if (term === 0) return isDark ? "#3a4552" : "#d5dbe1";
  const hue = hues[term % hues.length] ?? 0;
  const isOdd = term % 2 === 1;
  return isDark ? `hsl(${hue} 28% ${isOdd ? 44 : 34}%)` : `hsl(${hue} 42% ${isOdd ? 84 : 74}%)`;
}

/** Ink that can be read on the colour of a term. */
export function termInk(isDark: boolean): string {
  return isDark ? "#ffffff" : "#14181f";
}
