/** Numbers as people read them. The same on every machine, whatever its language. */

/** "14 s", "3 m 20 s", "3 h 12 m", "2 d 4 h"; below ten seconds with a tenth. */
export function durationWords(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < 9_950) return `${(whole / 1_000).toFixed(1).replace(/\.0$/, "")} s`;
  const seconds = Math.round(whole / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return pairWords(minutes, "m", seconds % 60, "s");
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? pairWords(hours, "h", minutes % 60, "m") : pairWords(Math.floor(hours / 24), "d", hours % 24, "h");
}

/** "0.42 ms", "4.1 ms", "120 ms", "12 s". */
export function millisWords(ms: number): string {
  if (ms >= 9_950) return durationWords(ms);
  if (ms >= 99.5) return `${countWords(Math.round(ms))} ms`;
  return `${Number(ms.toPrecision(2))} ms`;
}

/** How long something took or lasted: below a second "41 ms", above "14 s". */
export function spanWords(ms: number): string {
  return ms < 999.5 ? millisWords(ms) : durationWords(ms);
}

/** "1,240", "12". */
export function countWords(count: number): string {
  return `${Math.round(count)}`.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "0.4", "12", "1,240": a rate, with a tenth where that says something. */
export function rateWords(perSecond: number): string {
  return perSecond > 0 && perSecond < 9.95 ? `${Number(perSecond.toFixed(1))}` : countWords(perSecond);
}

/** "37 %". */
export function percentWords(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** "node 3", "nodes 1, 2". */
export function nodesWords(ids: readonly number[]): string {
  return `${ids.length === 1 ? "node" : "nodes"} ${ids.join(", ")}`;
}

const small = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** "two"; above ten "12". */
export function smallWords(count: number): string {
  return small[count] ?? countWords(count);
}

export function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function pairWords(large: number, largeUnit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${rest} ${restUnit}`;
}
