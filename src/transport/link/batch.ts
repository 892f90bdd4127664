/** Takes items off the front of `items`: at least one, and more while their sizes add up to no more than `bytesMax`. */
export function takeBatch<T>(items: T[], bytesOf: (item: T) => number, bytesMax: number): T[] {
  let count = 0;
  let bytes = 0;
  for (const item of items) {
    bytes += bytesOf(item);
    if (count > 0 && bytes > bytesMax) break;
    count++;
  }
  return items.splice(0, count);
}
