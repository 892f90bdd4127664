import type { EventFilter, EventList, EventRow } from "../model/event-list.ts";

/** The events that pass a filter. New ones are looked at once, and all of them again only when the filter changes. */
export class FilteredEvents {
  readonly #events: EventList;
  #filter: EventFilter | null = null;
  #rows: EventRow[] = [];
  #lastKey = 0;

  constructor(events: EventList) {
    this.#events = events;
  }

  rows(filter: EventFilter): readonly EventRow[] {
    const all = this.#events.rows;
    const oldest = all[0]?.key ?? Number.POSITIVE_INFINITY;
    const isNewList = all.length === 0 || (all.at(-1)?.key ?? 0) < this.#lastKey;
    if (this.#filter !== filter || isNewList) {
      this.#filter = filter;
      this.#rows = [];
      this.#lastKey = 0;
    }
    const fresh = all.slice(firstAfter(all, this.#lastKey)).filter((row) => this.#events.matches(row, filter));
    this.#lastKey = all.at(-1)?.key ?? 0;
    // What made room in the list is no longer shown either.
    const kept = this.#events.forgotten > 0 ? this.#rows.filter(({ key }) => key >= oldest) : this.#rows;
    this.#rows = [...kept, ...fresh];
    return this.#rows;
  }
}

/** Place of the first row whose key is higher; keys rise. */
function firstAfter(rows: readonly EventRow[], key: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.key ?? 0) > key) high = middle;
    else low = middle + 1;
  }
  return low;
}
