import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { reachable } from "./reachable.ts";

interface VirtualListProps {
  readonly label: string;
  readonly count: number;
  readonly rowHeight: number;
  /** Whether the end stays in sight as rows are added. */
  readonly isFollowing: boolean;
  /** The reader scrolled: whether the end is in sight now. */
  readonly onScroll: (isAtEnd: boolean) => void;
  readonly row: (place: number) => ComponentChildren;
}

/** How near to the end counts as there, in pixels. */
const nearEnd = 40;

/** A long list of which only the rows in sight exist. */
export function VirtualList({ label, count, rowHeight, isFollowing, onScroll, row }: VirtualListProps) {
  const place = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  const [, again] = useReducer((times: number) => times + 1, 0);
  const virtualizer = useRef<Virtualizer<HTMLDivElement, HTMLDivElement> | null>(null);
  const options = {
    count,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => again(0),
  };
  virtualizer.current ??= new Virtualizer(options);
  virtualizer.current.setOptions(options);
  const list = virtualizer.current;
  useLayoutEffect(() => list._didMount(), [list]);
  useLayoutEffect(() => list._willUpdate());
  useEffect(() => {
    const box = place.current;
    if (isFollowing && box !== null) box.scrollTop = box.scrollHeight;
  }, [count, isFollowing]);
  const scrolled = (): void => {
    const box = place.current;
    if (box === null) return;
    const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < nearEnd;
    // New rows put the end out of sight too: only whoever scrolls up leaves it.
    if (isAtEnd || box.scrollTop < lastTop.current) onScroll(isAtEnd);
    lastTop.current = box.scrollTop;
  };
  return (
    <section class="virtual" ref={place} aria-label={label} {...reachable} onScroll={scrolled}>
      <div class="virtual-body" style={{ height: `${list.getTotalSize()}px` }}>
        <ol>
          {list.getVirtualItems().map((item) => (
            <li
              key={item.key}
              style={{ transform: `translateY(${item.start}px)`, height: `${rowHeight}px` }}
              aria-posinset={item.index + 1}
              aria-setsize={count}
            >
              {row(item.index)}
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
