import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

export interface Tip {
  /** Where it belongs, in pixels of the window. */
  readonly x: number;
  readonly y: number;
  readonly title: string;
  /** A note under the title, as a sentence. */
  readonly note?: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
}

/** What is told of the thing under the pointer; null: there is none. */
export const tip = signal<Tip | null>(null);

export function Tooltip() {
  const place = useRef<HTMLDivElement>(null);
  const shown = tip.value;
  useLayoutEffect(() => {
    const box = place.current;
    if (box === null || shown === null) return;
    const { offsetWidth, offsetHeight } = box;
    const left = shown.x + 16 + offsetWidth > window.innerWidth ? shown.x - offsetWidth - 12 : shown.x + 16;
    const top = Math.min(shown.y + 14, window.innerHeight - offsetHeight - 8);
    box.style.transform = `translate(${Math.max(8, left)}px, ${Math.max(8, top)}px)`;
  });
  if (shown === null) return null;
  return (
    <div class="tip" ref={place} role="tooltip">
      <strong>{shown.title}</strong>
      {shown.note !== undefined && <p>{shown.note}</p>}
      <dl>
        {shown.rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
