import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { countWords } from "../../observe/words.ts";
import { cssColor, isDark } from "../base/theme.ts";
import { conditions, type SeenCluster, type SeenNode } from "../model/nodes.ts";
import { Canvas, type Surface } from "../parts/canvas.tsx";
import { useModel } from "../parts/model-context.ts";
import { Segmented } from "../parts/segmented.tsx";
import { type Tip, tip } from "../parts/tooltip.tsx";
import { drawLog, type LogInks } from "./draw-log.ts";
import { progressWords, termAt } from "./entries.ts";
import { LogTable } from "./log-table.tsx";
import { indexAt, type LogWindow, type Span, windowOf } from "./window.ts";

const rowHeight = 50;

/** The logs of all nodes, one above the other, so that what differs is seen at once. */
export function LogStrip({ cluster }: { readonly cluster: SeenCluster }) {
  const model = useModel();
  const span = useSignal<Span>("20");
  const end = useSignal<number | null>(null);
  const shown = useRef<LogWindow | null>(null);
  const newest = Math.max(1, ...cluster.nodes.map(({ sample }) => sample?.lastIndex ?? 0));
  const oldest = Math.min(newest, ...cluster.nodes.flatMap(({ sample }) => (sample === null ? [] : [sample.firstIndex])));
  const inks = inksNow(isDark.value);
  const draw = ({ context, width }: Surface): void => {
    const window = windowOf(span.value, end.value, newest, oldest, width - 12);
    shown.current = window;
    cluster.nodes.forEach((node, place) => {
      drawLog(context, node, window, { top: place * rowHeight, height: rowHeight - 8 }, inks);
    });
  };
  const move = (event: PointerEvent & { currentTarget: HTMLElement }): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const node = cluster.nodes[Math.floor((event.clientY - box.top) / rowHeight)];
    const index = shown.current === null ? null : indexAt(shown.current, event.clientX - box.left);
    tip.value = node === undefined || index === null ? null : tipOfEntry(node, index, event, model);
  };
  return (
    <div class="log-strip">
      <div class="toolbar">
        <Segmented
          label="How many entries are shown"
          chosen={span.value}
          choices={[
            ["20", "20"],
            ["200", "200"],
            ["2000", "2,000"],
            ["all", "All"],
          ]}
          onChoose={(chosen) => {
            span.value = chosen;
          }}
        />
        <Position end={end} newest={newest} oldest={oldest} />
        <Marks />
      </div>
      <div class="rows" style={{ "--rows": String(cluster.nodes.length) }}>
        <ul>
          {cluster.nodes.map((node) => (
            <li key={node.id}>
              <b>{`Node ${node.id}`}</b>
              <span class={`dot is-${node.condition}`} title={conditions[node.condition].title}>
                {conditions[node.condition].letter}
              </span>
            </li>
          ))}
        </ul>
        <div
          class="lane"
          onPointerMove={move}
          onPointerDown={move}
          onPointerLeave={() => {
            tip.value = null;
          }}
        >
          <Canvas draw={draw} />
        </div>
      </div>
      <LogTable cluster={cluster} />
    </div>
  );
}

function Position({ end, newest, oldest }: { end: { value: number | null }; newest: number; oldest: number }) {
  return (
    <label class="position">
      <span>{end.value === null ? "newest" : `up to ${countWords(end.value)}`}</span>
      <input
        type="range"
        aria-label="Last index that is shown"
        min={oldest}
        max={newest}
        value={end.value ?? newest}
        onInput={({ currentTarget }) => {
          const chosen = Number(currentTarget.value);
          end.value = chosen >= newest ? null : chosen;
        }}
      />
    </label>
  );
}

function Marks() {
  return (
    <ul class="marks" aria-label="Marks">
      <li>
        <svg viewBox="0 0 14 14" aria-hidden="true">
          <path class="ink" d="M6 0h2v8l4 6H2l4-6z" />
        </svg>
        commit
      </li>
      <li>
        <svg viewBox="0 0 14 14" aria-hidden="true">
          <path class="ink" d="M4 5h6v6H4z" />
        </svg>
        applied
      </li>
      <li>
        <svg viewBox="0 0 14 14" aria-hidden="true">
          <path class="muted" d="M0 7h14v2.4H0z" />
        </svg>
        on disk
      </li>
      <li>
        <svg viewBox="0 0 14 14" aria-hidden="true">
          <circle class="good" cx="7" cy="7" r="4" />
        </svg>
        match
      </li>
      <li>
        <svg viewBox="0 0 14 14" aria-hidden="true">
          <path class="good-line" d="M4 2l6 5l-6 5" />
        </svg>
        next
      </li>
    </ul>
  );
}

function inksNow(isDarkNow: boolean): LogInks {
  return { ink: cssColor("ink"), muted: cssColor("muted"), line: cssColor("line"), leader: cssColor("good"), isDark: isDarkNow };
}

function tipOfEntry(node: SeenNode, index: number, at: PointerEvent, model: ReturnType<typeof useModel>): Tip | null {
  const { sample } = node;
  if (sample === null) return null;
  const term = termAt(sample, index);
  const entry = term === null ? null : model.texts.entry(node.id, index, term);
  return {
    x: at.clientX,
    y: at.clientY,
    title: `Node ${node.id}, entry ${term === null ? "" : `${term}.`}${countWords(index)}`,
    note: progressWords(sample, index),
    rows: entry === null ? [] : [[entry.kind, entry.text]],
  };
}
