/**
 * Colours of terms: neighbours differ in hue, and none is the colour of a role. The number of the term is written
 * wherever there is room, for a few hues are not enough for all terms.
 */
const hues = [266, 338, 190, 22, 302, 226];

/** @param term 0: it is not known */
export function termColor(term: number, isDark: boolean): string {
  if (term === 0) return isDark ? "#3a4552" : "#d5dbe1";
  const hue = hues[term % hues.length] ?? 0;
  // Where hues come again they are lighter or darker.
  const shade = Math.floor(term / hues.length) % 3;
  return isDark ? `hsl(${hue} 28% ${44 - 6 * shade}%)` : `hsl(${hue} 42% ${86 - 6 * shade}%)`;
}

/** Ink that can be read on the colour of a term. */
export function termInk(isDark: boolean): string {
  return isDark ? "#ffffff" : "#14181f";
}
