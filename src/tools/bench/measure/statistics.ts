/**
 * The value below which `share` (0 to 1) of the values lie: the nearest rank, so always one of the values.
 * @throws RangeError if there are none
 */
export function percentile(values: readonly number[] | Float64Array, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  const value = sorted[rank - 1];
  if (value === undefined) throw new RangeError("there is no percentile of no values");
  return value;
}

/**
 * The middle value; of an even number of values the mean of the two in the middle.
 * @throws RangeError if there are none
 */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.floor(sorted.length / 2)];
  if (low === undefined || high === undefined) throw new RangeError("there is no median of no values");
  return (low + high) / 2;
}
